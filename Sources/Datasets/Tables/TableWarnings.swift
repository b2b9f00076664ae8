import PlainText

/// Warnings about a table: columns that reveal the target, and rows that belong together.
struct TableWarnings {
  private(set) var texts: [String] = []

  /// - Parameter rows: those with a target.
  init(_ table: RawTable, _ target: TargetFit, _ fit: ColumnFit, rows: [Int32]) {
    let name = sanitized(table.columns[target.position].name)
    for (column, cells) in zip(fit.columns, fit.cells) {
      if Self.isSame(cells, target, rows) {
        texts.append(
          "column \(sanitized(column.name)) is identical to \(name) in every row (--ignore leaves it out)")
      }
    }
    if let group = Self.group(table, target, fit, rows) {
      texts.append(
        "all rows of each \(sanitized(group)) have the same \(name): if they are the steps of a sequence, give "
          + "--sequence-id \(sanitized(group))")
    }
    if target.classNames != nil,
      let order = fit.columns.indices.first(where: { Self.counts(fit.cells[$0], table) })
    {
      if Self.areSorted(target.classes(rows)) {
        texts.append(
          "column \(sanitized(fit.columns[order].name)) is a row number and the rows are sorted by class, so it "
            + "reveals the class (--ignore leaves it out)")
      }
    }
  }

  /// Whether a column is identical to the target: equal numbers, or one category for each class and the reverse.
  private static func isSame(_ cells: FeatureCells, _ target: TargetFit, _ rows: [Int32]) -> Bool {
    switch (cells, target.cells) {
    case (.numbers(let numbers), .numbers(let targets)):
      return rows.allSatisfy { numbers[$0] == targets[$0] }
    case (.numbers(let numbers), .categories(let classes)):
      return isOneToOne(rows.lazy.map { (numbers[$0].isNaN ? nil : numbers[$0], classes[$0]) })
    case (.categories(let categories), .categories(let classes)):
      return isOneToOne(rows.lazy.map { (categories[$0] < 0 ? nil : Double(categories[$0]), classes[$0]) })
    default: return false
    }
  }

  /// The name of the file's first column if its values look like identifiers of sequences: whole numbers or categories,
  /// at least ten, of three rows each on average, all rows of a value in one class. Other columns are not checked:
  /// identifiers stand first by convention, and features with few values would often pass by chance.
  private static func group(_ table: RawTable, _ target: TargetFit, _ fit: ColumnFit, _ rows: [Int32])
    -> String?
  {
    guard case .categories(let classes) = target.cells, let column = fit.columns.first,
      let cells = fit.cells.first,
      column.position == 0
    else { return nil }
    var targets: [Double: Int32] = [:]
    for row in rows {
      let value: Double
      switch cells {
      case .numbers(let numbers): value = numbers[row]
      case .categories(let categories): value = Double(categories[row])
      case .dates: return nil
      }
      guard value == value.rounded(), targets[value] ?? classes[row] == classes[row] else { return nil }
      targets[value] = classes[row]
    }
    guard targets.count >= 10, rows.count >= 3 * targets.count else { return nil }
    return column.name
  }

  private static func isOneToOne(_ pairs: some Sequence<(Double?, Int32)>) -> Bool {
    var (forward, back) = ([Double: Int32](), [Int32: Double]())
    for (value, label) in pairs {
      guard let value, forward[value] ?? label == label, back[label] ?? value == value else { return false }
      (forward[value], back[label]) = (label, value)
    }
    return forward.count > 1
  }

  /// Whether a column is a row number: each value is one more than that of the row before.
  private static func counts(_ cells: FeatureCells, _ table: RawTable) -> Bool {
    guard case .numbers(let numbers) = cells, table.rows > 2 else { return false }
    return (1..<table.rows).allSatisfy { numbers[$0] == numbers[$0 - 1] + 1 }
  }

  /// Whether the rows of each class are adjacent.
  private static func areSorted(_ classes: [Int32]) -> Bool {
    var seen: Set<Int32> = []
    for (index, label) in classes.enumerated() where index == 0 || classes[index - 1] != label {
      if !seen.insert(label).inserted { return false }
    }
    return classes.count > 2 * seen.count
  }
}
