import Experiment
import PlainText

/// The column that is predicted, as classes or as values.
struct TargetFit {
  let position: Int
  private(set) var cells: FeatureCells
  /// `nil`: values are predicted.
  private(set) var classNames: [String]?
  /// How its numbers are printed; `nil`: plainly.
  private(set) var format: NumberFormat?
  private(set) var notes: [String] = []
  private let table: RawTable

  /// - Parameter keys: columns that cannot be predicted.
  init(
    _ table: RawTable, _ options: DataOptions, _ overrides: ColumnOverrides, keys: [Int] = []
  ) throws(DataError) {
    self.table = table
    cells = .categories(.none)
    position = try table.targetPosition(options.target, besides: keys)
    let column = table.columns[position]
    var requested = overrides[position]
    if requested == nil, options.problem == .regression { requested = .number }
    let decision = try Self.decision(column, table, overrides.options, requested, options.problem)
    switch decision.reading {
    case .numbers(let format):
      self.format = format
      notes = decision.notes + (decision.printedNote.map { [$0] } ?? [])
      let numbers = try table.cells(position) { (column) throws(BadCell) in
        try column.numberCells(format, table.reading.missing)
      }
      cells = .numbers(numbers)
      try decideNumbers(column, numbers, options.problem)
    case .categories:
      notes = decision.notes
      try useCategories(column)
    case .dates:
      throw DataError(
        .table(.dateTarget(others: table.predictable(besides: keys + [position]))), file: table.file,
        column: column.name)
    case .manyTexts: throw try tooMany(column, keys)
    case .empty:
      throw DataError(.rows(.noTargets), file: table.file, line: table.firstLine, column: column.name)
    }
    if options.target == nil, let note = skippedNote { notes.insert(note, at: 0) }
    if case .classes(let names)? = classNames.map({ Preparation.Target.classes($0) }), names.count < 2 {
      throw DataError(.rows(.oneClass(names.first ?? "")), file: table.file, column: column.name)
    }
  }

  /// What the column is. A numeric column that is to be classes is one of texts if some cells are no numbers.
  private static func decision(
    _ column: RawColumn, _ table: RawTable, _ options: ReadingOptions, _ requested: ColumnOverride?,
    _ problem: Problem?
  ) throws(DataError) -> ColumnDecision {
    do {
      return try ColumnDecision(column, in: table, options, requested)
    } catch {
      guard problem == .classification, requested == nil, column.isCoded,
        case .notANumber(let text, _)? = error.reason.tableProblem
      else { throw error }
      var decision = try ColumnDecision(column, in: table, options, .category)
      decision.noteClass(text)
      return decision
    }
  }

  /// Says which column is predicted in place of ignored ones, of which the last would have been.
  private var skippedNote: String? {
    let skipped = table.columns.dropFirst(position + 1).filter(\.isIgnored).map { sanitized($0.name) }
    if skipped.isEmpty { return nil }
    return "\(sanitized(table.columns[position].name)) is predicted, because \(listed(skipped)) "
      + "\(skipped.count == 1 ? "is" : "are") left out by --ignore (--target: another column)"
  }

  private func tooMany(_ column: RawColumn, _ keys: [Int]) throws(DataError) -> DataError {
    let others = table.predictable(besides: keys + [position])
    let isName = 2 * column.differentTexts > table.rows
    return DataError(
      isName ? .table(.nameTarget(others: others)) : .table(.tooManyClasses(limit: TextIndex.limit)),
      file: table.file, line: isName ? nil : table.firstLine, column: column.name)
  }

  private mutating func useCategories(_ column: RawColumn) throws(DataError) {
    let all = (0..<table.rows).map { Int32($0) }
    guard let found = table.categories(of: position, rows: all) else { throw try tooMany(column, []) }
    guard !found.counts.isEmpty else {
      throw DataError(.rows(.noTargets), file: table.file, line: table.firstLine, column: column.name)
    }
    let names = found.counts.map(\.name)
    classNames = names
    cells = .categories(column.categoryCells(names, table.reading.missing))
    for name in names {
      let isToken = Array(name.utf8).withUnsafeBufferPointer {
        table.reading.missing.hasNumber($0) && !table.reading.missing.hasText($0)
      }
      if isToken {
        notes.append(
          "\(quoted(name)) in \(sanitized(column.name)) is taken as a class (--missing \(sanitized(name)): it is a "
            + "missing value)")
      }
    }
  }

  /// Numbers are classes if they are at most 20 different integers that occur twice each on average and lie close
  /// together as labels do: there are just two, or fewer than half of the integers between the smallest and the largest
  /// are unused; or if they are so large that they can only be codes.
  private mutating func decideNumbers(
    _ column: RawColumn, _ numbers: NumberCells, _ problem: Problem?
  ) throws(DataError) {
    if problem != .regression, column.isCoded, format == nil, areLargeIntegers(column) {
      return useNumbersAsClasses(column)
    }
    var values: Set<Double> = []
    var present = 0
    for row in 0..<table.rows where !numbers[row].isNaN {
      present += 1
      if values.count <= TextIndex.limit { values.insert(numbers[row]) }
    }
    guard present > 0 else {
      throw DataError(.rows(.noTargets), file: table.file, line: table.firstLine, column: column.name)
    }
    let sorted = values.sorted()
    let areIntegers = sorted.allSatisfy { $0 == $0.rounded() && abs($0) < 1e18 }
    if sorted.count == 1 {
      let name = column.shortForm(sorted[0])
      let reason: DataError.Reason =
        areIntegers && problem != .regression ? .rows(.oneClass(name)) : .table(.constantTarget(name))
      throw DataError(reason, file: table.file, line: table.firstLine, column: column.name)
    }
    let span = sorted[sorted.count - 1] - sorted[0]
    let areLabels =
      areIntegers && sorted.count <= 20 && present >= 2 * sorted.count
      && (sorted.count == 2 || span < Double(2 * sorted.count) || Self.areCodes(sorted, rows: present))
    let name = sanitized(column.name)
    if problem == .classification {
      guard column.isCoded, sorted.count <= TextIndex.limit else {
        throw DataError(
          .table(.tooManyClasses(limit: TextIndex.limit)), file: table.file, column: column.name)
      }
      useNumbersAsClasses(column)
    } else if problem == nil, areLabels, column.isCoded, format == nil {
      useNumbersAsClasses(column)
      if sorted.count > 2 {
        notes.append(
          "the \(sorted.count) different integers of \(name) are taken as classes (--problem regression: values)"
        )
      }
    } else if problem == nil, areIntegers, sorted.count <= TextIndex.limit, present >= 2 * sorted.count {
      notes.append(
        "the \(sorted.count) different integers of \(name) are taken as values (--problem classification: classes)"
      )
    }
  }

  /// Large integers, of which a few occur often and which are not rounded, number things.
  private static func areCodes(_ values: [Double], rows: Int) -> Bool {
    rows >= 10 * values.count && values[values.count - 1] >= 1e6
      && values.contains { $0.truncatingRemainder(dividingBy: 10) != 0 }
  }

  /// Whether all are whole numbers, some of them larger than numbers are exact, and each occurs ten times on average:
  /// these are codes.
  private func areLargeIntegers(_ column: RawColumn) -> Bool {
    var (different, largest, areWhole) = (0, 0.0, true)
    column.forEachText { text, _, _ in
      guard !table.reading.missing.hasNumber(text), let number = plainNumber(text) else { return }
      different += 1
      largest = max(largest, abs(number))
      areWhole = areWhole && text.allSatisfy { $0 &- UInt8(ascii: "0") <= 9 || $0 == UInt8(ascii: "-") }
    }
    return areWhole && largest >= 9_007_199_254_740_992 && different > 1 && table.rows >= 10 * different
  }

  private mutating func useNumbersAsClasses(_ column: RawColumn) {
    var names: [String: Double] = [:]
    column.forEachText { text, _, _ in
      if !table.reading.missing.hasNumber(text), let number = plainNumber(text) {
        names[RawColumn.className(text)] = number
      }
    }
    let sorted = names.sorted { ($0.value, $0.key.count, $0.key) < ($1.value, $1.key.count, $1.key) }.map(
      \.key)
    classNames = sorted
    cells = .categories(column.classCells(sorted, table.reading.missing))
  }

  /// Rows that have a target.
  var rows: [Int32] { (0..<Int32(table.rows)).filter { !cells.isMissing($0) } }

  /// The index of each row's class, as a split needs it; 0 everywhere for numbers.
  func classes(_ rows: [Int32]) -> [Int32] {
    guard case .categories(let cells) = cells else { return [Int32](repeating: 0, count: rows.count) }
    return rows.map { max(0, cells[$0]) }
  }

  /// The summary of a target of numbers, with the range of all rows.
  var summary: ColumnSummary {
    let column = table.columns[position]
    var summary = ColumnSummary(column, position, .target)
    guard classNames == nil, case .numbers(let numbers) = cells else { return summary }
    let values = (0..<table.rows).lazy.map { numbers[$0] }.filter { !$0.isNaN }
    if let smallest = values.min(), let largest = values.max() {
      (summary.smallest, summary.largest) = (column.shortForm(smallest), column.shortForm(largest))
    }
    return summary
  }

  /// - Parameter training: of whose values mean and deviation are taken.
  func target(_ training: [Int32]) -> Preparation.Target {
    if let classNames { return .classes(classNames) }
    guard case .numbers(let numbers) = cells,
      let overrides = try? ColumnOverrides(ReadingOptions(), in: table)
    else {
      preconditionFailure("values are numbers")
    }
    let (mean, scale) = ColumnFit(table: table, overrides: overrides, rows: [], training: training).moments {
      numbers[$0]
    }
    return .value(Scaling(means: [mean], scales: [scale]))
  }

  /// How many rows, or sequences, were dropped for want of a target, and what of that is a guess.
  static func dropNote(_ count: Int, _ what: String, _ column: RawColumn, _ missing: MissingTokens) -> String
  {
    var tokens: [String] = []
    column.forEachText { text, _, _ in
      if !text.isEmpty, plainNumber(text) == nil, missing.hasNumber(text), tokens.count < 3 {
        tokens.append(quoted(String(decoding: text, as: UTF8.self)))
      }
    }
    return Preparation.dropNote(count, what, target: column.name)
      + (tokens.isEmpty ? "" : " (\(tokens.joined(separator: ", ")) taken as missing: --missing)")
  }
}
