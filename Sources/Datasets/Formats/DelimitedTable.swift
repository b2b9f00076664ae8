import Experiment

/// A text file of rows whose cells are separated by a delimiter. Every file that is in no other format is read as one.
package struct DelimitedTable: DataFormat {
  package static let summary = "a CSV or TSV file"
  package static let fileEndings = [".csv", ".tsv", ".txt", ".data"]
  package static let kinds = [DataKind.table]

  private let probe: Probe
  private let reading: ReadingOptions

  init(probe: Probe, reading: ReadingOptions) {
    (self.probe, self.reading) = (probe, reading)
  }

  package static func recognize(_ probe: Probe, _ options: DataOptions) -> Self? {
    probe.names == nil ? Self(probe: probe, reading: options.reading) : nil
  }

  package func load(_ request: LoadRequest, progress: (String) -> Void) throws(DataError) -> Dataset {
    if let preparation = request.preparation {
      return try .table(preparation.table(probe, reading, progress: progress), request)
    }
    return try .table(
      RawTable(
        probe.open(), reading, names: request.options.columnNames,
        plan: { (raw) throws(DataError) in try raw.plan(request.options) }, progress: progress), request)
  }

  package func labeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.rows(of: preparation.table(probe, reading, progress: progress))
  }

  package func unlabeledRows(
    preparedBy preparation: Preparation, progress: (String) -> Void
  ) throws(DataError) -> PreparedRows {
    try preparation.unlabeledRows(of: preparation.table(probe, reading, progress: progress))
  }
}

extension DataOptions {
  /// Names that the user gives of columns, but for those that may be indices.
  var columnNames: Set<String> {
    let lists = [reading.ignored, reading.categorical, reading.numeric, reading.dates].compactMap {
      $0?.names
    }
    return Set(
      ([target, sequenceID, time, text].compactMap { $0 } + lists.joined()).filter { Int($0) == nil })
  }
}

extension RawTable {
  /// What is to be kept of the columns that options speak of.
  ///
  /// - Parameter names: of columns that are kept as they are written.
  func plan(_ options: DataOptions, keys names: [String] = []) throws(DataError) -> Plan {
    var plan = Plan()
    plan.keys = try positions(of: names)
    if Set(plan.keys).count < plan.keys.count {
      throw DataError(.sequences(.columnWithTwoRoles), file: file, column: columns[plan.keys[0]].name)
    }
    plan.ignored = Set(try positions(of: options.reading.ignored?.names ?? []))
    return plan
  }
}
