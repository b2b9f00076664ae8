import Experiment

extension Dataset {
  /// A dataset of a long table's sequences: divided by sequence, prepared as the columns of a table are.
  ///
  /// - Parameter table: read with its keys.
  static func sequences(_ table: RawTable, _ request: LoadRequest) throws(DataError) -> Dataset {
    if let preparation = request.preparation { return try preparedSequences(table, by: preparation, request) }
    let keys = table.keys.map(\.position)
    let overrides = try ColumnOverrides(request.options.reading, in: table)
    let position = try table.targetPosition(request.options.target, besides: keys)
    if keys.contains(position) {
      throw DataError(.sequences(.columnWithTwoRoles), file: table.file, column: table.columns[position].name)
    }
    let target = try TargetFit(table, request.options, overrides, keys: keys)
    let column = table.columns[position]
    let all = try SequenceRows(table, request.options.reading)
    let labeled = try LabeledSequences(all, in: table, target: target.cells, position)
    var notes = table.notes + target.notes + all.notes
    if labeled.sequences.count < all.count {
      notes.append(
        TargetFit.dropNote(all.count - labeled.sequences.count, "sequence", column, table.reading.missing))
    }
    let split = try request.split(target.classes(labeled.targets), file: table.file)
    let training = labeled.selecting(split.training)
    var fit = ColumnFit(
      table: table, overrides: overrides, rows: labeled.sequences.rows, training: training.sequences.rows)
    for index in table.columns.indices where index != position && !keys.contains(index) { try fit.add(index) }
    fit.finish()
    guard !fit.columns.isEmpty else { throw DataError(.table(fit.noFeatures), file: table.file) }
    var preparation = Preparation(
      inputs: .columns(
        fit.columns, width: table.columns.count, targetPosition: position, hasHeader: table.hasHeader),
      targetName: column.name, target: target.target(training.targets),
      featureScaling: Scaling(means: fit.means, scales: fit.scales), reading: table.reading,
      targetFormat: target.format)
    let places = keys.map { SequenceLayout.KeyColumn(name: table.columns[$0].name, position: $0) }
    var time = places.count > 1 ? places[1] : nil
    time?.dateOrder = all.timeOrder
    time?.format = all.timeFormat
    preparation.sequence = .columns(identifier: places[0], time: time)
    func prepared(_ part: LabeledSequences) throws(DataError) -> Examples {
      Examples(
        columns: preparation.featureCount,
        features: try preparation.features(fit.cells, rows: part.sequences.rows, file: table.file),
        targets: try preparation.targets(target.cells, rows: part.targets, in: table, position),
        offsets: part.sequences.offsets,
        names: part.sequences.names(in: table))
    }
    var dataset = Dataset(
      name: request.name, training: try prepared(training),
      validation: try prepared(labeled.selecting(split.validation)),
      test: split.test.isEmpty ? nil : try prepared(labeled.selecting(split.test)), preparation: preparation,
      notes: notes + fit.notes)
    dataset.columns = fit.summaries + [target.summary]
    for (key, kind) in zip(keys, [ColumnSummary.Kind.sequenceID, .time]) {
      dataset.columns.append(ColumnSummary(table.columns[key], key, kind))
    }
    dataset.columns.sort { $0.position < $1.position }
    return dataset
  }

  /// Sequences divided as `sequences` divides them, whose steps are prepared as they once were.
  private static func preparedSequences(
    _ table: RawTable, by preparation: Preparation, _ request: LoadRequest
  ) throws(DataError) -> Dataset {
    let columns = try PreparedColumns(preparation, in: table, hasTarget: true)
    guard let target = columns.target,
      case .columns(_, _, let trained, _) = preparation.inputs
    else { preconditionFailure("sequences are of columns with a target") }
    let position =
      table.columns.firstIndex { $0.name == preparation.targetName } ?? min(trained, table.columns.count - 1)
    let all = try preparation.sequenceRows(of: table)
    let labeled = try LabeledSequences(all, in: table, target: target, position)
    let classes: [Int32] =
      if case .classes(let classes) = try columns.targets(labeled.targets) { classes } else {
        [Int32](repeating: 0, count: labeled.targets.count)
      }
    let split = try request.split(classes, file: table.file)
    func prepared(_ rows: [Int32]) throws(DataError) -> Examples {
      let part = labeled.selecting(rows)
      return Examples(
        columns: preparation.featureCount, features: try columns.features(part.sequences.rows),
        targets: try columns.targets(part.targets), offsets: part.sequences.offsets,
        names: part.sequences.names(in: table))
    }
    return Dataset(
      name: request.name, training: try prepared(split.training), validation: try prepared(split.validation),
      test: split.test.isEmpty ? nil : try prepared(split.test), preparation: preparation, notes: table.notes)
  }
}

/// Sequences with a row each that has the target.
struct LabeledSequences {
  private(set) var sequences: SequenceRows
  private(set) var targets: [Int32]

  /// The sequences that have a target.
  init(
    _ sequences: SequenceRows, in table: RawTable, target: FeatureCells, _ position: Int
  ) throws(DataError) {
    let rows = try sequences.targetRows(in: table, target, position: position)
    let labeled = rows.indices.filter { rows[$0] >= 0 }.map { Int32($0) }
    guard !labeled.isEmpty else {
      throw DataError(
        .rows(.noTargets), file: table.file, line: table.firstLine, column: table.columns[position].name)
    }
    self.sequences = sequences.selecting(labeled)
    targets = labeled.map { rows[Int($0)] }
  }

  func selecting(_ indices: [Int32]) -> LabeledSequences {
    var copy = self
    copy.sequences = sequences.selecting(indices)
    copy.targets = indices.map { targets[Int($0)] }
    return copy
  }
}
