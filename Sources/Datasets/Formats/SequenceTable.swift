import Experiment

/// A table read as sequences: its rows are steps, grouped by the column of identifiers.
package struct SequenceTable: DataFormat {
  package static let summary = DelimitedTable.summary
  package static let kinds = [DataKind.sequences]

  private let probe: Probe
  private let reading: ReadingOptions
  private let identifier: String

  package static func recognize(_ probe: Probe, _ options: DataOptions) -> Self? {
    guard probe.names == nil, let identifier = options.sequenceID else { return nil }
    return Self(probe: probe, reading: options.reading, identifier: identifier)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    if let preparation = request.preparation {
      return try .sequences(table(for: preparation, lacksTarget: false, progress), request)
    }
    let keys = [identifier] + (request.options.time.map { [$0] } ?? [])
    return try .sequences(
      RawTable(
        probe.open(), reading, names: request.options.columnNames,
        plan: { (raw) throws(DataError) in try raw.plan(request.options, keys: keys) }, progress: progress),
      request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(of: table(for: preparation, lacksTarget: false, progress))
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.unlabeledRows(of: table(for: preparation, lacksTarget: true, progress))
  }

  private func table(
    for preparation: Preparation, lacksTarget: Bool, _ progress: (String) -> Void
  ) throws(DataError) -> RawTable {
    try preparation.table(
      probe, reading,
      keys: { (raw) throws(DataError) in try preparation.keyPositions(in: raw, lacksTarget: lacksTarget) },
      progress: progress)
  }
}
