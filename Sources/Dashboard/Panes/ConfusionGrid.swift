import Canvas
import Experiment

/// Where the cells of a confusion matrix stand; there is none where it does not fit.
struct ConfusionGrid {
  let rect: Rect
  /// The labels of the rows: names, after numbers if the columns have no room for names.
  let labels: [String]
  /// The heads of the columns.
  let heads: [String]
  let labelWidth: Int
  let cellWidth: Int
  let cellHeight: Int
  /// Whether cells are percentages of the true class's rows: there is no room for counts.
  let isInPercent: Bool
  /// 0: there is no room for it, or the diagonal says it.
  let recallWidth: Int
  /// Whether the precision of each class stands below its column.
  let hasPrecision: Bool

  private static let (widestCell, tallestCell) = (26, 6)

  /// A way to write the matrix, of which the first that fits is chosen.
  private struct Form {
    var labels: [String]
    var heads: [String]
    var cell: Int
    var recall: Int
    /// Columns of the labels at least.
    var label: Int
    var isInPercent = false
  }

  init?(_ matrix: ConfusionMatrix, in rect: Rect, glyphs: GlyphSet) {
    let count = matrix.names.count
    guard count > 0, rect.height > count else { return nil }
    func widest(_ texts: [String]) -> Int { texts.map { Text.columns($0, glyphs: glyphs) }.max() ?? 0 }
    let numbers = (1...count).map(String.init)
    let digits = numbers[count - 1].count
    let numbered = zip(numbers, matrix.names).map { number, name in
      String(repeating: " ", count: digits - number.count) + "\(number) \(name)"
    }
    let (name, counts) = (widest(matrix.names), max(3, widest(matrix.counts.joined().map(Self.text)) + 1))
    // A name that is shortened to a few letters is still told from the others by its number.
    let short = min(widest(numbered), digits + 5)
    func named(_ cell: Int, _ recall: Int) -> Form {
      Form(
        labels: matrix.names, heads: matrix.names, cell: max(cell, name + 1), recall: recall,
        label: min(name, 8))
    }
    func byNumber(_ cell: Int, _ recall: Int) -> Form {
      Form(labels: numbered, heads: numbers, cell: max(cell, digits + 1), recall: recall, label: short)
    }
    var forms = [named(counts, 9), byNumber(counts, 9), named(counts, 0), byNumber(counts, 0)]
    for var form in [named(3, 0), byNumber(3, 0)] {
      form.isInPercent = true
      forms.append(form)
    }
    func room(_ form: Form) -> Int { rect.width - form.recall - 1 - count * form.cell }
    guard let form = forms.first(where: { room($0) >= $0.label }) else { return nil }
    self.rect = rect
    (labels, heads, recallWidth, isInPercent) = (form.labels, form.heads, form.recall, form.isInPercent)
    hasPrecision = rect.height >= count + 2
    labelWidth = min(max(widest(form.labels), hasPrecision ? 9 : 0), room(form))
    cellHeight = max(1, min(Self.tallestCell, (rect.height - (hasPrecision ? 2 : 1)) / count))
    cellWidth = min(
      (rect.width - form.recall - 1 - labelWidth) / count,
      max(form.cell, min(Self.widestCell, 4 * cellHeight + 2)))
  }

  /// The left edge of a column, or of what follows the last.
  func x(of column: Int) -> Int { rect.x + labelWidth + 1 + column * cellWidth }

  /// The top of a row, or of what follows the last.
  func y(of row: Int) -> Int { rect.y + 1 + row * cellHeight }

  /// What stands in a cell.
  func text(_ count: Int, of all: Int) -> String {
    guard isInPercent else { return Self.text(count) }
    let percent = (200 * count + all) / (2 * max(1, all))
    return percent == 0 ? "<1" : String(percent)
  }

  /// A count in at most five columns.
  private static func text(_ count: Int) -> String {
    count < 100_000 ? String(count) : "\(count / 1000)k"
  }
}
