import AtomicFiles
import Foundation

extension Safetensors {
  /// Reads a file.
  public init(contentsOf path: String) throws(ModelFileError) {
    try self.init(AtomicFile.read(path, limit: .max), file: path)
  }

  /// Reads a file's bytes, none of which is trusted. Memory is proportional to their number, whatever the header says.
  ///
  /// - Parameter file: the file's name for errors.
  public init(_ data: Data, file: String) throws(ModelFileError) {
    do throws(ModelFileError.Tensors) {
      let header = try Self.header(data)
      let start = 8 + header.count
      try Self.check(header.entries, start: start, bytes: data.count)
      var tensors: [String: Tensor] = [:]
      for entry in header.entries {
        tensors[entry.name] = try Self.tensor(entry, data, start: start)
      }
      self.init(tensors: tensors, metadata: header.metadata)
    } catch {
      throw ModelFileError(.tensors(error), file: file)
    }
  }

  private static func header(_ data: Data) throws(ModelFileError.Tensors) -> SafetensorsHeader {
    guard data.count >= 8 else { throw .tooShort(bytes: data.count) }
    let length = data.prefix(8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(data.count - 8, largestHeader)) else {
      throw .headerLength(length, bytes: data.count)
    }
    let text = [UInt8](data.dropFirst(8).prefix(Int(length)))
    guard String(validating: text, as: UTF8.self) != nil else { throw .headerNotUTF8 }
    var scanner = HeaderScanner(text)
    return try scanner.header()
  }

  /// Checks that the tensors fill the bytes after the header without gaps or overlaps.
  private static func check(
    _ entries: [SafetensorsHeader.Entry], start: Int, bytes: Int
  ) throws(ModelFileError.Tensors) {
    for entry in entries {
      guard entry.begin <= entry.end else {
        throw .reversedOffsets(tensor: entry.name, begin: entry.begin, end: entry.end)
      }
      guard entry.end <= bytes - start else {
        let (end, overflows) = entry.end.addingReportingOverflow(start)
        throw .cutOff(tensor: entry.name, end: overflows ? .max : end, bytes: bytes)
      }
    }
    var expected = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard entry.begin == expected else {
        throw .gap(tensor: entry.name, begin: entry.begin, expected: expected)
      }
      expected = entry.end
    }
    if expected < bytes - start { throw .trailingBytes(bytes - start - expected) }
  }

  /// A tensor whose bytes lie within the data.
  private static func tensor(
    _ entry: SafetensorsHeader.Entry, _ data: Data, start: Int
  ) throws(ModelFileError.Tensors) -> Tensor {
    guard let type = ElementType(rawValue: entry.type) else {
      throw .unsupportedType(tensor: entry.name, type: entry.type)
    }
    let bytes = entry.end - entry.begin
    guard let count = elementCount(entry.shape), count == bytes / type.size, bytes % type.size == 0 else {
      throw .sizeMismatch(tensor: entry.name, shape: entry.shape, type: entry.type, bytes: bytes)
    }
    return data.withUnsafeBytes { all in
      let place = UnsafeRawBufferPointer(rebasing: all[start + entry.begin..<start + entry.end])
      switch type {
      case .f32: return Tensor(shape: entry.shape, .f32(copy(place, count, of: Float.self)))
      case .f64: return Tensor(shape: entry.shape, .f64(copy(place, count, of: Double.self)))
      }
    }
  }

  /// The elements in bytes of any alignment. The format is little-endian, as are all machines that Swift supports on
  /// Linux.
  private static func copy<Element>(
    _ place: UnsafeRawBufferPointer, _ count: Int, of type: Element.Type
  ) -> [Element] {
    [Element](unsafeUninitializedCapacity: count) { target, initialized in
      UnsafeMutableRawBufferPointer(target).copyMemory(from: place)
      initialized = count
    }
  }
}

/// The contents of a header, not checked yet.
struct SafetensorsHeader {
  struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    /// Byte offsets from the header's end.
    var begin: Int
    var end: Int
  }

  var entries: [Entry] = []
  var metadata: [String: String] = [:]
  /// The header's length in bytes.
  var count: Int
}
