import Experiment
import PlainText

/// A text file's columns before anything is decided about them.
package struct RawTable {
  let file: String
  let hasHeader: Bool
  /// How the file was read, to read others in the same way.
  package private(set) var reading: TableReading
  package private(set) var columns: [RawColumn]
  package private(set) var rows = 0
  package private(set) var notes: [String] = []
  /// What its columns together say of the marks in numbers.
  private(set) var decimals = DecimalEvidence()
  /// Whether the header has a name less than the rows have cells, so that the first column has none.
  private(set) var hasShortHeader = false
  /// Line of the first row.
  private(set) var firstLine = 1
  /// Columns whose cells are also kept as they are written, to group and order rows by: position and cells.
  private(set) var keys: [(position: Int, cells: [String])] = []
  /// The rows that do not follow on the line after the row before: index and line.
  private var lineBreaks: [(row: Int, line: Int)] = []
  private var decoder: CellDecoder
  private var skippedRows = 0

  static let maxColumns = 100_000
  private static let longestCell = 64 << 10

  /// What the reader of a file wants, once it is known which columns there are.
  struct Plan {
    /// The columns whose cells `keys` keeps.
    var keys: [Int] = []
    /// Whose cells are not kept otherwise.
    var ignored: Set<Int> = []
    /// Whose texts are all kept, however many there are.
    var categories: Set<Int> = []
  }

  /// Reads all rows. Blank lines are skipped.
  ///
  /// - Parameters:
  ///   - options: what is not to be decided from the file.
  ///   - names: expected in the header.
  ///   - mustMatchNames: whether nothing else makes a first row a header.
  ///   - plan: says, once the columns are known, what to keep of them.
  init(
    _ input: consuming InputFile, _ options: ReadingOptions = ReadingOptions(), names: Set<String> = [],
    mustMatchNames: Bool = false, plan: (RawTable) throws(DataError) -> Plan = { _ in Plan() },
    progress: (String) -> Void = { _ in }
  ) throws(DataError) {
    var encoding = options.encoding
    var reader = try RecordReader(CellDecoder.opened(input, &encoding))
    try self.init(headerOf: &reader, encoding, options, names: names, mustMatchNames: mustMatchNames)
    try prepare(plan(self))
    try readRows(&reader, progress: progress)
  }

  // Reading is in methods of its own: the compiler makes a copy of the initializer above for each closure that is given
  // to it, and of all that stands in it.

  /// Reads up to the first row of values.
  private init(
    headerOf reader: inout RecordReader, _ encoding: TextEncoding?, _ options: ReadingOptions,
    names: Set<String>, mustMatchNames: Bool
  ) throws(DataError) {
    file = reader.path
    let dialect = try Dialect(reader, options, names: names, mustMatchNames: mustMatchNames)
    reader.scanner = RecordScanner(dialect.delimiter, dialect.quoting)
    reader.comment = dialect.comment
    reader.skip(lines: dialect.skippedLines, bytes: dialect.headerPrefix)
    decoder = CellDecoder(encoding, file: file)
    notes = dialect.notes
    hasHeader = dialect.hasHeader
    reading = TableReading(
      delimiter: dialect.delimiter.text, quote: dialect.quote, encoding: .utf8,
      comment: String(decoding: dialect.comment, as: UTF8.self),
      missing: options.missing.map { MissingTokens(texts: $0.names.filter { !$0.isEmpty }, numbers: []) }
        ?? .default)
    columns = []
    let (header, unnamed, width) = try readHeader(&reader, dialect)
    columns = header.enumerated().map { RawColumn(name: $1, isUnnamed: unnamed.contains($0)) }
    firstLine = reader.line
    reader.scanner.columnCount = width
  }

  private mutating func prepare(_ plan: Plan) {
    for index in columns.indices {
      columns[index].keep(
        cells: !plan.ignored.contains(index), allTexts: plan.categories.contains(index))
    }
    keys = plan.keys.map { ($0, []) }
  }

  private mutating func readRows(
    _ reader: inout RecordReader, progress: (String) -> Void
  ) throws(DataError) {
    let width = columns.count
    repeat {
      try append(reader, width: width)
      if rows % 100_000 == 0 { progress("\(rows) rows read") }
    } while try reader.next()
    guard rows > 0 else { throw DataError(.table(.headerOnly), file: file, line: 1) }
    decimals = DecimalEvidence(columns, reading.missing)
    reading.encoding = decoder.encoding
    if let note = decoder.note { notes.append(note) }
    if skippedRows > 0 { notes.append("\(counted(skippedRows, "line")) beginning with # skipped") }
  }

  /// Reads up to the first row of values.
  ///
  /// - Returns: the columns' names, those that the file has no name for, and how many cells a row has.
  private mutating func readHeader(
    _ reader: inout RecordReader, _ dialect: Dialect
  ) throws(DataError) -> (names: [String], unnamed: Set<Int>, width: Int) {
    guard try reader.next() else { throw DataError(.file(.empty), file: file) }
    let expected = max(reader.fields.count, dialect.columnCount)
    guard expected <= Self.maxColumns else {
      throw DataError(.table(.tooManyColumns(limit: Self.maxColumns)), file: file, line: reader.line)
    }
    guard hasHeader else {
      let width = min(reader.fields.count, expected)
      return ((0..<width).map { "x\($0)" }, [], width)
    }
    let line = reader.line
    let written = try decoder.header(reader)
    guard try reader.next() else { throw DataError(.table(.headerOnly), file: file, line: 1) }
    if dialect.hasUnits, try !reader.next() { throw DataError(.table(.headerOnly), file: file, line: 1) }
    let (names, width) = try fitted(written, to: reader.fields, dialect.columnCount, reader, line)
    return (distinct(names), Set(names.indices.filter { names[$0].isEmpty }), width)
  }

  /// The header for rows that have other cells than it: the names of rows stand first without a name, or the rows, or
  /// the header, end with delimiters.
  private mutating func fitted(
    _ header: [String], to row: [Field], _ width: Int, _ reader: borrowing RecordReader, _ line: Int
  ) throws(DataError) -> ([String], Int) {
    let cells = max(row.count, width)
    if header.count == cells { return (header, cells) }
    if header.count > cells, header[cells...].allSatisfy(\.isEmpty) {
      return (Array(header[..<cells]), cells)
    }
    if header.count >= width, row.dropFirst(header.count).allSatisfy({ $0.count == 0 && !$0.isQuoted }) {
      return (header, header.count)
    }
    if header.count == cells - 1 {
      hasShortHeader = true
      notes.append("the header has no name for the first column, which is taken as the names of the rows")
      return ([""] + header, cells)
    }
    // The usual sentence counts from the header.
    throw DataError(
      .table(.ragged(expected: header.count, found: row.count)), file: file,
      line: reader.line)
  }

  /// Names for columns that have none, and other ones for names that are repeated.
  private mutating func distinct(_ header: [String]) -> [String] {
    var taken = Set(header)
    var seen: Set<String> = []
    return header.enumerated().map { position, name in
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
      return distinct
    }
  }

  private mutating func append(_ reader: borrowing RecordReader, width: Int) throws(DataError) {
    let found = reader.fields.count
    if found != width {
      let isLonger = found > width && reader.fields[width...].allSatisfy { $0.count == 0 && !$0.isQuoted }
      if !isLonger, reader.rowBegins(with: [UInt8(ascii: "#")]) {
        skippedRows += 1
        return
      }
      guard isLonger else {
        throw DataError(
          .table(.ragged(expected: width, found: found)), file: file,
          line: reader.line)
      }
    }
    for index in 0..<width {
      let field = reader.fields[index]
      guard field.count <= Self.longestCell else {
        throw DataError(
          .table(.cellTooLong(limit: Self.longestCell)), file: file, line: reader.line,
          column: columns[index].name)
      }
      let bytes = UnsafeBufferPointer(start: reader.bytes + field.start, count: field.count)
      if !field.hasDoubledQuotes, !decoder.mustDecode(bytes) {
        columns[index].append(bytes)
      } else {
        let text = try decoder.decoded(cellBytes(reader.bytes, field), line: reader.line)
        text.withUnsafeBufferPointer { columns[index].append($0) }
      }
    }
    for index in keys.indices {
      let text = try decoder.decoded(
        cellBytes(reader.bytes, reader.fields[keys[index].position]), line: reader.line)
      keys[index].cells.append(String(decoding: text, as: UTF8.self))
    }
    let expectedLine = (lineBreaks.last?.line ?? firstLine) + rows - (lineBreaks.last?.row ?? 0)
    if reader.line != expectedLine { lineBreaks.append((rows, reader.line)) }
    rows += 1
    if rows % 10_000 == 0 || width > 1000 { try checkMemory(bytes: 8 * rows * width, file: file) }
    if rows >= Int(Int32.max) { throw DataError(.file(.tooLarge(bytes: 8 * rows * width)), file: file) }
  }

  /// The columns with these names, else with these 0-based indices.
  func positions(of names: some Sequence<String>) throws(DataError) -> [Int] {
    var positions: [Int] = []
    for name in names {
      let index = Int(name).flatMap { columns.indices.contains($0) ? $0 : nil }
      guard let position = columns.firstIndex(where: { $0.name == name }) ?? index else {
        throw DataError(.table(.unknownColumn(name, available: columns.map(\.name))), file: file)
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

  func error(_ reason: DataError.Reason, row: Int, position: Int) -> DataError {
    DataError(reason, file: file, line: line(ofRow: row), column: columns[position].name)
  }
}
