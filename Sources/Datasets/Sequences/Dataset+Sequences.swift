import Experiment

extension Dataset {
  /// A dataset of a long table's sequences: divided by sequence, prepared as the columns of a table are.
  ///
  /// - Parameter table: read with its keys.
  static func sequences(
    _ table: RawTable, name: String, target: String?, validation: Double, test: Double, fold: Fold?,
    seed: UInt64
  ) throws(DataError) -> Dataset {
    let keys = table.keys.map(\.position)
    let position = try table.targetPosition(target, besides: keys)
    if keys.contains(position) {
      throw DataError(.columnWithTwoRoles, file: table.file, column: table.columns[position].name)
    }
    let all = try SequenceRows(table)
    let labelled = try LabelledSequences(all, in: table, target: position)
    var notes = table.notes
    if labelled.sequences.count < all.count {
      notes.append(
        Preparation.dropNote(
          all.count - labelled.sequences.count, "sequence", target: table.columns[position].name))
    }
    let column = table.columns[position]
    let classNames = try table.classNames(of: column, rows: labelled.targets, notes: &notes)
    let split = try SequenceSplit(
      table, labelled, column, classNames: classNames, validation: validation, test: test,
      fold: fold, seed: seed)
    var fit = ColumnFit(
      table: table, rows: labelled.sequences.rows, training: split.training.sequences.rows)
    for index in table.columns.indices where index != position && !keys.contains(index) { try fit.add(index) }
    guard !fit.columns.isEmpty else { throw DataError(.noFeatures, file: table.file) }
    let targets = ColumnFit(table: table, rows: labelled.targets, training: split.training.targets)
    var preparation = Preparation(
      inputs: .columns(
        fit.columns, width: table.columns.count, targetPosition: position, hasHeader: table.hasHeader),
      targetName: column.name, target: try targets.target(column, classNames: classNames),
      featureScaling: Scaling(means: fit.means, scales: fit.scales))
    let places = keys.map { SequenceLayout.KeyColumn(name: table.columns[$0].name, position: $0) }
    preparation.sequence = .columns(identifier: places[0], time: places.count > 1 ? places[1] : nil)
    let positions = fit.columns.map(\.position)
    func prepared(_ part: LabelledSequences) throws(DataError) -> Examples {
      try preparation.table(of: part, in: table, positions: positions, target: position)
    }
    return Dataset(
      name: name, training: try prepared(split.training), validation: try prepared(split.validation),
      test: split.test.targets.isEmpty ? nil : try prepared(split.test), preparation: preparation,
      notes: notes + fit.notes)
  }
}

/// Sequences with a row each that has the target.
struct LabelledSequences {
  private(set) var sequences: SequenceRows
  private(set) var targets: [Int32]

  /// Those that have a target.
  init(_ sequences: SequenceRows, in table: RawTable, target: Int) throws(DataError) {
    let rows = try sequences.targetRows(in: table, position: target)
    let labelled = rows.indices.filter { rows[$0] >= 0 }.map { Int32($0) }
    guard !labelled.isEmpty else {
      throw DataError(
        .noTargets, file: table.file, line: table.firstLine, column: table.columns[target].name)
    }
    self.sequences = sequences.selecting(labelled)
    targets = labelled.map { rows[Int($0)] }
  }

  func selecting(_ indices: [Int32]) -> LabelledSequences {
    var copy = self
    copy.sequences = sequences.selecting(indices)
    copy.targets = indices.map { targets[Int($0)] }
    return copy
  }
}

/// Sequences to learn from, to measure on, and to measure on last.
private struct SequenceSplit {
  let training: LabelledSequences
  let validation: LabelledSequences
  let test: LabelledSequences

  /// With the same share of every class; `classNames`: `nil` for numbers.
  init(
    _ table: RawTable, _ all: LabelledSequences, _ column: RawColumn, classNames: [String]?,
    validation: Double, test: Double, fold: Fold?, seed: UInt64
  ) throws(DataError) {
    let classes = table.classes(of: column, rows: all.targets, classNames: classNames)
    let split: Split
    do {
      split = try Split(classes: classes, validation: validation, test: test, fold: fold, seed: seed)
    } catch {
      throw DataError(error.reason, file: table.file)
    }
    training = all.selecting(split.training)
    self.validation = all.selecting(split.validation)
    self.test = all.selecting(split.test)
  }
}
