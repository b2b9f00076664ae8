import Experiment
import PlainText

extension ColumnFit {
  mutating func addCategories(_ column: RawColumn, _ position: Int) {
    let missing = table.reading.missing
    guard let found = table.categories(of: position, rows: rows, isForced: overrides[position] == .category)
    else {
      return leaveOut(column, position, .text, "it has too many different texts to be categories")
    }
    var summary = ColumnSummary(column, position, .category)
    summary.missing = found.missing
    if found.counts.isEmpty { return leaveOut(column, position, .leftOut, "it has no values") }
    if found.counts.count == 1, found.missing == 0 {
      return leaveOut(
        column, position, .leftOut, "every value of it is \(quoted(found.counts[0].name))", .constant)
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
}
