import Experiment
import PlainText

extension RawTable {
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
