import PlainText

/// Decides, column by column, what features a table gives, from its training rows.
struct ColumnFit {
  let table: RawTable
  /// Those with a target.
  let rows: [Int32]
  let training: [Int32]
  private(set) var columns: [InputColumn] = []
  /// One a feature.
  private(set) var means: [Double] = []
  private(set) var scales: [Double] = []
  private(set) var notes: [String] = []

  init(table: RawTable, rows: [Int32], training: [Int32]) {
    self.table = table
    self.rows = rows
    self.training = training
  }

  /// Adds a column's features, or drops it with a note where it names every row.
  ///
  /// - Throws: if it is empty or constant, or if a number in it is none.
  mutating func add(_ position: Int) throws(DataError) {
    let column = table.columns[position]
    if try column.isNumeric(file: table.file) {
      try addNumber(column, position)
    } else {
      try addCategories(column, position)
    }
  }

  func target(_ column: RawColumn, classNames: [String]?) throws(DataError) -> Preparation.Target {
    if let classNames { return .classes(classNames) }
    let (mean, scale) = moments(column)
    return .value(Scaling(means: [mean], scales: [scale]))
  }

  private mutating func addNumber(_ column: RawColumn, _ position: Int) throws(DataError) {
    var smallest = Double.infinity
    var largest = -Double.infinity
    var present = 0
    for row in rows {
      guard let value = column.value(column.cells[Int(row)]) else { continue }
      present += 1
      smallest = min(smallest, value)
      largest = max(largest, value)
    }
    guard present > 0 else { throw error(.table(.emptyColumn), column) }
    guard smallest < largest else {
      throw error(.table(.constantColumn(value: column.shortForm(smallest))), column)
    }
    if present < rows.count {
      notes.append(
        "\(counted(rows.count - present, "missing value")) of \(sanitized(column.name)) replaced by its mean")
    }
    let (mean, scale) = moments(column)
    means.append(mean)
    scales.append(scale)
    columns.append(InputColumn(name: column.name, position: position, kind: .number))
  }

  private mutating func addCategories(_ column: RawColumn, _ position: Int) throws(DataError) {
    guard let all = column.categories(rows) else {
      if column.isMostlyNumeric { throw column.notANumber(file: table.file) }
      notes.append(
        "column \(sanitized(column.name)) dropped: it has too many different texts to be categories")
      return
    }
    let isMissingSomewhere = rows.contains { column.cells[Int($0)].isMissing }
    guard let first = all.first else { throw error(.table(.emptyColumn), column) }
    if all.count == 1, !isMissingSomewhere { throw error(.table(.constantColumn(value: first)), column) }
    let kind = InputColumn.Kind.categories(
      Set(Set(training.map { column.cells[Int($0)] }).compactMap(column.name)).sorted(),
      hasMissing: training.contains { column.cells[Int($0)].isMissing })
    let added = InputColumn(name: column.name, position: position, kind: kind)
    means += [Double](repeating: 0, count: added.featureCount)
    scales += [Double](repeating: 1, count: added.featureCount)
    columns.append(added)
  }

  /// Mean and standard deviation of a column's numbers in training rows; 0 and 1 where there are none.
  private func moments(_ column: RawColumn) -> (mean: Double, scale: Double) {
    var mean = 0.0
    var squares = 0.0
    var count = 0.0
    for row in training {
      guard let value = column.value(column.cells[Int(row)]) else { continue }
      count += 1
      let difference = value - mean
      mean += difference / count
      squares += difference * (value - mean)
    }
    let scale = (squares / max(count, 1)).squareRoot()
    return (mean, scale > 0 ? scale : 1)
  }

  private func error(_ reason: DataError.Reason, _ column: RawColumn) -> DataError {
    DataError(reason, file: table.file, line: table.firstLine, column: column.name)
  }
}
