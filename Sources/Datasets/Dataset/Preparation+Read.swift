import Experiment

extension Preparation {
  /// Rows of another file, prepared as the training rows were; rows without a target are dropped.
  ///
  /// Columns are matched by name where both files have a header (others are ignored), otherwise by position.
  ///
  /// - Parameter reading: what the user says of the file, where it is unlike the training file.
  public func table(
    from path: String, _ reading: ReadingOptions = ReadingOptions(), probes: Probes = Probes(),
    progress: (String) -> Void = { _ in }
  ) throws(DataError) -> PreparedRows {
    var rows = try placedTable(from: path, reading, probes: probes, progress: progress)
    rows.table.lines = nil
    return rows
  }

  /// Reads the same as `table`, with the lines of the rows where the file has lines.
  func placedTable(
    from path: String, _ reading: ReadingOptions, probes: Probes, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try DataFormats.recognized(probes[path], for: self, reading).labeledRows(
      preparedBy: self, progress: progress)
  }

  /// Another file's rows without targets, for prediction. A file without a header may lack the target column.
  public func unlabeledTable(
    from path: String, _ reading: ReadingOptions = ReadingOptions(), probes: Probes = Probes(),
    progress: (String) -> Void = { _ in }
  ) throws(DataError) -> PreparedRows {
    try DataFormats.recognized(probes[path], for: self, reading).unlabeledRows(
      preparedBy: self, progress: progress)
  }

  /// Reads the same as `unlabeledTable`, without its notes.
  public func inputs(
    from path: String, probes: Probes = Probes(), progress: (String) -> Void = { _ in }
  ) throws(DataError) -> Examples {
    try unlabeledTable(from: path, probes: probes, progress: progress).table
  }

  /// The options that make a file be read as the training file was.
  func reading(of path: String) -> DataOptions {
    var options = DataOptions(path: path)
    domain.chooseReading(&options)
    return options
  }
}
