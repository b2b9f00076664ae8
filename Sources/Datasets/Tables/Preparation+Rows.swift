import PlainText

extension Preparation {
  /// The rows of a table, or its sequences, that have a target.
  func rows(of raw: RawTable) throws(DataError) -> PreparedRows {
    guard case .columns(let columns, let width, let targetPosition, _) = inputs else {
      preconditionFailure("only tables have columns")
    }
    let expected = columns.map { ($0.name, $0.position) } + [(targetName, targetPosition)]
    var positions = try find(expected, in: raw, width: width)
    let target = positions.removeLast()
    try requireNumbers(of: raw, columns, positions)
    if case .value = self.target { try raw.columns[target].requireNumbers(file: raw.file) }
    if sequence != nil { return try sequences(of: raw, positions: positions, target: target) }

    let cells = raw.columns[target].cells
    let rows = cells.indices.filter { !cells[$0].isMissing }.map { Int32($0) }
    guard !rows.isEmpty else {
      throw DataError(
        .rows(.noTargets), file: raw.file, line: raw.firstLine, column: raw.columns[target].name)
    }
    let dropped = raw.rows - rows.count
    return (
      Examples(
        rows: rows.count, columns: featureCount,
        features: try features(of: raw, rows: rows, positions: positions),
        targets: try targets(of: raw, rows: rows, position: target)),
      dropped == 0 ? [] : [Self.dropNote(dropped, "row", target: targetName)]
    )
  }

  static func dropNote(_ count: Int, _ what: String, target: String) -> String {
    "\(counted(count, what)) without a value of \(sanitized(target)) dropped"
  }

  /// All rows of a table, or its sequences, without their targets. A table without a header may lack the target column.
  func unlabeledRows(of raw: RawTable) throws(DataError) -> Examples {
    guard case .columns(let columns, let width, let target, _) = inputs else {
      preconditionFailure("only tables have columns")
    }
    let lacksTarget = raw.columns.count == width - 1
    let expected = columns.map { ($0.name, $0.position - (lacksTarget && $0.position > target ? 1 : 0)) }
    let positions = try find(expected, in: raw, width: lacksTarget ? width - 1 : width)
    try requireNumbers(of: raw, columns, positions)
    if sequence != nil {
      let sequences = try SequenceRows(raw)
      return Examples(
        columns: featureCount, features: try features(of: raw, rows: sequences.rows, positions: positions),
        targets: .none, offsets: sequences.offsets)
    }
    let rows = (0..<raw.rows).map { Int32($0) }
    return Examples(
      rows: raw.rows, columns: featureCount,
      features: try features(of: raw, rows: rows, positions: positions), targets: .none)
  }

  /// Names that make a row a header; none if the training file had no header.
  var knownNames: Set<String> {
    guard case .columns(let columns, _, _, true) = inputs else { return [] }
    return Set(columns.map(\.name) + [targetName] + (sequence?.keys.map(\.name) ?? []))
  }

  /// Where the columns of these names and training positions are.
  private func find(
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
    let names = raw.columns.map(\.name)
    let positions = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var found: [Int] = []
    for (name, _) in expected {
      guard let position = positions[name] else {
        throw DataError(.table(.missingColumn(name, available: names)), file: raw.file, line: 1)
      }
      found.append(position)
    }
    return found
  }

  private func requireNumbers(
    of raw: RawTable, _ columns: [InputColumn], _ positions: [Int]
  ) throws(DataError) {
    for (column, position) in zip(columns, positions) where column.kind == .number {
      try raw.columns[position].requireNumbers(file: raw.file)
    }
  }
}
