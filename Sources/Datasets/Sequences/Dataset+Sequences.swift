import Experiment

extension Dataset {
  /// A dataset of a long table's sequences: divided by sequence, prepared as the columns of a table are.
  ///
  /// - Parameter table: read with its keys.
  static func sequences(_ table: RawTable, _ request: LoadRequest) throws(DataError) -> Dataset {
    let keys = table.keys.map(\.position)
    let position = try table.targetPosition(request.options.target, besides: keys)
    if keys.contains(position) {
      throw DataError(.sequences(.columnWithTwoRoles), file: table.file, column: table.columns[position].name)
    }
    let all = try SequenceRows(table)
    let labeled = try LabeledSequences(all, in: table, target: position)
    var notes = table.notes
    if labeled.sequences.count < all.count {
      notes.append(
        Preparation.dropNote(
          all.count - labeled.sequences.count, "sequence", target: table.columns[position].name))
    }
    let column = table.columns[position]
    let classNames = try table.classNames(of: column, rows: labeled.targets, notes: &notes)
    let classes = table.classes(of: column, rows: labeled.targets, classNames: classNames)
    let split = try request.split(classes, file: table.file)
    let training = labeled.selecting(split.training)
    var fit = ColumnFit(
      table: table, rows: labeled.sequences.rows, training: training.sequences.rows)
    for index in table.columns.indices where index != position && !keys.contains(index) { try fit.add(index) }
    guard !fit.columns.isEmpty else { throw DataError(.table(.noFeatures), file: table.file) }
    let targets = ColumnFit(table: table, rows: labeled.targets, training: training.targets)
    var preparation = Preparation(
      inputs: .columns(
        fit.columns, width: table.columns.count, targetPosition: position, hasHeader: table.hasHeader),
      targetName: column.name, target: try targets.target(column, classNames: classNames),
      featureScaling: Scaling(means: fit.means, scales: fit.scales))
    let places = keys.map { SequenceLayout.KeyColumn(name: table.columns[$0].name, position: $0) }
    preparation.sequence = .columns(identifier: places[0], time: places.count > 1 ? places[1] : nil)
    let positions = fit.columns.map(\.position)
    func prepared(_ part: LabeledSequences) throws(DataError) -> Examples {
      try preparation.table(of: part, in: table, positions: positions, target: position)
    }
    return Dataset(
      name: request.name, training: try prepared(training),
      validation: try prepared(labeled.selecting(split.validation)),
      test: split.test.isEmpty ? nil : try prepared(labeled.selecting(split.test)), preparation: preparation,
      notes: notes + fit.notes)
  }
}

/// Sequences with a row each that has the target.
struct LabeledSequences {
  private(set) var sequences: SequenceRows
  private(set) var targets: [Int32]

  /// Those that have a target.
  init(_ sequences: SequenceRows, in table: RawTable, target: Int) throws(DataError) {
    let rows = try sequences.targetRows(in: table, position: target)
    let labeled = rows.indices.filter { rows[$0] >= 0 }.map { Int32($0) }
    guard !labeled.isEmpty else {
      throw DataError(
        .rows(.noTargets), file: table.file, line: table.firstLine, column: table.columns[target].name)
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
