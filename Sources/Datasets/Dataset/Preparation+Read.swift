import Experiment

extension Preparation {
  /// Rows of another file, prepared as the training rows were; rows without a target are dropped.
  ///
  /// Columns are matched by name where both files have a header (others are ignored), otherwise by position.
  public func table(
    from path: String, probes: Probes = Probes(), progress: (String) -> Void = { _ in }
  ) throws(DataError) -> PreparedRows {
    try DataFormats.recognized(probes[path], for: self).labeledRows(preparedBy: self, progress: progress)
  }

  /// Another file's rows without targets, for prediction. A file without a header may lack the target column.
  public func inputs(
    from path: String, probes: Probes = Probes(), progress: (String) -> Void = { _ in }
  ) throws(DataError) -> Examples {
    try DataFormats.recognized(probes[path], for: self).unlabeledRows(preparedBy: self, progress: progress)
  }

  /// The kind of data that can be prepared.
  public var kind: DataKind {
    switch inputs {
    case .columns: sequence == nil ? .table : .sequences
    case .image(let shape): shape.channels == 1 ? .images : .colourImages
    case .text: .texts
    case .translation: .translations
    case .graphs: .graphs
    }
  }

  /// What tells a reading of a file like the training file from other readings.
  func reading(of path: String) -> DataOptions {
    var options = DataOptions(path: path)
    switch inputs {
    case .columns: options.sequenceID = sequence?.keys.first?.name
    case .text(_, let column): options.text = column
    case .translation(_, let source, let target): (options.source, options.target) = (source, target)
    case .image, .graphs: break
    }
    return options
  }
}
