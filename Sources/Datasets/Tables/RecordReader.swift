import Glibc

/// The rows of a text file, one at a time, in a buffer that is reused.
struct RecordReader: ~Copyable {
  static let longestRow = 16 << 20
  private static let firstCapacity = 1 << 18

  let path: String
  var scanner: RecordScanner
  /// The line the current row starts on, from 1.
  private(set) var line = 0
  /// Bytes of the current row; its fields index into them.
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var input: InputFile
  private var capacity = RecordReader.firstCapacity
  private var position = 0
  private var filled = 0
  private var isAtEnd = false
  private var nextLine = 1

  /// Reads the beginning of the file, up to a few hundred kilobytes and at least two rows.
  init(_ input: consuming InputFile) throws(DataError) {
    path = input.path
    self.input = input
    scanner = RecordScanner(.comma)
    bytes = .allocate(capacity: capacity)
    try refill()
    if filled >= 3, (bytes[0], bytes[1], bytes[2]) == (0xEF, 0xBB, 0xBF) { position = 3 }
    while !isAtEnd, filled < Self.longestRow, newlines(upTo: 2) < 2 { try refill() }
  }

  deinit { bytes.deallocate() }

  var fields: [Field] { scanner.fields }

  /// Moves to the next row that is not blank; false at the end.
  mutating func next() throws(DataError) -> Bool {
    while true {
      if position == filled {
        if isAtEnd { return false }
        try refill()
        continue
      }
      switch scanner.scan(bytes, from: position, to: filled, atEnd: isAtEnd) {
      case .record(let end):
        position = end
        line = nextLine
        nextLine += scanner.lines
        if !scanner.isBlank { return true }
      case .incomplete: try refill()
      case .unclosedQuote: throw DataError(.table(.unclosedQuote), file: path, line: nextLine)
      case .textAfterQuote:
        throw DataError(.table(.textAfterQuote), file: path, line: nextLine + scanner.lines)
      }
    }
  }

  /// Rows at the beginning of the file, divided by some delimiter, without moving; nil if that fails.
  /// To be used before the first `next`.
  func sample<Row>(
    _ delimiter: Delimiter, rows mostRows: Int, cells mostCells: Int,
    _ row: (UnsafePointer<UInt8>, [Field]) -> Row
  ) -> [Row]? {
    var scanner = RecordScanner(delimiter)
    var rows: [Row] = []
    var start = position
    var cells = 0
    scan: while start < filled, rows.count < mostRows, rows.count < 2 || cells < mostCells {
      switch scanner.scan(bytes, from: start, to: filled, atEnd: isAtEnd) {
      case .record(let end):
        start = end
        if !scanner.isBlank { rows.append(row(bytes, scanner.fields)) }
        cells += scanner.fields.count
      case .incomplete: break scan
      case .unclosedQuote, .textAfterQuote: return nil
      }
    }
    return rows
  }

  /// Drops the rows done with and reads on, enlarging the buffer if the current row fills it.
  private mutating func refill() throws(DataError) {
    if position > 0 {
      memmove(bytes, bytes + position, filled - position)
      filled -= position
      position = 0
    }
    if filled == capacity {
      if capacity >= Self.longestRow {
        throw DataError(.table(.lineTooLong(limit: Self.longestRow)), file: path, line: nextLine)
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
      larger.update(from: bytes, count: filled)
      bytes.deallocate()
      bytes = larger
      capacity *= 2
    }
    let count = try input.read(
      into: UnsafeMutableBufferPointer(start: bytes + filled, count: capacity - filled))
    let hasNUL = memchr(bytes + filled, 0, count) != nil
    filled += count
    if hasNUL {
      let isUTF16 = filled >= 2 && (bytes[0] ^ bytes[1] == 1) && max(bytes[0], bytes[1]) == 0xFF
      throw DataError(nextLine == 1 && isUTF16 ? .file(.utf16) : .file(.binary), file: path)
    }
    isAtEnd = filled < capacity
  }

  private func newlines(upTo limit: Int) -> Int {
    var found = 0
    for index in position..<filled where bytes[index] == newline || bytes[index] == carriageReturn {
      found += 1
      if found == limit { break }
    }
    return found
  }
}
