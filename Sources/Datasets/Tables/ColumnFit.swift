import Experiment
import PlainText

/// Decides, column by column, what features a table gives, from its training rows.
struct ColumnFit {
  let table: RawTable
  let overrides: ColumnOverrides
  /// The rows with a target.
  let rows: [Int32]
  let training: [Int32]
  private(set) var columns: [InputColumn] = []
  private(set) var cells: [FeatureCells] = []
  /// The mean of each feature.
  private(set) var means: [Double] = []
  private(set) var scales: [Double] = []
  private var columnNotes = ColumnNotes()
  private(set) var summaries: [ColumnSummary] = []
  /// A column of row numbers that is used after all if there is no other.
  var rowNumbers: (index: Int, cells: NumberCells, position: Int)?

  init(table: RawTable, overrides: ColumnOverrides, rows: [Int32], training: [Int32]) {
    self.table = table
    self.overrides = overrides
    self.rows = rows
    self.training = training
  }

  /// Adds a column's features, or leaves it out with a note where it teaches nothing.
  ///
  /// - Throws: if some of its cells are not what the others are.
  mutating func add(_ position: Int) throws(DataError) {
    let column = table.columns[position]
    if column.isIgnored {
      summaries.append(ColumnSummary(column, position, .leftOut, reason: "by --ignore"))
      return
    }
    let decision = try ColumnDecision(column, in: table, overrides.options, overrides[position])
    for note in decision.notes { columnNotes.append(note) }
    if let printed = decision.printed, let note = decision.printedNote {
      columnNotes.append(
        note, .printed(printed.format, isGuess: printed.isGuess), column: sanitized(column.name),
        detail: printed.detail)
    }
    switch decision.reading {
    case .numbers(let format): try addNumbers(column, position, format)
    case .dates(let order): try addDates(column, position, order)
    case .categories: addCategories(column, position)
    case .manyTexts:
      if overrides[position] == .category {
        throw DataError(
          .table(.tooManyCategories(limit: TextIndex.limit)), file: table.file, column: column.name)
      }
      leaveOut(column, position, .text, "it has too many different texts to be categories")
    case .empty:
      leaveOut(column, position, .leftOut, "it has no values")
    }
  }

  /// What was decided that a user may not expect.
  var notes: [String] { columnNotes.texts }

  /// The problem to report when no column is left to predict from.
  var noFeatures: TableProblem {
    .noFeatures(leftOut: summaries.map { summary in summary.name + (summary.reason.map { ": \($0)" } ?? "") })
  }

  /// Completes the fit; to be called after the last column.
  mutating func finish() {
    guard let (index, numbers, position) = rowNumbers, columns.isEmpty else { return }
    columnNotes.removeAll { $0.contains("it numbers the rows") }
    summaries.remove(at: index)
    let column = table.columns[position]
    append(numbers, column, position, nil)
    if !columns.isEmpty {
      columnNotes.append(
        "column \(sanitized(column.name)) seems to number the rows, and is used because no other column is left"
      )
    }
  }

  mutating func leaveOut(
    _ column: RawColumn, _ position: Int, _ kind: ColumnSummary.Kind, _ reason: String, flag: String = "",
    _ group: ColumnNotes.Group? = nil
  ) {
    let name = sanitized(column.name)
    columnNotes.append("column \(name) dropped: \(reason)\(flag)", group, column: name)
    summaries.append(ColumnSummary(column, position, kind, reason: reason))
  }

  mutating func addNumbers(
    _ column: RawColumn, _ position: Int, _ format: NumberFormat?
  ) throws(DataError) {
    let numbers = try table.cells(position) { (column) throws(BadCell) in
      try column.numberCells(format, table.reading.missing)
    }
    if overrides[position] == nil, isRowNumbers(column, position, numbers) {
      rowNumbers = (summaries.count, numbers, position)
      leaveOut(
        column, position, .rowNumber, "it numbers the rows",
        flag: " (--numeric \(sanitized(column.name)): use it)")
      return
    }
    append(numbers, column, position, format)
  }

  mutating func append(
    _ numbers: NumberCells, _ column: RawColumn, _ position: Int, _ format: NumberFormat?
  ) {
    var summary = ColumnSummary(column, position, .number)
    guard let (smallest, largest) = range(numbers, &summary) else {
      return leaveOut(column, position, .leftOut, "it has no values")
    }
    guard smallest < largest else {
      return leaveOut(
        column, position, .leftOut, "every value of it is \(quoted(column.shortForm(smallest)))", .constant)
    }
    noteMissing(column, summary.missing)
    (summary.smallest, summary.largest) = (column.shortForm(smallest), column.shortForm(largest))
    let (mean, scale) = moments { numbers[$0] }
    append(
      InputColumn(name: column.name, position: position, kind: .number, format: format), .numbers(numbers),
      [mean], [scale], summary)
  }

  mutating func append(
    _ column: InputColumn, _ cells: FeatureCells, _ means: [Double], _ scales: [Double],
    _ summary: ColumnSummary
  ) {
    columns.append(column)
    self.cells.append(cells)
    self.means += means
    self.scales += scales
    var summary = summary
    summary.features = column.featureCount
    summaries.append(summary)
  }

  /// Least and greatest number, and how many are missing; `nil`: all are.
  func range(_ numbers: NumberCells, _ summary: inout ColumnSummary) -> (Double, Double)? {
    var (smallest, largest, missing) = (Double.infinity, -Double.infinity, 0)
    for row in rows {
      let value = numbers[row]
      if value.isNaN {
        missing += 1
      } else {
        smallest = min(smallest, value)
        largest = max(largest, value)
      }
    }
    summary.missing = missing
    return smallest <= largest ? (smallest, largest) : nil
  }

  /// Says how many values are missing, and of which texts that is a guess.
  mutating func noteMissing(_ column: RawColumn, _ count: Int) {
    guard count > 0 else { return }
    let tokens = table.tokens(of: column)
    // What is a guess is said of each.
    columnNotes.append(
      "\(counted(count, "missing value")) of \(sanitized(column.name)) replaced by its mean"
        + (tokens.isEmpty ? "" : " (\(listed(tokens)) taken as missing: --missing)"),
      tokens.isEmpty ? .missing : nil, column: sanitized(column.name), count: count)
  }

  /// Says that a text is a category where in a column of numbers it would be a missing one.
  mutating func noteTokens(_ column: RawColumn, _ counts: [ColumnSummary.Count]) {
    for count in counts {
      let isToken = Array(count.name.utf8).withUnsafeBufferPointer {
        table.reading.missing.hasNumber($0) && !table.reading.missing.hasText($0)
      }
      if isToken {
        columnNotes.append(
          "\(quoted(count.name)) in \(sanitized(column.name)) is taken as a category (--missing "
            + "\(sanitized(count.name)): it is a missing value)")
      }
    }
  }

  /// Mean and standard deviation of a column's numbers in training rows; 0 and 1 where there are none.
  func moments(_ value: (Int32) -> Double) -> (mean: Double, scale: Double) {
    var mean = 0.0
    var squares = 0.0
    var count = 0.0
    for row in training {
      let value = value(row)
      guard !value.isNaN else { continue }
      count += 1
      let difference = value - mean
      mean += difference / count
      squares += difference * (value - mean)
    }
    let scale = (squares / max(count, 1)).squareRoot()
    return (mean, scale > 0 ? scale : 1)
  }
}
