/// An array of unsigned bytes as the MNIST files store it: a magic number (two zero bytes, the type, the
/// number of dimensions), each dimension as a big-endian UInt32, then the bytes in row-major order.
struct IDXFile {
  let file: String
  let dimensions: [Int]
  let bytes: [UInt8]

  private static let unsignedByte: UInt8 = 8
  private static let chunkSize = 1 << 20
  private static let largest = 1 << 31

  /// Whether the first four bytes of a file say that it is IDX, of whatever type.
  static func isIDX(_ magic: [UInt8]) -> Bool {
    magic.count == 4 && magic[0] == 0 && magic[1] == 0 && (8...14).contains(magic[2])
      && (1...4).contains(magic[3])
  }

  /// Reads [images, height, width].
  static func images(_ input: consuming InputFile) throws(DataError) -> IDXFile {
    let file = try IDXFile(input, rank: 3, otherwise: .images(.notIDXImages))
    guard file.bytes.count > 0 else {
      throw DataError(.images(.badDimensions(file.dimensions)), file: file.file)
    }
    return file
  }

  /// Reads [labels].
  static func labels(_ input: consuming InputFile) throws(DataError) -> IDXFile {
    try IDXFile(input, rank: 1, otherwise: .images(.notIDXLabels))
  }

  /// Gray images that are in memory.
  static func inMemory(file: String, shape: ImageShape, bytes: [UInt8]) throws(DataError) -> IDXFile {
    guard shape.channels == 1, let size = shape.size else {
      throw DataError(.images(.badDimensions([shape.height, shape.width, shape.channels])), file: file)
    }
    return IDXFile(
      file: file, dimensions: [bytes.count / size, shape.height, shape.width], bytes: bytes)
  }

  private init(file: String, dimensions: [Int], bytes: [UInt8]) {
    (self.file, self.dimensions, self.bytes) = (file, dimensions, bytes)
  }

  private init(
    _ input: consuming InputFile, rank: Int, otherwise: DataError.Reason
  ) throws(DataError) {
    var input = input
    file = input.path
    let headerSize = 4 + 4 * rank
    let header = try input.peek(headerSize)
    guard header.count >= 4, Self.isIDX(Array(header[..<4])) else {
      throw DataError(header.isEmpty ? .file(.empty) : otherwise, file: file)
    }
    guard header[2] == Self.unsignedByte else { throw DataError(.images(.idxNotBytes), file: file) }
    guard header[3] == UInt8(rank) else {
      throw DataError(rank == 3 && header[3] == 1 ? .images(.labelsNotImages) : otherwise, file: file)
    }
    guard header.count == headerSize else {
      throw DataError(.images(.truncatedIDX(expected: headerSize, found: header.count)), file: file)
    }
    dimensions = (0..<rank).map { dimension in
      header[(4 + 4 * dimension)..<(8 + 4 * dimension)].reduce(0) { $0 << 8 | Int($1) }
    }
    // A dimension is below 2³², so two of them cannot overflow, nor can the largest product times another.
    let size = dimensions.reduce(1) { min($0, Self.largest) * $1 }
    guard size < Self.largest, dimensions[0] <= Int(Int32.max) else {
      throw DataError(.images(.badDimensions(dimensions)), file: file)
    }
    bytes = try Self.body(&input, headerSize: headerSize, size: headerSize + size)
  }

  /// The bytes after the header, read piece by piece: a header may promise more than there is.
  private static func body(
    _ input: inout InputFile, headerSize: Int, size: Int
  ) throws(DataError) -> [UInt8] {
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: chunkSize)
    defer { chunk.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let count = try input.read(into: chunk)
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > size { throw DataError(.images(.overlongIDX(expected: size)), file: input.path) }
      if count < chunk.count { break }
    }
    guard bytes.count == size else {
      throw DataError(.images(.truncatedIDX(expected: size, found: bytes.count)), file: input.path)
    }
    bytes.removeFirst(headerSize)
    return bytes
  }
}
