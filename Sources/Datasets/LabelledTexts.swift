/// A column of texts and a column of what they are, from a CSV or TSV file.
struct LabelledTexts {
  let file: String
  /// Names of the two columns.
  let textName: String
  let labelName: String
  private(set) var texts: [[UInt8]] = []
  private(set) var labels: [String] = []
  /// Line of each row's begin.
  private(set) var lines: [Int] = []
  private(set) var notes: [String] = []

  /// - Parameters:
  ///   - text: name or 0-based index of the column of texts.
  ///   - label: name or 0-based index of the column to predict; `nil`: the last that is not the texts'.
  ///
  /// Rows without a text or a label are left out.
  init(_ input: consuming InputFile, text: String, label: String?) throws(DataError) {
    var reader = try RecordReader(input)
    file = reader.path
    let dialect = Dialect(reader, knownNames: Set([text, label].compactMap { $0 }))
    reader.scanner = RecordScanner(dialect.delimiter)
    guard try reader.next() else { throw DataError(.empty, file: file) }
    let width = reader.fields.count
    let isHeader = dialect.hasHeader || Self.names(reader).contains(text)
    let names = isHeader ? Self.names(reader) : (0..<width).map { "x\($0)" }
    let textPosition = try Self.position(of: text, names, file)
    let others = names.indices.filter { $0 != textPosition }
    guard let last = others.last else { throw DataError(.oneColumn, file: file, line: 1) }
    let path = file
    let labelPosition =
      try label.map { name throws(DataError) in try Self.position(of: name, names, path) } ?? last
    guard labelPosition != textPosition else {
      throw DataError(.textIsTarget, file: file, column: names[textPosition])
    }
    (textName, labelName) = (names[textPosition], names[labelPosition])
    if isHeader, try !reader.next() { throw DataError(.headerOnly, file: file, line: 1) }
    var dropped = 0
    repeat {
      guard reader.fields.count == width else {
        throw DataError(.ragged(expected: width, found: reader.fields.count), file: file, line: reader.line)
      }
      let cell = cellString(reader.bytes, reader.fields[textPosition])
      let label = cellString(reader.bytes, reader.fields[labelPosition])
      if cell.utf8.allSatisfy({ $0 <= Words.space }) || label.isEmpty {
        dropped += 1
        continue
      }
      texts.append(Array(cell.utf8))
      labels.append(label)
      lines.append(reader.line)
    } while try reader.next()
    if dropped > 0 { notes.append("\(counted(dropped, "row")) without a text or a label dropped") }
    guard !texts.isEmpty else { throw DataError(.noSentences, file: file) }
  }

  /// The different labels, sorted: numbers by value, texts by their letters.
  func classNames() throws(DataError) -> [String] {
    let names = Set(labels)
    guard names.count > 1 else { throw DataError(.oneClass(labels[0]), file: file, column: labelName) }
    guard names.count <= TextIndex.limit, names.count <= 20 || 2 * names.count <= labels.count else {
      throw DataError(.tooManyClasses(limit: TextIndex.limit), file: file, column: labelName)
    }
    let values = names.compactMap(Double.init)
    guard values.count == names.count else { return names.sorted() }
    return names.sorted { (Double($0) ?? 0, $0) < (Double($1) ?? 0, $1) }
  }

  private static func names(_ reader: borrowing RecordReader) -> [String] {
    reader.fields.map { cellString(reader.bytes, $0) }
  }

  private static func position(
    of name: String, _ names: [String], _ file: String
  ) throws(DataError) -> Int {
    if let position = names.firstIndex(of: name) { return position }
    if let position = Int(name), names.indices.contains(position) { return position }
    throw DataError(.unknownTarget(name, available: names), file: file)
  }
}
