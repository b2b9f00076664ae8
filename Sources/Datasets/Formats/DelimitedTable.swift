import Experiment

/// A text file of rows whose cells are separated by a delimiter. Every file that is in no other format is read as one.
package struct DelimitedTable: DataFormat {
  package static let summary = "a CSV or TSV file"
  package static let kinds = [DataKind.table]

  private let probe: Probe

  package static func recognize(_ probe: Probe, _ options: DataOptions) -> Self? {
    probe.names == nil ? Self(probe: probe) : nil
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    try .table(RawTable(probe.open(), progress: progress), request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(
      of: RawTable(probe.open(), knownNames: preparation.knownNames, progress: progress))
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> Examples {
    try preparation.unlabeledRows(
      of: RawTable(probe.open(), knownNames: preparation.knownNames, progress: progress))
  }
}
