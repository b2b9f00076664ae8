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

  /// Whether the last of the titles names a column, and no other: what follows it is a row, and not a header.
  static func hasBlankNames(
    _ rows: [SampledRow], after titles: Int, _ columnCount: Int, _ names: Set<String>, _ mustMatchNames: Bool
  ) -> Bool {
    guard titles > 0, rows[titles - 1].cells.count == columnCount,
      rows[titles - 1].cells.contains(where: { !$0.isEmpty && !$0.looksNumeric }),
      !isKnown(rows[titles], names)
    else { return false }
    if isKnown(rows[titles - 1], names, countsBlanks: mustMatchNames) { return true }
    return !mustMatchNames && !HeaderJudgement(rows[titles...].map(\.cells)).isHeader
  }

  /// Passes over titles.
  mutating func skip(_ titles: Int, of rows: inout [SampledRow], _ columnCount: Int) {
    guard titles > 0 else { return }
    let lines = rows[titles].line - skippedLines
    let areShort = rows[..<titles].allSatisfy { $0.cells.count < columnCount }
    notes.append(
      "the first \(lines == 1 ? "line" : "\(lines) lines") skipped, which \(lines == 1 ? "has" : "have") "
        + (areShort ? "fewer cells than the table" : "a text in at most one of \(columnCount) cells"))
    skippedLines = rows[titles].line
    rows.removeFirst(titles)
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
