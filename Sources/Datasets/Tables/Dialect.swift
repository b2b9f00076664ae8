import Experiment
import PlainText

/// How a text file is laid out, judged by its first 100 rows where nobody says.
struct Dialect {
  var delimiter = Delimiter.comma
  var quoting: Quoting
  /// The quotation mark as `--quote` takes it; `nil`: the default.
  var quote: String?
  /// What a line begins with that is skipped; empty: no line is.
  var comment: [UInt8] = []
  var hasHeader = false
  /// Lines before the header or the first row that are none: titles, and `sep=;`.
  var skippedLines = 0
  /// The number of bytes before the header in its line: the sign of a comment.
  var headerPrefix = 0
  /// Number of cells of a row.
  var columnCount = 0
  /// Whether a row of units, or of further names, stands below the header.
  var hasUnits = false
  /// What was decided that a user may want to overrule, a sentence each.
  var notes: [String] = []

  static let sampledRows = 100
  /// At most this many cells are sampled, but at least two rows.
  static let sampledCells = 200_000

  /// The delimiter is the one that gives the most rows the same number of cells, at least two; among equals, the one
  /// that makes the most cells numbers; then tab before comma, semicolon and bar. White space counts only where no
  /// other gives half of the rows the same number, or where it divides what tabs leave together into numbers.
  ///
  /// - Parameters:
  ///   - options: what is not to be decided.
  ///   - names: column names expected; half of them, or of the first row, make that a header, none make it a row.
  ///   - mustMatchNames: whether nothing else decides about the header.
  init(
    _ reader: borrowing RecordReader, _ options: ReadingOptions, names: Set<String> = [],
    mustMatchNames: Bool = false
  ) throws(DataError) {
    quoting = .strict(doubleQuote)
    quote = options.quote
    var forced = try Self.delimiter(options, reader.path)
    let lines = reader.firstLines(Self.sampledRows)
    if forced == nil, let first = lines.first, let named = Self.separator(named: first) {
      forced = named
      skippedLines = 1
    }
    comment = options.comment.map { Array($0.utf8) } ?? Self.commentSign(lines.dropFirst(skippedLines))
    let leading = lines.dropFirst(skippedLines).prefix { !comment.isEmpty && $0.starts(with: comment) }.count

    let candidates = Self.candidates(
      reader, forced, try Self.quoting(options, reader.path), skippedLines, comment)
    guard var best = Self.best(candidates)?.withoutEmptyEnds else {
      // A single column: the features of a model that has no more.
      delimiter = forced ?? .comma
      quoting = try Self.quoting(options, reader.path) ?? RecordScanner(delimiter).quoting
      let rows = Self.sample(reader, RecordScanner(delimiter, quoting), skippedLines, comment) ?? []
      columnCount = rows.first?.cells.count ?? 0
      hasHeader = options.header.map { $0 == .yes } ?? (!names.isEmpty && Self.isKnown(rows.first, names))
      return
    }
    if options.quote == nil, let single = Self.withSingleQuotes(reader, best, skippedLines, comment) {
      best = single
      quote = "'"
      notes.append(
        "cells between single quotation marks are taken as quoted (--quote none: the marks are text)")
    }
    (delimiter, quoting) = (best.scanner.delimiter, best.scanner.quoting)
    var rows = best.rows
    var titles = Self.titles(rows, columnCount: best.columnCount)
    let hasBlankNames =
      options.header != .no
      && Self.hasBlankNames(rows, after: titles, best.columnCount, names, mustMatchNames)
    if hasBlankNames { titles -= 1 }
    skip(titles, of: &rows, best.columnCount)
    // Rows that follow the header say best how many cells there are.
    columnCount = rows.count > 1 ? best.columnCount : rows.first?.cells.count ?? 0
    decideHeader(rows, options, names, mustMatchNames, hasBlankNames)
    if leading > 0, options.header != .no, titles == 0 { takeCommentAsHeader(lines, leading) }
  }

  // MARK: Header

  private mutating func decideHeader(
    _ rows: [SampledRow], _ options: ReadingOptions, _ names: Set<String>, _ mustMatchNames: Bool,
    _ hasBlankNames: Bool
  ) {
    if hasBlankNames {
      hasHeader = true
      let name = rows.first?.cells.first { !$0.isEmpty }?.text ?? ""
      notes.append(
        "line \((rows.first?.line ?? 0) + 1) is taken as the header, though it names only \(sanitized(name)) (--header no: it is "
          + "skipped)")
    } else if let header = options.header {
      hasHeader = header == .yes
    } else if Self.isKnown(rows.first, names, countsBlanks: mustMatchNames) {
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

  /// Whether half of the names, or half of the cells of a row that has fewer, and at least one, are in both.
  ///
  /// - Parameter countsBlanks: whether names that stand for blank ones, `x` and the position, are found in blank cells
  ///   of a row that has no cell but names.
  static func isKnown(_ row: SampledRow?, _ names: Set<String>, countsBlanks: Bool = false) -> Bool {
    guard let cells = row?.cells else { return false }
    let countsBlanks = countsBlanks && cells.allSatisfy { $0.isEmpty || names.contains($0.text) }
    let found = cells.enumerated().count {
      names.contains($1.isEmpty && countsBlanks ? "x\($0)" : $1.text)
    }
    return found > 0 && 2 * found >= min(names.count, cells.count)
  }
}
