import Experiment
import PlainText

/// Decides, column by column, what features a table gives, from its training rows.
struct ColumnFit {
  let table: RawTable
  let wishes: ColumnWishes
  /// Those with a target.
  let rows: [Int32]
  let training: [Int32]
  private(set) var columns: [InputColumn] = []
  private(set) var cells: [FeatureCells] = []
  /// One a feature.
  private(set) var means: [Double] = []
  private(set) var scales: [Double] = []
  private(set) var notes: [String] = []
  private(set) var summaries: [ColumnSummary] = []
  /// A column of row numbers that is used after all if there is no other.
  private var rowNumbers: (index: Int, cells: NumberCells, position: Int)?

  init(table: RawTable, wishes: ColumnWishes, rows: [Int32], training: [Int32]) {
    self.table = table
    self.wishes = wishes
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
    let decision = try ColumnDecision(column, in: table, wishes.options, wishes[position])
    notes += decision.notes
    switch decision.reading {
    case .numbers(let format): try addNumbers(column, position, format)
    case .dates(let order): try addDates(column, position, order)
    case .categories: addCategories(column, position)
    case .manyTexts:
      if wishes[position] == .category {
        throw DataError(
          .table(.tooManyCategories(limit: TextIndex.limit)), file: table.file, column: column.name)
      }
      leaveOut(column, position, .text, "it has too many different texts to be categories")
    case .empty:
      leaveOut(column, position, .leftOut, "it has no values")
    }
  }

  /// To be called after the last column.
  mutating func finish() {
    guard let (index, numbers, position) = rowNumbers, columns.isEmpty else { return }
    notes.removeAll { $0.contains("it numbers the rows") }
    summaries.remove(at: index)
    append(numbers, table.columns[position], position, nil)
  }

  private mutating func leaveOut(
    _ column: RawColumn, _ position: Int, _ kind: ColumnSummary.Kind, _ reason: String, flag: String = ""
  ) {
    notes.append("column \(sanitized(column.name)) dropped: \(reason)\(flag)")
    summaries.append(ColumnSummary(column, position, kind, reason: reason))
  }

  private mutating func addNumbers(
    _ column: RawColumn, _ position: Int, _ format: NumberFormat?
  ) throws(DataError) {
    let numbers = try table.cells(position) { (column) throws(BadCell) in
      try column.numberCells(format, table.reading.missing)
    }
    if wishes[position] == nil, isRowNumbers(column, position, numbers) {
      rowNumbers = (summaries.count, numbers, position)
      leaveOut(
        column, position, .rowNumber, "it numbers the rows",
        flag: " (--numeric \(sanitized(column.name)): use it)")
      return
    }
    append(numbers, column, position, format)
  }

  private mutating func append(
    _ numbers: NumberCells, _ column: RawColumn, _ position: Int, _ format: NumberFormat?
  ) {
    var summary = ColumnSummary(column, position, .number)
    guard let (smallest, largest) = range(numbers, &summary) else {
      return leaveOut(column, position, .leftOut, "it has no values")
    }
    guard smallest < largest else {
      return leaveOut(
        column, position, .leftOut, "every value of it is \(quoted(column.shortForm(smallest)))")
    }
    noteMissing(column, summary.missing) { numbers[$0].isNaN }
    (summary.smallest, summary.largest) = (column.shortForm(smallest), column.shortForm(largest))
    let (mean, scale) = moments { numbers[$0] }
    append(
      InputColumn(name: column.name, position: position, kind: .number, format: format), .numbers(numbers),
      [mean], [scale], summary)
  }

  private mutating func addDates(
    _ column: RawColumn, _ position: Int, _ order: DateOrder
  ) throws(DataError) {
    let dates = try table.cells(position) { (column) throws(BadCell) in
      try column.dateCells(order, table.reading.missing)
    }
    var summary = ColumnSummary(column, position, .date)
    guard let (smallest, largest) = range(dates.seconds, &summary) else {
      return leaveOut(column, position, .leftOut, "it has no values")
    }
    guard smallest < largest else {
      return leaveOut(column, position, .leftOut, "every value of it is the same")
    }
    let text = dates.areTimesAlone ? Self.clock : Self.text
    (summary.smallest, summary.largest) = (text(smallest), text(largest))
    noteMissing(column, summary.missing) { dates.seconds[$0].isNaN }
    let (mean, scale) = moments { dates.seconds[$0] / 86_400 }
    let parts = DatePart.varying(dates, rows: training)
    summary.parts = parts.map(\.name)
    append(
      InputColumn(name: column.name, position: position, kind: .date(order, parts)), .dates(dates),
      [mean] + [Double](repeating: 0, count: 2 * parts.count),
      [scale] + [Double](repeating: 1, count: 2 * parts.count), summary)
  }

  private static func clock(_ seconds: Double) -> String {
    let minutes = Int(seconds / 60)
    return "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
  }

  private static func text(_ seconds: Double) -> String {
    guard abs(seconds) < 1e11 else { return "\(seconds) s" }
    let days = (seconds / 86_400).rounded(.down)
    let date = Calendar.date(Int(days))
    func padded(_ value: Int, _ width: Int = 2) -> String {
      String(repeating: "0", count: max(0, width - "\(value)".count)) + "\(value)"
    }
    let text = "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))"
    let minutes = Int((seconds - 86_400 * days) / 60)
    return seconds == 86_400 * days ? text : "\(text) \(padded(minutes / 60)):\(padded(minutes % 60))"
  }

  private mutating func addCategories(_ column: RawColumn, _ position: Int) {
    let missing = table.reading.missing
    guard let found = table.categories(of: position, rows: rows, isForced: wishes[position] == .category)
    else {
      return leaveOut(column, position, .text, "it has too many different texts to be categories")
    }
    var summary = ColumnSummary(column, position, .category)
    summary.missing = found.missing
    if found.counts.isEmpty { return leaveOut(column, position, .leftOut, "it has no values") }
    if found.counts.count == 1, found.missing == 0 {
      return leaveOut(column, position, .leftOut, "every value of it is \(quoted(found.counts[0].name))")
    }
    noteTokens(column, found.counts)
    summary.categories = found.counts.count
    summary.commonest = Array(found.counts.sorted { ($0.rows, $1.name) > ($1.rows, $0.name) }.prefix(5))
    // What training rows have.
    let all = found.counts.map(\.name)
    let everyone = column.categoryCells(all, missing)
    var (used, hasMissing) = ([Bool](repeating: false, count: all.count), false)
    for row in training {
      let index = everyone[row]
      if index >= 0 { used[Int(index)] = true } else { hasMissing = true }
    }
    let names = all.indices.filter { used[$0] }.map { all[$0] }.sorted()
    let added = InputColumn(
      name: column.name, position: position, kind: .categories(names, hasMissing: hasMissing))
    append(
      added, .categories(column.categoryCells(names, missing)),
      [Double](repeating: 0, count: added.featureCount), [Double](repeating: 1, count: added.featureCount),
      summary)
  }

  private mutating func append(
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
  private func range(_ numbers: NumberCells, _ summary: inout ColumnSummary) -> (Double, Double)? {
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
  private mutating func noteMissing(_ column: RawColumn, _ count: Int, _ isMissing: (Int32) -> Bool) {
    guard count > 0 else { return }
    let tokens = table.tokens(of: column)
    notes.append(
      "\(counted(count, "missing value")) of \(sanitized(column.name)) replaced by its mean"
        + (tokens.isEmpty ? "" : " (\(listed(tokens)) taken as missing: --missing)"))
  }

  /// Says that a text is a category where in a column of numbers it would be a missing one.
  private mutating func noteTokens(_ column: RawColumn, _ counts: [ColumnSummary.Count]) {
    for count in counts {
      let isToken = Array(count.name.utf8).withUnsafeBufferPointer {
        table.reading.missing.hasNumber($0) && !table.reading.missing.hasText($0)
      }
      if isToken {
        notes.append(
          "\(quoted(count.name)) in \(sanitized(column.name)) is taken as a category (--missing "
            + "\(sanitized(count.name)): it is a missing value)")
      }
    }
  }

  /// Whether the first column counts the rows, by a name that says so or by none.
  private func isRowNumbers(_ column: RawColumn, _ position: Int, _ numbers: NumberCells) -> Bool {
    guard position == 0, table.rows > 1, !column.isUnnamed || table.hasHeader else { return false }
    let isNamed = table.hasHeader && !column.isUnnamed
    if isNamed, !Self.namesOfRowNumbers.contains(column.name.lowercased()) { return false }
    if !table.hasHeader, table.rows < 20 { return false }
    let first = numbers[0]
    guard first == 0 || first == 1 else { return false }
    return (0..<table.rows).allSatisfy { numbers[$0] == first + Double($0) }
  }

  private static let namesOfRowNumbers: Set<String> = [
    "id", "index", "idx", "no", "no.", "nr", "nr.", "#", "row", "rows", "rowid", "row_id", "rownum",
    "row_number",
    "rownames", "row_names", "row.names", "obs", "observation", "unnamed: 0", "sno", "s.no", "s.no.", "sl no",
    "sl.no",
    "serial", "serialno", "serial no", "record", "record_id", "recordid", "case", "passengerid", "level_0",
  ]

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

/// What a user says of the columns of a table.
struct ColumnWishes {
  let options: ReadingOptions
  private var wishes: [Int: ColumnWish] = [:]

  init(_ options: ReadingOptions, in table: RawTable) throws(DataError) {
    self.options = options
    for position in try table.positions(of: options.numeric?.names ?? []) { wishes[position] = .number }
    for position in try table.positions(of: options.dates?.names ?? []) { wishes[position] = .date }
    for position in try table.positions(of: options.categorical?.names ?? []) { wishes[position] = .category }
  }

  subscript(position: Int) -> ColumnWish? { wishes[position] }
}

extension RawTable {
  /// The cells of a column; an error of theirs gets its place.
  func cells<Cells>(
    _ position: Int, _ make: (RawColumn) throws(BadCell) -> Cells
  ) throws(DataError) -> Cells {
    do throws(BadCell) {
      return try make(columns[position])
    } catch {
      throw self.error(
        .table(.notANumber(text: error.text, others: rows - 1)), row: Int(error.row), position: position)
    }
  }

  /// The different categories of some rows, sorted, with their numbers of rows, and how many are missing; `nil` if they
  /// are too many to be categories: more than 1,000, or more than 20 and more than half of the rows that have one.
  func categories(
    of position: Int, rows: [Int32], isForced: Bool = false
  ) -> (counts: [ColumnSummary.Count], missing: Int)? {
    let column = columns[position]
    guard column.isCoded else { return nil }
    var uses = [Int](repeating: 0, count: column.index.count)
    for row in rows { uses[Int(column.codes[Int(row)])] += 1 }
    var (counts, missing, present) = ([ColumnSummary.Count](), 0, 0)
    for code in uses.indices where uses[code] > 0 {
      if column.index.with(code, reading.missing.hasText) {
        missing += uses[code]
      } else {
        counts.append(.init(name: column.index[code], rows: uses[code]))
        present += uses[code]
      }
    }
    if counts.count > 20, 2 * counts.count > present, !isForced { return nil }
    return (counts.sorted { $0.name < $1.name }, missing)
  }

  /// The texts, besides the usual ones, that stand for missing values in a column of numbers.
  func tokens(of column: RawColumn) -> [String] {
    var found: [String] = []
    column.forEachText { text, _, _ in
      guard found.count < 10, !text.isEmpty, plainNumber(text) == nil, reading.missing.hasNumber(text),
        !reading.missing.hasText(text)
      else { return }
      let token = "'\(String(decoding: text, as: UTF8.self))'"
      if !found.contains(token) { found.append(token) }
    }
    return found
  }
}
