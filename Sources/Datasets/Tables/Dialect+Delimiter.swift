import Experiment

/// What separates and quotes cells.
extension Dialect {
  struct SampledRow {
    var cells: [SampledCell]
    /// Counted from 0.
    var line: Int
  }

  struct Candidate {
    var scanner: RecordScanner
    var rows: [SampledRow]
    /// The number of cells that most rows have.
    var columnCount: Int
    /// Fraction of the rows that have so many.
    var consistency: Double
    var numbers: Double

    /// Without the columns at the end that are empty in all rows, if the first row of several cells has none of them: a
    /// spreadsheet may write delimiters after all that it has.
    var withoutEmptyEnds: Candidate {
      guard let first = rows.first(where: { row in row.cells.count { !$0.isEmpty } > 1 })?.cells.count,
        first < columnCount, rows.allSatisfy({ $0.cells.dropFirst(first).allSatisfy(\.isEmpty) })
      else { return self }
      var result = self
      result.columnCount = first
      return result
    }
  }

  static func delimiter(_ options: ReadingOptions, _ file: String) throws(DataError) -> Delimiter? {
    guard let text = options.delimiter else { return nil }
    guard let delimiter = Delimiter(text) else { throw DataError(.table(.noDelimiter(text)), file: file) }
    return delimiter
  }

  static func quoting(_ options: ReadingOptions, _ file: String) throws(DataError) -> Quoting? {
    guard let text = options.quote else { return nil }
    if text == "none" { return Quoting.none }
    let bytes = Array(text == "double" ? "\"".utf8 : text == "single" ? "'".utf8 : text.utf8)
    guard bytes.count == 1, bytes[0] > space else { throw DataError(.table(.noQuote(text)), file: file) }
    return .strict(bytes[0])
  }

  /// `sep=;`, a line that Excel writes and reads.
  static func separator(named line: [UInt8]) -> Delimiter? {
    var line = String(decoding: line, as: UTF8.self)
    if line.hasPrefix("\""), line.hasSuffix("\"") { line = String(line.dropFirst().dropLast()) }
    guard line.count == 5, line.lowercased().hasPrefix("sep=") else { return nil }
    return Delimiter(String(line.suffix(1)))
  }

  static func sample(
    _ reader: borrowing RecordReader, _ scanner: RecordScanner, _ skipped: Int, _ comment: [UInt8]
  ) -> [SampledRow]? {
    reader.sample(scanner, skipping: skipped, comment, rows: sampledRows, cells: sampledCells) {
      bytes, fields, line in
      SampledRow(
        cells: fields.prefix(RawTable.maxColumns).map { SampledCell(bytes, $0, scanner.delimiter) },
        line: line)
    }
  }

  static func candidates(
    _ reader: borrowing RecordReader, _ forced: Delimiter?, _ quoting: Quoting?, _ skipped: Int,
    _ comment: [UInt8]
  ) -> [Candidate] {
    var found: [Candidate] = []
    for delimiter in forced.map({ [$0] }) ?? Delimiter.candidates {
      let scanner = RecordScanner(delimiter, quoting)
      guard let rows = sample(reader, scanner, skipped, comment) else { continue }
      var counts: [Int: Int] = [:]
      for row in rows { counts[row.cells.count, default: 0] += 1 }
      guard let mostFrequent = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
        mostFrequent.key > 1
      else { continue }
      let consistency = Double(mostFrequent.value) / Double(rows.count)
      let candidate = Candidate(
        scanner: scanner, rows: rows, columnCount: mostFrequent.key, consistency: consistency,
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
  static func isDivided(_ rival: Candidate, into candidate: Candidate) -> Bool {
    rival.scanner.delimiter == .tab && candidate.consistency > 0.9
      && candidate.columnCount > rival.columnCount
      && candidate.numbers > rival.numbers
      && rival.rows.allSatisfy { row in row.cells.contains { $0.isSeveralNumbers } }
  }

  /// The rows with single quotation marks around cells, if all rows have the same number of cells only so.
  static func withSingleQuotes(
    _ reader: borrowing RecordReader, _ candidate: Candidate, _ skipped: Int, _ comment: [UInt8]
  ) -> Candidate? {
    guard let first = candidate.rows.first,
      first.cells.count < candidate.columnCount || candidate.consistency < 1,
      candidate.rows.dropFirst().contains(where: { row in row.cells.contains { $0.text.hasPrefix("'") } })
    else { return nil }
    let scanner = RecordScanner(candidate.scanner.delimiter, .strict(UInt8(ascii: "'")))
    guard let rows = sample(reader, scanner, skipped, comment), let columnCount = rows.first?.cells.count,
      rows.allSatisfy({ $0.cells.count == columnCount })
    else { return nil }
    return Candidate(
      scanner: scanner, rows: rows, columnCount: columnCount, consistency: 1, numbers: fractionOfNumbers(rows)
    )
  }

  static func best(_ candidates: [Candidate]) -> Candidate? {
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

  static func fractionOfNumbers(_ rows: [SampledRow]) -> Double {
    let cells = rows.lazy.flatMap(\.cells)
    return Double(cells.count { $0.looksNumeric }) / Double(max(rows.reduce(0) { $0 + $1.cells.count }, 1))
  }
}
