import Experiment

/// The lines of a text file, gzip or not, as UTF-8 and without what ends them.
struct TextLines {
  let file: String
  private let bytes: [UInt8]
  private let ranges: [Range<Int>]

  /// - Parameter encoding: `nil`: UTF-8, or UTF-16 by its mark.
  init(_ input: consuming InputFile, _ encoding: TextEncoding?) throws(DataError) {
    let path = input.path
    var encoding = encoding
    var input = try CellDecoder.opened(input, &encoding)
    var bytes = try input.rest()
    try checkMemory(bytes: 4 * bytes.count, file: path)
    guard !bytes.isEmpty else { throw DataError(.file(.empty), file: path) }
    if encoding == .latin1 { bytes = CellDecoder.utf8(latin1: bytes) }
    try self.init(bytes, file: path)
  }

  private init(_ bytes: [UInt8], file: String) throws(DataError) {
    var ranges: [Range<Int>] = []
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var invalid: Int?
    bytes.withUnsafeBufferPointer { bytes in
      while start < bytes.count, invalid == nil {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let next = end + 1
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if String(validating: bytes[start..<end], as: UTF8.self) != nil {
          ranges.append(start..<end)
        } else {
          invalid = ranges.count + 1
        }
        start = next
      }
    }
    if let invalid { throw DataError(.texts(.notUTF8), file: file, line: invalid) }
    (self.bytes, self.ranges, self.file) = (bytes, ranges, file)
  }

  var count: Int { ranges.count }

  /// Whether the line has nothing but white space.
  func isBlank(_ line: Int) -> Bool {
    bytes[ranges[line]].allSatisfy { $0 == Words.space || (9...13).contains($0) }
  }

  /// Calls `body` with a line's bytes.
  func with<Value>(_ line: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[ranges[line]])) }
  }
}
