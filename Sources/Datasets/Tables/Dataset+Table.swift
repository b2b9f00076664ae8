import Experiment
import PlainText

extension Dataset {
  /// A dataset of a text file's rows.
  static func table(_ table: RawTable, _ request: LoadRequest) throws(DataError) -> Dataset {
    guard table.columns.count > 1 else { throw DataError(.table(.oneColumn), file: table.file, line: 1) }
    let position = try table.targetPosition(request.options.target)
    let column = table.columns[position]
    var notes = table.notes
    let rows = column.cells.indices.filter { !column.cells[$0].isMissing }.map { Int32($0) }
    if rows.count < table.rows {
      notes.append(Preparation.dropNote(table.rows - rows.count, "row", target: column.name))
    }
    let classNames = try table.classNames(of: column, rows: rows, notes: &notes)
    let classes = table.classes(of: column, rows: rows, classNames: classNames)
    let split = try request.split(classes, file: table.file).mapped { rows[Int($0)] }
    var fit = ColumnFit(table: table, rows: rows, training: split.training)
    for index in table.columns.indices where index != position { try fit.add(index) }
    guard !fit.columns.isEmpty else { throw DataError(.table(.noFeatures), file: table.file) }
    let preparation = Preparation(
      inputs: .columns(
        fit.columns, width: table.columns.count, targetPosition: position, hasHeader: table.hasHeader),
      targetName: column.name, target: try fit.target(column, classNames: classNames),
      featureScaling: Scaling(means: fit.means, scales: fit.scales))
    let positions = fit.columns.map(\.position)
    func prepared(_ rows: [Int32]) throws(DataError) -> Examples {
      Examples(
        rows: rows.count, columns: preparation.featureCount,
        features: try preparation.features(of: table, rows: rows, positions: positions),
        targets: try preparation.targets(of: table, rows: rows, position: position))
    }
    return Dataset(
      name: request.name, training: try prepared(split.training), validation: try prepared(split.validation),
      test: split.test.isEmpty ? nil : try prepared(split.test), preparation: preparation,
      notes: notes + fit.notes)
  }
}

extension RawTable {
  /// The column with this name, else the one with this 0-based index; if none is named the last that is no key.
  func targetPosition(_ target: String?, besides keys: [Int] = []) throws(DataError) -> Int {
    guard let target else {
      guard let last = columns.indices.last(where: { !keys.contains($0) }) else {
        throw DataError(.table(.noFeatures), file: file)
      }
      return last
    }
    if let position = columns.firstIndex(where: { $0.name == target }) { return position }
    if let position = Int(target), columns.indices.contains(position) { return position }
    throw DataError(.table(.unknownTarget(target, available: columns.map(\.name))), file: file)
  }

  /// For each row the index of its class, as a split needs it; without class names all the same.
  func classes(of column: RawColumn, rows: [Int32], classNames: [String]?) -> [Int32] {
    guard let classNames else { return [Int32](repeating: 0, count: rows.count) }
    var coder = CategoryCoder(classNames, missing: nil)
    return rows.map { Int32(coder.index(of: column.cells[Int($0)], in: column) ?? 0) }
  }

  /// The classes a column names, in order; nil if it is to be predicted as a number.
  ///
  /// Texts are classes. Numbers are if they are at most 20 different integers that occur twice each on
  /// average and lie close together as labels do: there are just two, or fewer than half of the integers
  /// between the smallest and the largest are unused.
  func classNames(
    of column: RawColumn, rows: [Int32], notes: inout [String]
  ) throws(DataError) -> [String]? {
    guard !rows.isEmpty else {
      throw DataError(.rows(.noTargets), file: file, line: firstLine, column: column.name)
    }
    if try !column.isNumeric(file: file) {
      guard let names = column.categories(rows) else {
        if column.isMostlyNumeric { throw column.notANumber(file: file) }
        throw DataError(
          .table(.tooManyClasses(limit: TextIndex.limit)), file: file, line: firstLine, column: column.name)
      }
      guard names.count > 1 else {
        throw DataError(.rows(.oneClass(names[0])), file: file, column: column.name)
      }
      return names
    }
    var values: Set<Double> = []
    for row in rows {
      if let value = column.value(column.cells[Int(row)]) { values.insert(value) }
      if values.count > 20 { return nil }
    }
    let sorted = values.sorted()
    let areIntegers = sorted.allSatisfy { $0 == $0.rounded() && abs($0) < 1e9 }
    if sorted.count == 1 {
      let name = column.shortForm(sorted[0])
      let reason: DataError.Reason = areIntegers ? .rows(.oneClass(name)) : .table(.constantTarget(name))
      throw DataError(reason, file: file, line: firstLine, column: column.name)
    }
    guard areIntegers, rows.count >= 2 * sorted.count else { return nil }
    let span = sorted[sorted.count - 1] - sorted[0]
    guard sorted.count == 2 || span < Double(2 * sorted.count) else { return nil }
    if sorted.count > 2 {
      notes.append("the \(sorted.count) different integers of \(sanitized(column.name)) are taken as classes")
    }
    return sorted.map(column.shortForm)
  }
}

extension RawColumn {
  /// The different texts (and numbers) of some rows, sorted; nil if they are too many to be categories: more
  /// than 1,000, or more than 20 and more than half of the rows that have one.
  func categories(_ rows: [Int32]) -> [String]? {
    guard !texts.isFull else { return nil }
    var different: Set<Cell> = []
    var present = 0
    for row in rows where !cells[Int(row)].isMissing {
      present += 1
      different.insert(cells[Int(row)])
      if different.count > TextIndex.limit { return nil }
    }
    if different.count > 20, 2 * different.count > present { return nil }
    return Set(different.compactMap(name)).sorted()
  }
}
