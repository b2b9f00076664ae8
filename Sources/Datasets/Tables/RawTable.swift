import PlainText

/// A text file's columns before anything is decided about them.
package struct RawTable {
  let file: String
  let hasHeader: Bool
  package private(set) var columns: [RawColumn]
  package private(set) var rows = 0
  private(set) var notes: [String] = []
  /// Line of the first row.
  private(set) var firstLine = 1
  /// Columns whose cells are also kept as they are written, to group and order rows by: position and cells.
  private(set) var keys: [(position: Int, cells: [String])] = []
  /// Where a row is not on the line after the row before: its index and line.
  private var lineBreaks: [(row: Int, line: Int)] = []

  static let mostColumns = 100_000
  private static let longestCell = 64 << 10

  /// Reads all rows. Blank lines are skipped.
  ///
  /// - Parameters:
  ///   - knownNames: names expected in the header.
  ///   - keys: says, once the columns are known, of which of them `keys` is to keep the cells.
  package init(
    _ input: consuming InputFile, knownNames: Set<String> = [],
    keys: (RawTable) throws(DataError) -> [Int] = { _ in [] }, progress: (String) -> Void = { _ in }
  ) throws(DataError) {
    var reader = try RecordReader(input)
    file = reader.path
    let dialect = Dialect(reader, knownNames: knownNames)
    reader.scanner = RecordScanner(dialect.delimiter)
    guard try reader.next() else { throw DataError(.file(.empty), file: file) }
    let width = reader.fields.count
    guard width <= Self.mostColumns else {
      throw DataError(.table(.tooManyColumns(limit: Self.mostColumns)), file: file, line: reader.line)
    }
    hasHeader = dialect.hasHeader
    columns = []
    if hasHeader {
      let header = reader.fields.map { cellString(reader.bytes, $0) }
      (columns, notes) = Self.named(header)
      if header.contains(where: { Double($0) != nil }) {
        notes.append("the first row, though it has numbers, is taken as the header")
      }
      guard try reader.next() else { throw DataError(.table(.headerOnly), file: file, line: 1) }
    } else {
      columns = (0..<width).map { RawColumn(name: "x\($0)") }
    }
    firstLine = reader.line
    self.keys = try keys(self).map { ($0, []) }
    repeat {
      try append(reader, width: width)
      if rows % 100_000 == 0 { progress("\(rows) rows read") }
    } while try reader.next()
  }

  /// Columns with the names of a header, made distinct.
  private static func named(_ header: [String]) -> ([RawColumn], notes: [String]) {
    var taken = Set(header)
    var seen: Set<String> = []
    var notes: [String] = []
    let columns = header.enumerated().map { position, name in
      var distinct = name.isEmpty ? "x\(position)" : name
      if name.isEmpty ? taken.contains(distinct) : seen.contains(name) {
        let original = distinct
        var number = 2
        while taken.contains("\(original).\(number)") { number += 1 }
        distinct = "\(original).\(number)"
        notes.append(
          "the header repeats \(sanitized(original)): column \(position) is \(sanitized(distinct))")
      }
      taken.insert(distinct)
      seen.insert(distinct)
      return RawColumn(name: distinct)
    }
    return (columns, notes)
  }

  private mutating func append(_ reader: borrowing RecordReader, width: Int) throws(DataError) {
    guard reader.fields.count == width else {
      throw DataError(
        .table(.ragged(expected: width, found: reader.fields.count)), file: file, line: reader.line)
    }
    for index in 0..<width {
      let field = reader.fields[index]
      let bytes = UnsafeBufferPointer(start: reader.bytes + field.start, count: field.count)
      switch CellText(bytes) {
      case .number(let number): columns[index].append(number: number)
      case .missing: columns[index].appendMissing()
      case .infinite:
        columns[index].append(
          text: cellString(reader.bytes, field), line: reader.line, isInfinite: true, hasDecimalComma: false)
      case .text:
        let hasComma = !field.isQuoted && hasDecimalComma(bytes)
        if !hasComma, !field.hasDoubledQuotes, columns[index].append(knownText: bytes) { continue }
        guard field.count <= Self.longestCell else {
          throw DataError(
            .table(.cellTooLong(limit: Self.longestCell)), file: file, line: reader.line,
            column: columns[index].name)
        }
        columns[index].append(
          text: cellString(reader.bytes, field), line: reader.line, isInfinite: false,
          hasDecimalComma: hasComma)
      }
    }
    for index in keys.indices {
      keys[index].cells.append(cellString(reader.bytes, reader.fields[keys[index].position]))
    }
    let expectedLine = (lineBreaks.last?.line ?? firstLine) + rows - (lineBreaks.last?.row ?? 0)
    if reader.line != expectedLine { lineBreaks.append((rows, reader.line)) }
    rows += 1
    if rows % 10_000 == 0 || width > 1000 { try checkMemory(bytes: 8 * rows * width, file: file) }
    if rows >= Int(Int32.max) { throw DataError(.file(.tooLarge(bytes: 4 * rows * width)), file: file) }
  }

  /// The columns with these names, else with these 0-based indices: each another one.
  func positions(of names: [String]) throws(DataError) -> [Int] {
    var positions: [Int] = []
    for name in names {
      let index = Int(name).flatMap { columns.indices.contains($0) ? $0 : nil }
      guard let position = columns.firstIndex(where: { $0.name == name }) ?? index else {
        throw DataError(.table(.unknownColumn(name, available: columns.map(\.name))), file: file)
      }
      if positions.contains(position) {
        throw DataError(.sequences(.columnWithTwoRoles), file: file, column: columns[position].name)
      }
      positions.append(position)
    }
    return positions
  }

  /// The line a row begins on.
  func line(ofRow row: Int) -> Int {
    let last = lineBreaks.last { $0.row <= row } ?? (0, firstLine)
    return last.line + row - last.row
  }
}
