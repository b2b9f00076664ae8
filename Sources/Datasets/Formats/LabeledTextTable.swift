import Experiment

/// A table read as texts: one of its columns is classified as a text.
package struct LabeledTextTable: DataFormat {
  package static let summary = DelimitedTable.summary
  package static let kinds = [DataKind.texts]

  private let probe: Probe
  /// Name or 0-based index of the column of texts.
  private let column: String

  package static func recognize(_ probe: Probe, _ options: DataOptions) -> Self? {
    guard probe.names == nil, let column = options.text else { return nil }
    return Self(probe: probe, column: column)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    try .texts(LabeledTexts(probe.open(), text: column, label: request.options.target), request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(
      of: LabeledTexts(probe.open(), text: column, label: preparation.targetName), withClasses: true)
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> Examples {
    try preparation.rows(of: LabeledTexts(probe.open(), text: column), withClasses: false).table
  }
}
