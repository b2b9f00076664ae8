import Glibc

/// The rows of a text file, one at a time, in a buffer that is reused.
struct RecordReader: ~Copyable {
  static let longestRow = 16 << 20
  private static let firstCapacity = 1 << 18

  let path: String
  var scanner: RecordScanner
  /// What a line begins with that is skipped; empty: no line is.
  var comment: [UInt8] = []
  /// The line the current row starts on, from 1.
  private(set) var line = 0
  /// The bytes of the current row; its fields index into them.
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  /// The position in the buffer at which the current row begins.
  private(set) var rowStart = 0
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
      if !comment.isEmpty, isComment(at: position) {
        if let end = lineEnd(from: position) {
          position = end
          nextLine += 1
        } else if isAtEnd {
          position = filled
        } else {
          try refill()
        }
        continue
      }
      switch scanner.scan(bytes, from: position, to: filled, atEnd: isAtEnd) {
      case .record(let end):
        rowStart = position
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

  /// Passes over lines, and over bytes after them. To be used before the first `next`.
  mutating func skip(lines: Int, bytes count: Int) {
    for _ in 0..<lines {
      guard let end = lineEnd(from: position) else { return }
      position = end
      nextLine += 1
    }
    position = min(position + count, filled)
  }

  /// Lines at the beginning of the file, without what ends them, as far as they were read.
  func firstLines(_ most: Int) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var start = position
    while lines.count < most, start < filled {
      let end = lineEnd(from: start) ?? filled
      var last = end
      while last > start, bytes[last - 1] == newline || bytes[last - 1] == carriageReturn { last -= 1 }
      lines.append(Array(UnsafeBufferPointer(start: bytes + start, count: last - start)))
      start = end
    }
    return lines
  }

  /// Rows at the beginning of the file, divided in some way, without moving; nil if that fails.
  /// To be used before the first `next`.
  ///
  /// - Parameters:
  ///   - skipped: lines that are passed over first.
  ///   - row: makes what is returned of a row's bytes and cells; its first line is counted from 0.
  func sample<Row>(
    _ scanner: RecordScanner, skipping skipped: Int, _ comment: [UInt8], rows maxRows: Int,
    cells maxCells: Int, _ row: (UnsafePointer<UInt8>, [Field], _ line: Int) -> Row
  ) -> [Row]? {
    var scanner = scanner
    var rows: [Row] = []
    var start = position
    var line = 0
    while line < skipped, let end = lineEnd(from: start) { (start, line) = (end, line + 1) }
    var cells = 0
    scan: while start < filled, rows.count < maxRows, rows.count < 2 || cells < maxCells {
      if !comment.isEmpty, isComment(comment, at: start) {
        guard let end = lineEnd(from: start) else { break }
        (start, line) = (end, line + 1)
        continue
      }
      switch scanner.scan(bytes, from: start, to: filled, atEnd: isAtEnd) {
      case .record(let end):
        start = end
        if !scanner.isBlank {
          rows.append(row(bytes, scanner.fields, line))
          if rows.count == 2 { scanner.columnCount = scanner.fields.count }
        }
        line += scanner.lines
        cells += scanner.fields.count
      case .incomplete: break scan
      case .unclosedQuote, .textAfterQuote: return nil
      }
    }
    return rows
  }

  /// Whether the current row begins with a text.
  func rowBegins(with text: [UInt8]) -> Bool { isComment(text, at: rowStart) }

  private func isComment(at start: Int) -> Bool { isComment(comment, at: start) }

  private func isComment(_ comment: [UInt8], at start: Int) -> Bool {
    filled - start >= comment.count && comment.indices.allSatisfy { bytes[start + $0] == comment[$0] }
  }

  /// The position at which the next line begins; `nil` if the end of this one was not read yet.
  private func lineEnd(from start: Int) -> Int? {
    var position = start
    while position < filled {
      if bytes[position] == newline { return position + 1 }
      if bytes[position] == carriageReturn {
        if position + 1 == filled { return isAtEnd ? filled : nil }
        return bytes[position + 1] == newline ? position + 2 : position + 1
      }
      position += 1
    }
    return nil
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
    if hasNUL { throw DataError(.file(.binary), file: path) }
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
