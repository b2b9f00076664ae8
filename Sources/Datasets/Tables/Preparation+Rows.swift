import Experiment
import PlainText

extension Preparation {
  /// The rows of a table, or its sequences, that have a target.
  func rows(of raw: RawTable) throws(DataError) -> PreparedRows {
    let columns = try PreparedColumns(self, in: raw, hasTarget: true)
    guard case .columns(_, _, let targetPosition, _) = inputs else {
      preconditionFailure("only tables have columns")
    }
    if sequence != nil { return try sequences(of: raw, columns) }
    let rows = columns.rows
    guard !rows.isEmpty else {
      throw DataError(.rows(.noTargets), file: raw.file, line: raw.firstLine, column: targetName)
    }
    let dropped = raw.rows - rows.count
    let position =
      raw.columns.firstIndex { $0.name == targetName } ?? min(targetPosition, raw.columns.count - 1)
    var notes = raw.notes
    if dropped > 0 {
      notes.append(
        TargetFit.dropNote(dropped, "row", raw.columns[position], reading?.missing ?? .older))
    }
    var table = Examples(
      rows: rows.count, columns: featureCount, features: try columns.features(rows),
      targets: try columns.targets(rows))
    table.lines = rows.map { raw.line(ofRow: Int($0)) }
    return (table, notes + columns.notes(rows))
  }

  static func dropNote(_ count: Int, _ what: String, target: String) -> String {
    "\(counted(count, what)) without a value of \(sanitized(target)) dropped"
  }

  /// All rows of a table, or its sequences, without their targets. A table without a header may lack the target column.
  func unlabeledRows(of raw: RawTable) throws(DataError) -> PreparedRows {
    let columns = try PreparedColumns(self, in: raw, hasTarget: false)
    if sequence != nil {
      let sequences = try sequenceRows(of: raw)
      return (
        Examples(
          columns: featureCount, features: try columns.features(sequences.rows), targets: .none,
          offsets: sequences.offsets, names: sequences.names(in: raw)),
        raw.notes + columns.notes(sequences.rows)
      )
    }
    let rows = columns.rows
    return (
      Examples(
        rows: raw.rows, columns: featureCount, features: try columns.features(rows), targets: .none),
      raw.notes + columns.notes(rows)
    )
  }

  /// Names that make a row a header; none if the training file had no header.
  var knownNames: Set<String> {
    guard case .columns(let columns, _, _, true) = inputs else { return [] }
    return Set(columns.map(\.name) + [targetName] + (sequence?.keys.map(\.name) ?? []))
  }

  /// The reading options of other files than the training file: those of the training file, unless others are given.
  /// Only whether such a file has a header may differ, and is decided by the names.
  ///
  /// - Parameter start: the first bytes of the other file. UTF-16 has zeros beside ASCII, which every table has.
  func trainingOptions(_ given: ReadingOptions, start: [UInt8]) -> ReadingOptions {
    var options = given
    guard let reading else { return options }
    if options.quote == nil { options.quote = reading.quote }
    if options.comment == nil { options.comment = reading.comment }
    let isOther = reading.encoding == .utf16 && !start.contains(0)
    if options.encoding == nil, reading.encoding != .utf8, !isOther { options.encoding = reading.encoding }
    if options.missing == nil, reading.missing != .default {
      options.missing = NameList(reading.missing.texts)
    }
    return options
  }

  /// A table that is read as the training file was.
  func table(
    _ probe: Probe, _ given: ReadingOptions,
    keys: (RawTable) throws(DataError) -> [Int] = { _ in [] }, progress: (String) -> Void
  ) throws(DataError) -> RawTable {
    guard case .columns(let columns, let width, let target, let hasHeader) = inputs else {
      preconditionFailure("only tables have columns")
    }
    var options = trainingOptions(given, start: probe.start)
    if !hasHeader, options.header == nil, reading != nil { options.header = .no }
    if options.delimiter == nil, let delimiter = reading?.delimiter {
      options.delimiter = Delimiter.fitting(
        probe, delimiter, names: knownNames, widths: [width, width - 1])
    }
    let categories = Set(
      columns.compactMap { if case .categories = $0.kind { $0.name } else { nil } } + [targetName])
    let positions = Set(
      columns.compactMap { if case .categories = $0.kind { $0.position } else { nil } })
    return try RawTable(
      probe.open(), options, names: knownNames, mustMatchNames: reading != nil,
      plan: { (raw) throws(DataError) in
        var plan = RawTable.Plan()
        plan.keys = try keys(raw)
        if raw.hasHeader {
          plan.categories = Set(raw.columns.indices.filter { categories.contains(raw.columns[$0].name) })
        } else {
          // Without the target, columns behind it move.
          let isShifted = raw.columns.count == width - 1
          plan.categories = Set(positions.map { $0 - (isShifted && $0 > target ? 1 : 0) })
          if case .classes = self.target, !isShifted { plan.categories.insert(target) }
        }
        return plan
      }, progress: progress)
  }

  /// The positions of the columns with these names or training positions.
  func find(
    _ expected: [(name: String, position: Int)], in raw: RawTable, width: Int
  ) throws(DataError) -> [Int] {
    guard case .columns(_, _, _, true) = inputs, raw.hasHeader else {
      guard raw.columns.count == width else {
        throw DataError(
          .table(.columnCount(expected: width, found: raw.columns.count)), file: raw.file, line: raw.firstLine
        )
      }
      return expected.map(\.position)
    }
    let positions = Dictionary(
      raw.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = expected.map { $0.name }.filter { positions[$0] == nil }
    guard missing.isEmpty else { throw raw.lacks(missing, knownNames) }
    return expected.compactMap { positions[$0.name] }
  }
}

extension RawTable {
  /// The error that columns of the training file are missing.
  ///
  /// - Parameter known: the names of all its columns that mean something.
  func lacks(_ missing: [String], _ known: Set<String>) -> DataError {
    let named = columns.filter { !$0.isUnnamed }
    let problem: TableProblem =
      hasShortHeader
      ? .missingNames(missing, names: named.count, cells: columns.count)
      : .missingColumns(missing, spare: named.map(\.name).filter { !known.contains($0) })
    return DataError(.table(problem), file: file, line: 1)
  }
}

extension Delimiter {
  /// The delimiter of the training file, unless another file has the columns of it only with another one.
  static func fitting(
    _ probe: Probe, _ usual: String, names: Set<String>, widths: [Int]
  ) -> String {
    guard let first = probe.start.split(separator: newline, maxSplits: 1).first else { return usual }
    let others = candidates.map(\.text).filter { $0 != usual }
    for text in [usual] + others {
      guard let delimiter = Delimiter(text) else { continue }
      let cells = String(decoding: first, as: UTF8.self).split(
        omittingEmptySubsequences: delimiter.mergesRuns,
        whereSeparator: {
          $0 == Character(UnicodeScalar(delimiter.byte)) || $0 == "\r" && delimiter.mergesRuns
        })
      let texts = cells.map { $0.filter { $0 != "\"" && $0 != "\r" } }
      let known = texts.count { names.contains(String($0)) }
      if known > 0 && 2 * known >= names.count { return text }
      if names.isEmpty, text == usual, widths.contains(texts.count) { return text }
    }
    return usual
  }
}
