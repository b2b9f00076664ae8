import Glibc

/// Color images of 32 × 32 pixels as CIFAR-10's binary files hold them: for each a label, then its red, green and
/// blue plane, a byte a pixel.
struct ColorImages {
  static let shape = ImageShape(width: 32, height: 32, channels: 3)
  /// Labels lie in 0 … 9.
  static let classes = 10
  private static let pixels = 1024
  private static let record = 1 + 3 * pixels
  private static let largest = 1 << 31

  /// The first file.
  let file: String
  /// One an image.
  private(set) var labels: [UInt8] = []
  /// [images, height, width, channels]
  private(set) var bytes: [UInt8] = []

  /// Images of several files, one after the other.
  init(_ paths: [String]) throws(DataError) {
    precondition(!paths.isEmpty, "images come from files")
    file = paths[0]
    for path in paths { try append(InputFile.opened(path)) }
  }

  init(_ input: consuming InputFile) throws(DataError) {
    file = input.path
    try append(input)
  }

  private mutating func append(_ input: consuming InputFile) throws(DataError) {
    var input = input
    let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 * Self.record)
    defer { chunk.deallocate() }
    var total = 0
    while true {
      let count = try input.read(into: chunk)
      total += count
      if total >= Self.largest { throw DataError(.file(.tooLarge(bytes: total)), file: input.path) }
      for start in stride(from: 0, through: count - Self.record, by: Self.record) {
        try append(UnsafeBufferPointer(rebasing: chunk[start..<start + Self.record]), of: input.path)
      }
      if count < chunk.count { break }
    }
    if total == 0 { throw DataError(.file(.empty), file: input.path) }
    guard total % Self.record == 0 else {
      throw DataError(.images(.partOfImage(bytes: total, record: Self.record)), file: input.path)
    }
  }

  private mutating func append(_ record: UnsafeBufferPointer<UInt8>, of path: String) throws(DataError) {
    guard record[0] < Self.classes else {
      throw DataError(
        .images(.labelOutOfRange(Int(record[0]), image: labels.count + 1, classes: Self.classes)), file: path)
    }
    labels.append(record[0])
    for pixel in 0..<Self.pixels {
      for channel in 0..<3 { bytes.append(record[1 + channel * Self.pixels + pixel]) }
    }
  }

  /// Whether the name of a file is that of a CIFAR-10 file. The files have no signature.
  static func isNamed(_ path: String) -> Bool { path.hasSuffix(".bin") || path.hasSuffix(".bin.gz") }
}

/// A folder of CIFAR-10's binary files under their usual names.
struct ColorImageFolder {
  let training: [String]
  let test: String?
  let classNames: [String]

  /// `nil` if the folder has no training images.
  ///
  /// - Parameter names: of the folder's files, sorted.
  init?(_ path: String, names: [String]) throws(DataError) {
    training = names.filter { $0.hasPrefix("data_batch") && ColorImages.isNamed($0) }
      .map { "\(path)/\($0)" }
    guard !training.isEmpty else { return nil }
    test = names.first { $0.hasPrefix("test_batch") && ColorImages.isNamed($0) }
      .map { "\(path)/\($0)" }
    classNames = try Self.classNames(in: path)
  }

  /// From `batches.meta.txt`, a line each; their numbers if there is no such file.
  static func classNames(in folder: String) throws(DataError) -> [String] {
    let path = "\(folder)/batches.meta.txt"
    guard access(path, F_OK) == 0 else { return (0..<ColorImages.classes).map { "\($0)" } }
    var input = try InputFile.opened(path)
    let text = String(decoding: try input.peek(1 << 14), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: " ").joined(separator: " ")
    }
    .filter { !$0.isEmpty }
    guard names.count == ColorImages.classes, Set(names).count == names.count else {
      throw DataError(.images(.classNames(expected: ColorImages.classes, found: names.count)), file: path)
    }
    return names
  }

  /// Those of the folder that a file is in.
  static func classNames(beside file: String) throws(DataError) -> [String] {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    return try classNames(in: folder.isEmpty ? "." : folder.joined(separator: "/"))
  }
}
