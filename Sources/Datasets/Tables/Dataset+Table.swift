import Experiment
import PlainText

extension Dataset {
  /// A dataset of a text file's rows.
  static func table(_ table: RawTable, _ request: LoadRequest) throws(DataError) -> Dataset {
    if let preparation = request.preparation { return try preparedTable(table, by: preparation, request) }
    guard table.columns.count > 1 else { throw DataError(.table(.oneColumn), file: table.file, line: 1) }
    let overrides = try ColumnOverrides(request.options.reading, in: table)
    let target = try TargetFit(table, request.options, overrides)
    let column = table.columns[target.position]
    let rows = target.rows
    var notes = table.notes + target.notes
    if rows.count < table.rows {
      notes.append(TargetFit.dropNote(table.rows - rows.count, "row", column, table.reading.missing))
    }
    let split = try request.split(target.classes(rows), file: table.file).mapped { rows[Int($0)] }
    var fit = ColumnFit(table: table, overrides: overrides, rows: rows, training: split.training)
    for index in table.columns.indices where index != target.position { try fit.add(index) }
    fit.finish()
    guard !fit.columns.isEmpty else {
      let texts = fit.summaries.first { $0.kind == .text && target.classNames != nil }
      throw DataError(.table(texts.map { .textsAlone(column: $0.name) } ?? fit.noFeatures), file: table.file)
    }
    let preparation = Preparation(
      inputs: .columns(
        fit.columns, width: table.columns.count, targetPosition: target.position, hasHeader: table.hasHeader),
      targetName: column.name, target: target.target(split.training),
      featureScaling: Scaling(means: fit.means, scales: fit.scales), reading: table.reading,
      targetFormat: target.format)
    func prepared(_ rows: [Int32]) throws(DataError) -> Examples {
      Examples(
        rows: rows.count, columns: preparation.featureCount,
        features: try preparation.features(fit.cells, rows: rows, file: table.file),
        targets: try preparation.targets(target.cells, rows: rows, in: table, target.position))
    }
    var dataset = Dataset(
      name: request.name, training: try prepared(split.training), validation: try prepared(split.validation),
      test: split.test.isEmpty ? nil : try prepared(split.test), preparation: preparation,
      notes: notes + fit.notes)
    dataset.columns = fit.summaries + [target.summary]
    dataset.columns.sort { $0.position < $1.position }
    dataset.places = RowPlaces(table, split)
    dataset.warnings = TableWarnings(table, target, fit, rows: rows).texts
    return dataset
  }

  /// A dataset divided as `table` divides it, whose rows are prepared as they once were.
  private static func preparedTable(
    _ table: RawTable, by preparation: Preparation, _ request: LoadRequest
  ) throws(DataError) -> Dataset {
    let columns = try PreparedColumns(preparation, in: table, hasTarget: true)
    let rows = columns.rows
    guard !rows.isEmpty else { throw DataError(.rows(.noTargets), file: table.file, line: table.firstLine) }
    let all = try columns.targets(rows)
    let classes: [Int32] =
      if case .classes(let classes) = all { classes } else { [Int32](repeating: 0, count: rows.count) }
    let split = try request.split(classes, file: table.file).mapped { rows[Int($0)] }
    func prepared(_ rows: [Int32]) throws(DataError) -> Examples {
      Examples(
        rows: rows.count, columns: preparation.featureCount, features: try columns.features(rows),
        targets: try columns.targets(rows))
    }
    var dataset = Dataset(
      name: request.name, training: try prepared(split.training), validation: try prepared(split.validation),
      test: split.test.isEmpty ? nil : try prepared(split.test), preparation: preparation, notes: table.notes)
    dataset.places = RowPlaces(table, split)
    return dataset
  }
}
