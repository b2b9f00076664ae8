import Experiment

/// How a text file is laid out, judged by its first 100 rows where nobody says.
struct Dialect {
  var delimiter = Delimiter.comma
  var quoting: Quoting
  /// As `--quote` takes it; `nil`: what is usual.
  var quote: String?
  /// What a line begins with that is skipped; empty: no line is.
  var comment: [UInt8] = []
  var hasHeader = false
  /// Lines before the header or the first row that are none: titles, and `sep=;`.
  var skippedLines = 0
  /// Bytes before the header in its line: the sign of a comment.
  var headerPrefix = 0
  /// Cells of the rows.
  var width = 0
  /// Whether a row of units, or of further names, stands below the header.
  var hasUnits = false
  /// What was decided that a user may want to overrule, a sentence each.
  var notes: [String] = []

  private static let sampledRows = 100
  /// Of wide rows fewer are sampled, but two.
  private static let sampledCells = 200_000

  /// The delimiter is the one that gives the most rows the same number of cells, at least two; among equals, the one
  /// that makes the most cells numbers; then tab before comma, semicolon and bar. White space counts only where no other
  /// gives half of the rows the same number, or where it divides what tabs leave together into numbers.
  ///
  /// - Parameters:
  ///   - wishes: what is not to be decided.
  ///   - names: column names expected; half of them in the first row make it a header, none make it a row.
  ///   - mustMatchNames: whether nothing else decides about the header.
  init(
    _ reader: borrowing RecordReader, _ wishes: ReadingOptions, names: Set<String> = [],
    mustMatchNames: Bool = false
  ) throws(DataError) {
    quoting = .strict(doubleQuote)
    quote = wishes.quote
    var forced = try Self.delimiter(wishes, reader.path)
    let lines = reader.firstLines(Self.sampledRows)
    if forced == nil, let first = lines.first, let named = Self.separator(named: first) {
      forced = named
      skippedLines = 1
    }
    comment = wishes.comment.map { Array($0.utf8) } ?? Self.commentSign(lines.dropFirst(skippedLines))
    let leading = lines.dropFirst(skippedLines).prefix { !comment.isEmpty && $0.starts(with: comment) }.count

    let candidates = Self.candidates(
      reader, forced, try Self.quoting(wishes, reader.path), skippedLines, comment)
    guard var best = Self.best(candidates) else {
      // A single column: the features of a model that has no more.
      delimiter = forced ?? .comma
      quoting = try Self.quoting(wishes, reader.path) ?? RecordScanner(delimiter).quoting
      let rows = Self.sample(reader, RecordScanner(delimiter, quoting), skippedLines, comment) ?? []
      width = rows.first?.cells.count ?? 0
      hasHeader = wishes.header.map { $0 == .yes } ?? (!names.isEmpty && Self.isKnown(rows.first, names))
      return
    }
    if wishes.quote == nil, let single = Self.withSingleQuotes(reader, best, skippedLines, comment) {
      best = single
      quote = "'"
      notes.append(
        "cells between single quotation marks are taken as quoted (--quote none: the marks are text)")
    }
    (delimiter, quoting) = (best.scanner.delimiter, best.scanner.quoting)
    var rows = best.rows
    let titles = Self.titles(rows, width: best.width)
    if titles > 0 {
      let lines = rows[titles].line - skippedLines
      skippedLines = rows[titles].line
      notes.append(
        "the first \(lines == 1 ? "line" : "\(lines) lines") skipped, which \(lines == 1 ? "has" : "have") fewer cells "
          + "than the table")
      rows.removeFirst(titles)
    }
    // Rows that follow the header say best how many cells there are.
    width = rows.count > 1 ? best.width : rows.first?.cells.count ?? 0
    decideHeader(rows, wishes, names, mustMatchNames)
    if leading > 0, wishes.header != .no, titles == 0 { takeCommentAsHeader(reader, lines, leading, rows) }
  }

  // MARK: Delimiter

  struct SampledRow {
    var cells: [SampledCell]
    /// Counted from 0.
    var line: Int
  }

  private struct Candidate {
    var scanner: RecordScanner
    var rows: [SampledRow]
    /// Cells that most rows have.
    var width: Int
    /// Fraction of the rows that have so many.
    var consistency: Double
    var numbers: Double
  }

  private static func delimiter(_ wishes: ReadingOptions, _ file: String) throws(DataError) -> Delimiter? {
    guard let text = wishes.delimiter else { return nil }
    guard let delimiter = Delimiter(text) else { throw DataError(.table(.noDelimiter(text)), file: file) }
    return delimiter
  }

  private static func quoting(_ wishes: ReadingOptions, _ file: String) throws(DataError) -> Quoting? {
    guard let text = wishes.quote else { return nil }
    if text == "none" { return Quoting.none }
    let bytes = Array(text == "double" ? "\"".utf8 : text == "single" ? "'".utf8 : text.utf8)
    guard bytes.count == 1, bytes[0] > space else { throw DataError(.table(.noQuote(text)), file: file) }
    return .strict(bytes[0])
  }

  /// `sep=;`, a line that Excel writes and reads.
  private static func separator(named line: [UInt8]) -> Delimiter? {
    var line = String(decoding: line, as: UTF8.self)
    if line.hasPrefix("\""), line.hasSuffix("\"") { line = String(line.dropFirst().dropLast()) }
    guard line.count == 5, line.lowercased().hasPrefix("sep=") else { return nil }
    return Delimiter(String(line.suffix(1)))
  }

  private static func sample(
    _ reader: borrowing RecordReader, _ scanner: RecordScanner, _ skipped: Int, _ comment: [UInt8]
  ) -> [SampledRow]? {
    reader.sample(scanner, skipping: skipped, comment, rows: sampledRows, cells: sampledCells) {
      bytes, fields, line in
      SampledRow(
        cells: fields.prefix(RawTable.mostColumns).map { SampledCell(bytes, $0, scanner.delimiter) },
        line: line)
    }
  }

  private static func candidates(
    _ reader: borrowing RecordReader, _ forced: Delimiter?, _ quoting: Quoting?, _ skipped: Int,
    _ comment: [UInt8]
  ) -> [Candidate] {
    var found: [Candidate] = []
    for delimiter in forced.map({ [$0] }) ?? Delimiter.candidates {
      let scanner = RecordScanner(delimiter, quoting)
      guard let rows = sample(reader, scanner, skipped, comment) else { continue }
      var counts: [Int: Int] = [:]
      for row in rows { counts[row.cells.count, default: 0] += 1 }
      guard let commonest = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }), commonest.key > 1
      else { continue }
      let consistency = Double(commonest.value) / Double(rows.count)
      let candidate = Candidate(
        scanner: scanner, rows: rows, width: commonest.key, consistency: consistency,
        numbers: fractionOfNumbers(rows))
      if delimiter == .whitespace, let rival = found.first(where: { $0.consistency >= 0.5 }),
        !isDivided(rival, into: candidate)
      {
        continue
      }
      found.append(candidate)
    }
    return found
  }

  /// Whether white space makes numbers of what the tabs of another candidate leave together.
  private static func isDivided(_ rival: Candidate, into candidate: Candidate) -> Bool {
    rival.scanner.delimiter == .tab && candidate.consistency > 0.9 && candidate.width > rival.width
      && candidate.numbers > rival.numbers
      && rival.rows.allSatisfy { row in row.cells.contains { $0.isSeveralNumbers } }
  }

  /// The rows with single quotation marks around cells, if all rows have the same number of cells only so.
  private static func withSingleQuotes(
    _ reader: borrowing RecordReader, _ candidate: Candidate, _ skipped: Int, _ comment: [UInt8]
  ) -> Candidate? {
    guard let first = candidate.rows.first, first.cells.count < candidate.width || candidate.consistency < 1,
      candidate.rows.dropFirst().contains(where: { row in row.cells.contains { $0.text.hasPrefix("'") } })
    else { return nil }
    let scanner = RecordScanner(candidate.scanner.delimiter, .strict(UInt8(ascii: "'")))
    guard let rows = sample(reader, scanner, skipped, comment), let width = rows.first?.cells.count,
      rows.allSatisfy({ $0.cells.count == width })
    else { return nil }
    return Candidate(
      scanner: scanner, rows: rows, width: width, consistency: 1, numbers: fractionOfNumbers(rows))
  }

  private static func best(_ candidates: [Candidate]) -> Candidate? {
    guard var best = candidates.first else { return nil }
    for candidate in candidates.dropFirst() {
      if candidate.scanner.delimiter == .whitespace, best.scanner.delimiter == .tab,
        isDivided(best, into: candidate)
      {
        best = candidate
      } else if (candidate.consistency, candidate.numbers) > (best.consistency, best.numbers) {
        best = candidate
      }
    }
    return best
  }

  private static func fractionOfNumbers(_ rows: [SampledRow]) -> Double {
    let cells = rows.lazy.flatMap(\.cells)
    return Double(cells.count { $0.looksNumeric }) / Double(max(rows.reduce(0) { $0 + $1.cells.count }, 1))
  }

  // MARK: Lines before the table

  /// `#` or `%` if the file begins with a line of it that is no row: a cell `#` alone names a column.
  private static func commentSign(_ lines: ArraySlice<[UInt8]>) -> [UInt8] {
    guard let first = lines.first, let sign = first.first, "#%".utf8.contains(sign) else { return [] }
    let next = first.dropFirst().first
    let isCell = next.map { ",;\t|\"".utf8.contains($0) } ?? false
    return isCell || lines.allSatisfy({ $0.isEmpty || $0.first == sign }) ? [] : [sign]
  }

  /// Rows at the beginning that have fewer cells than the others, or nothing but one cell.
  private static func titles(_ rows: [SampledRow], width: Int) -> Int {
    let isTitle: (SampledRow) -> Bool = { row in
      let filled = row.cells.count { !$0.isEmpty }
      return row.cells.count < width - 1 || row.cells.count < width && filled <= 1
        || width > 2 && row.cells.count == width && filled <= 1
    }
    let count = rows.prefix(20).prefix(while: isTitle).count
    return count < rows.count && rows.count - count >= 2 ? count : 0
  }

  /// Where one line of a comment, or the last of several, has as many cells as the rows and these have no header, it is
  /// their header, as NumPy writes it.
  private mutating func takeCommentAsHeader(
    _ reader: borrowing RecordReader, _ lines: [[UInt8]], _ leading: Int, _ rows: [SampledRow]
  ) {
    let index = skippedLines + leading - 1
    let line = lines[index]
    let text = line.dropFirst(comment.count).drop { $0 == space || $0 == tab || $0 == comment[0] }
    let cells = Self.cells(Array(text), RecordScanner(delimiter, quoting))
    guard cells.count == width, !hasHeader, cells.contains(where: { !$0.isEmpty && !$0.looksNumeric }) else {
      return
    }
    hasHeader = true
    skippedLines = index
    headerPrefix = line.count - text.count
  }

  private static func cells(_ line: [UInt8], _ scanner: RecordScanner) -> [SampledCell] {
    var scanner = scanner
    return line.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress,
        case .record = scanner.scan(base, from: 0, to: bytes.count, atEnd: true)
      else { return [] }
      return scanner.fields.map { SampledCell(base, $0, scanner.delimiter) }
    }
  }

  // MARK: Header

  private mutating func decideHeader(
    _ rows: [SampledRow], _ wishes: ReadingOptions, _ names: Set<String>, _ mustMatchNames: Bool
  ) {
    if let header = wishes.header {
      hasHeader = header == .yes
    } else if Self.isKnown(rows.first, names) {
      hasHeader = true
    } else if !mustMatchNames {
      let judged = HeaderJudgement(rows.map(\.cells))
      hasHeader = judged.isHeader
      if let reason = judged.doubt { notes.append(reason) }
    }
    if hasHeader, Self.areUnits(rows) {
      hasUnits = true
      notes.append("the row below the header has no numbers where those below it do, and is skipped")
    }
  }

  /// Whether the row below the header has texts wherever the rows below it have numbers, in two columns at least.
  private static func areUnits(_ rows: [SampledRow]) -> Bool {
    guard rows.count > 3 else { return false }
    let (units, body) = (rows[1].cells, rows.dropFirst(2))
    var columns = 0
    for (index, unit) in units.enumerated() {
      let below = body.compactMap { index < $0.cells.count ? $0.cells[index] : nil }.filter { !$0.isMissing }
      guard !below.isEmpty, below.allSatisfy(\.looksNumeric) else { continue }
      if unit.looksNumeric { return false }
      if !unit.isMissing { columns += 1 }
    }
    return columns >= 2
  }

  /// Whether half of the names, and at least one, are cells of a row.
  private static func isKnown(_ row: SampledRow?, _ names: Set<String>) -> Bool {
    let found = row?.cells.count { names.contains($0.text) } ?? 0
    return found > 0 && 2 * found >= names.count
  }
}

/// Whether the first of some rows names the columns.
struct HeaderJudgement {
  private(set) var isHeader = false
  /// What is worth a note: that another reading was possible.
  private(set) var doubt: String?

  /// The first row is a header if, of its cells in columns that hold only numbers below it, at least half (and at least
  /// one) are text; or if they count up by one, as years do, and no row below does. Where no column holds only numbers,
  /// it is a header if its cells are distinct texts, but perhaps for an empty one that comes first, and none occurs again
  /// below in its column.
  init(_ rows: [[SampledCell]]) {
    guard let first = rows.first else { return }
    guard rows.count > 1 else {
      // A header without rows, if anything.
      isHeader =
        first.allSatisfy { !$0.isMissing && !$0.looksNumeric } && Set(first.map(\.text)).count == first.count
      return
    }
    let body = rows.dropFirst()
    var numericColumns = 0
    var namedColumns = 0
    var (recurs, recursElsewhere) = (false, false)
    for (column, cell) in first.enumerated() {
      var (isNumeric, isEmpty) = (true, true)
      var below: Set<String> = []
      var (seesCell, repeats) = (false, false)
      for row in body where column < row.count && !row[column].isMissing {
        isEmpty = false
        if !row[column].looksNumeric { isNumeric = false }
        if row[column].text == cell.text { seesCell = true }
        if !below.insert(row[column].text).inserted { repeats = true }
      }
      if isNumeric && !isEmpty {
        if !cell.isMissing { numericColumns += 1 }
        if !cell.isMissing && !cell.looksNumeric { namedColumns += 1 }
      } else if !isEmpty {
        recurs = recurs || seesCell
        recursElsewhere = recursElsewhere || repeats && !seesCell
      }
    }
    if numericColumns > 0 {
      isHeader = namedColumns > 0 && 2 * namedColumns >= numericColumns
      if !isHeader, !recurs, Self.countsUp(first, over: Array(body.prefix(50))) {
        isHeader = true
        doubt = "the first row, though it has numbers, is taken as the header (--header no: it is a row)"
      } else if isHeader, namedColumns < numericColumns {
        doubt = "the first row, though it has numbers, is taken as the header (--header no: it is a row)"
      }
      return
    }
    let texts = first.enumerated().filter { !($0.offset == 0 && $0.element.isEmpty) }.map(\.element)
    let names = texts.filter { !$0.isMissing && !$0.looksNumeric }.map(\.text)
    isHeader = !texts.isEmpty && !recurs && names.count == texts.count && Set(names).count == names.count
    if isHeader, !recursElsewhere {
      doubt = "the first row is taken as the header (--header no: it is a row)"
    }
  }

  /// Whether the numbers of a row are whole ones that follow each other, as no row below does, and are no numbers like
  /// those below: six of them, all but an empty first cell from 0 on, or three that the numbers below are far from.
  private static func countsUp(_ row: [SampledCell], over body: [[SampledCell]]) -> Bool {
    guard countsUp(row), !body.contains(where: countsUp) else { return false }
    let columns = row.indices.filter { row[$0].looksNumeric }
    if columns.count >= 6 || row[0].isEmpty { return true }
    let numbers = body.flatMap { row in columns.compactMap { $0 < row.count ? Double(row[$0].text) : nil } }
    let own = columns.compactMap { Double(row[$0].text) }
    guard let least = own.min(), let most = own.max() else { return false }
    return numbers.contains { $0 != $0.rounded() } || numbers.allSatisfy { $0 > most || $0 < least }
  }

  /// Whether its numbers, at least three of them or all but an empty first cell, are whole ones that follow each other.
  private static func countsUp(_ row: [SampledCell]) -> Bool {
    let numbers = row.filter(\.looksNumeric).compactMap(\.wholeNumber)
    guard numbers.count == row.count(where: \.looksNumeric), numbers.count >= 2 else { return false }
    guard numbers.count >= 3 || row[0].isEmpty && numbers[0] == 0 else { return false }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }
}

/// A cell of the first rows.
struct SampledCell {
  let text: String
  private let kind: Kind

  private enum Kind {
    case number, missing, text
  }

  init(_ bytes: UnsafePointer<UInt8>, _ field: Field, _ delimiter: Delimiter) {
    let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
    text = cellString(bytes, field)
    if decimal(cell) != nil || isInfinite(cell) {
      kind = .number
    } else if MissingTokens.usual.hasText(cell) {
      kind = .missing
    } else if let printed = PrintedNumber(cell),
      delimiter != .comma || field.isQuoted || !cell.contains(delimiter.byte),
      NumberFormat.allCases.contains(where: { $0.value(printed) != nil })
    {
      kind = .number
    } else {
      kind = .text
    }
  }

  var looksNumeric: Bool { kind == .number }
  var isMissing: Bool { kind == .missing }
  var isEmpty: Bool { text.isEmpty }
  var wholeNumber: Int? { Int(text) }

  /// Whether white space divides it into numbers.
  var isSeveralNumbers: Bool {
    let parts = text.split { $0 == " " || $0 == "\t" }
    return parts.count > 1 && parts.allSatisfy { Double($0) != nil || $0 == "?" || $0 == "NA" }
  }
}

/// A cell's text with doubled quotes undone and invalid UTF-8 replaced.
func cellString(_ bytes: UnsafePointer<UInt8>, _ field: Field) -> String {
  String(decoding: cellBytes(bytes, field), as: UTF8.self)
}

/// A cell's bytes with doubled quotes undone.
func cellBytes(_ bytes: UnsafePointer<UInt8>, _ field: Field) -> [UInt8] {
  let cell = UnsafeBufferPointer(start: bytes + field.start, count: field.count)
  guard field.hasDoubledQuotes, field.start > 0 else { return Array(cell) }
  let quote = bytes[field.start - 1]
  var text: [UInt8] = []
  var isSecond = false
  for byte in cell {
    isSecond = byte == quote && !isSecond
    if !isSecond || byte != quote { text.append(byte) }
  }
  return text
}
