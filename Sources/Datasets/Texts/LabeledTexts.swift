import Experiment
import PlainText

/// A column of texts and a column of what they are, from a CSV or TSV file.
struct LabeledTexts {
  let file: String
  /// Names of the two columns.
  let textName: String
  let labelName: String
  private(set) var texts: [[UInt8]] = []
  private(set) var labels: [String] = []
  /// Line of each row's begin.
  private(set) var lines: [Int] = []
  private(set) var notes: [String] = []

  /// How the file was read.
  private(set) var reading = TableReading()

  /// - Parameters:
  ///   - options: what is not to be decided from the file.
  ///   - text: name or 0-based index of the column of texts.
  ///   - label: name or 0-based index of the column to predict; `nil`: the last that is not the texts'.
  ///   - readsLabels: whether rows without a text or a label are left out; otherwise labels are not read.
  init(
    _ input: consuming InputFile, _ options: ReadingOptions, text: String, label: String?, readsLabels: Bool
  ) throws(DataError) {
    var encoding = options.encoding
    var reader = try RecordReader(CellDecoder.opened(input, &encoding))
    file = reader.path
    // Texts contain spaces, so white space cannot be the delimiter unless it is given.
    var options = options
    let named = Set([text, label].compactMap { $0 }.filter { Int($0) == nil && !$0.isColumnNumber })
    var dialect = try Dialect(reader, options, names: named)
    if dialect.delimiter == .whitespace, options.delimiter == nil {
      options.delimiter = ","
      dialect = try Dialect(reader, options, names: named)
    }
    reader.scanner = RecordScanner(dialect.delimiter, dialect.quoting)
    reader.comment = dialect.comment
    reader.skip(lines: dialect.skippedLines, bytes: dialect.headerPrefix)
    var decoder = CellDecoder(encoding, file: file)
    guard try reader.next() else { throw DataError(.file(.empty), file: file) }
    let width = reader.fields.count
    reader.scanner.columnCount = width
    let isHeader = dialect.hasHeader
    let names = isHeader ? try decoder.header(reader) : (0..<width).map { "x\($0)" }
    let textPosition = try Self.position(of: text, names, file)
    let labelPosition =
      readsLabels
      ? try Self.labelPosition(label, beside: textPosition, names, reader.path) : textPosition
    (textName, labelName) = (names[textPosition], names[labelPosition])
    if isHeader, try !reader.next() { throw DataError(.table(.headerOnly), file: file, line: 1) }
    reading = TableReading(
      delimiter: dialect.delimiter.text, quote: dialect.quote, encoding: .utf8,
      comment: String(decoding: dialect.comment, as: UTF8.self))
    notes = dialect.notes
    try addRows(
      of: &reader, &decoder, width: width, text: textPosition, label: labelPosition, readsLabels: readsLabels)
    guard !texts.isEmpty else { throw DataError(.texts(.noSentences), file: file) }
    reading.encoding = decoder.encoding
    if let note = decoder.note { notes.append(note) }
  }

  /// Adds the present row of a reader and those after it.
  ///
  /// - Parameters:
  ///   - width: the number of cells that each must have.
  ///   - text: the position of the texts' column.
  ///   - label: that of the labels' column.
  ///   - readsLabels: whether rows without a text or a label are left out.
  private mutating func addRows(
    of reader: inout RecordReader, _ decoder: inout CellDecoder, width: Int, text textPosition: Int,
    label labelPosition: Int, readsLabels: Bool
  ) throws(DataError) {
    var dropped = 0
    repeat {
      guard reader.fields.count == width else {
        throw DataError(
          .table(.ragged(expected: width, found: reader.fields.count)), file: file, line: reader.line)
      }
      let text = try decoder.decoded(
        cellBytes(reader.bytes, reader.fields[textPosition]), line: reader.line)
      let label = String(
        decoding: try decoder.decoded(
          cellBytes(reader.bytes, reader.fields[labelPosition]), line: reader.line), as: UTF8.self)
      if readsLabels, text.allSatisfy({ $0 <= Words.space }) || label.isEmpty {
        dropped += 1
        continue
      }
      texts.append(text)
      labels.append(label)
      lines.append(reader.line)
    } while try reader.next()
    if dropped > 0 { notes.append("\(counted(dropped, "row")) without a text or a label dropped") }
  }

  private static func labelPosition(
    _ label: String?, beside text: Int, _ names: [String], _ file: String
  ) throws(DataError) -> Int {
    guard let last = names.indices.last(where: { $0 != text }) else {
      throw DataError(.table(.oneColumn), file: file, line: 1)
    }
    guard let label else { return last }
    let position = try position(of: label, names, file)
    guard position != text else { throw DataError(.texts(.textIsTarget), file: file, column: names[text]) }
    return position
  }

  /// Each row's index among the names.
  func classes(_ names: [String]) throws(DataError) -> [Int32] {
    let indices = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
    var result: [Int32] = []
    for (label, line) in zip(labels, lines) {
      guard let index = indices[label] else {
        throw DataError(.rows(.unknownClass(label, known: names)), file: file, line: line, column: labelName)
      }
      result.append(index)
    }
    return result
  }

  /// The different labels, sorted: numbers by value, texts by their letters.
  func classNames() throws(DataError) -> [String] {
    let names = Set(labels)
    guard names.count > 1 else { throw DataError(.rows(.oneClass(labels[0])), file: file, column: labelName) }
    guard names.count <= TextIndex.limit, names.count <= 20 || 2 * names.count <= labels.count else {
      throw DataError(.table(.tooManyClasses(limit: TextIndex.limit)), file: file, column: labelName)
    }
    let values = names.compactMap(Double.init)
    guard values.count == names.count else { return names.sorted() }
    return names.sorted { (Double($0) ?? 0, $0) < (Double($1) ?? 0, $1) }
  }

  private static func position(
    of name: String, _ names: [String], _ file: String
  ) throws(DataError) -> Int {
    if let position = names.firstIndex(of: name) { return position }
    if let position = Int(name), names.indices.contains(position) { return position }
    throw DataError(.table(.unknownTarget(name, available: names)), file: file)
  }
}
