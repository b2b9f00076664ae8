import Experiment

/// A table read as texts: one of its columns is classified as a text.
package struct LabeledTextTable: DataFormat {
  package static let summary = DelimitedTable.summary
  package static let kinds = [DataKind.texts]

  private let probe: Probe
  private let reading: ReadingOptions
  /// Name or 0-based index of the column of texts.
  private let column: String

  package static func recognize(_ probe: Probe, _ options: DataOptions) -> Self? {
    guard probe.names == nil, let column = options.text else { return nil }
    return Self(probe: probe, reading: options.reading, column: column)
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    try .texts(
      LabeledTexts(probe.open(), reading, text: column, label: request.options.target, readsLabels: true),
      request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(
      of: LabeledTexts(
        probe.open(), preparation.textOptions(reading, probe), text: column, label: preparation.targetName,
        readsLabels: true), withClasses: true)
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(
      of: LabeledTexts(
        probe.open(), preparation.textOptions(reading, probe), text: column, label: nil, readsLabels: false),
      withClasses: false)
  }
}

extension Preparation {
  /// How other files of texts are read: as the training file was.
  fileprivate func textOptions(_ given: ReadingOptions, _ probe: Probe) -> ReadingOptions {
    var options = trainingOptions(given, start: probe.start)
    if options.delimiter == nil { options.delimiter = reading?.delimiter }
    if options.header == nil, case .text(_, let column) = inputs, reading != nil, column.isColumnNumber {
      options.header = .no
    }
    return options
  }
}

extension String {
  /// Whether it is what columns without a name are called: `x` and digits.
  var isColumnNumber: Bool {
    first == "x" && count > 1 && dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
  }
}
