/// Lines before the table: titles and comments.
extension Dialect {
  /// `#` or `%` if the file begins with a line of it that is no row: a cell `#` alone names a column.
  static func commentSign(_ lines: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let first = lines.first, let sign = first.first, "#%".utf8.contains(sign) else { return [] }
    let next = first.dropFirst().first
    let isCell = next.map { ",;\t|\"".utf8.contains($0) } ?? false
    return isCell || lines.allSatisfy({ $0.isEmpty || $0.first == sign }) ? [] : [sign]
  }

  /// Rows at the beginning that have fewer cells than the others, or nothing but one cell.
  static func titles(_ rows: [SampledRow], columnCount: Int) -> Int {
    let isTitle: (SampledRow) -> Bool = { row in
      let filled = row.cells.count { !$0.isEmpty }
      return row.cells.count < columnCount - 1 || row.cells.count < columnCount && filled <= 1
        || columnCount > 2 && row.cells.count == columnCount && filled <= 1
    }
    let count = rows.prefix(20).prefix(while: isTitle).count
    return count < rows.count && rows.count - count >= 2 ? count : 0
  }

  /// Takes a comment as the header, as NumPy writes it: if its only or last line has as many cells as the rows, and
  /// these have no header.
  mutating func takeCommentAsHeader(_ lines: [[UInt8]], _ leading: Int) {
    let index = skippedLines + leading - 1
    let line = lines[index]
    let text = line.dropFirst(comment.count).drop { $0 == space || $0 == tab || $0 == comment[0] }
    let cells = Self.cells(Array(text), RecordScanner(delimiter, quoting))
    guard cells.count == columnCount, !hasHeader, cells.contains(where: { !$0.isEmpty && !$0.looksNumeric })
    else {
      return
    }
    hasHeader = true
    skippedLines = index
    headerPrefix = line.count - text.count
  }

  static func cells(_ line: [UInt8], _ scanner: RecordScanner) -> [SampledCell] {
    var scanner = scanner
    return line.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress,
        case .record = scanner.scan(base, from: 0, to: bytes.count, atEnd: true)
      else { return [] }
      return scanner.fields.map { SampledCell(base, $0, scanner.delimiter) }
    }
  }
}
