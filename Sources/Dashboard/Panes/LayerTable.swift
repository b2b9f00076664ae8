import Canvas
import Experiment

/// The adaptive layers under each other: name, width, interval, parameters, their part of all, policy and rate. Where
/// there is no room for all columns, the least useful go first.
struct LayerTable {
  let header: String
  /// One an adaptive layer.
  let rows: [String]

  private struct Column {
    var title: String
    var cells: [String]
    /// Those of the largest number go first.
    var rank: Int
    var isNumber = true

    func width(_ glyphs: GlyphSet) -> Int {
      ([title] + cells).map { Text.columns($0, glyphs: glyphs) }.max() ?? 0
    }

    func aligned(_ text: String, _ width: Int, _ glyphs: GlyphSet) -> String {
      isNumber
        ? Text.padded(text, width: width, glyphs: glyphs)
        : text + Text.blanks(beside: text, width: width, glyphs: glyphs)
    }
  }

  private static let gap = "  "

  init(_ snapshot: Snapshot, width: Int, glyphs: GlyphSet) {
    let layers = snapshot.layers
    var columns = [
      Column(
        title: "layer", cells: layers.enumerated().map { $1.name ?? Wording.layer($0) }, rank: 1,
        isNumber: false),
      Column(title: "width", cells: layers.map { NumberText.grouped($0.width) }, rank: 0),
      Column(
        title: "90 %",
        cells: layers.map { layer in
          layer.need.map { "\($0.interval.lowerBound)–\($0.interval.upperBound)" } ?? ""
        }, rank: 2),
    ]
    if let cost = snapshot.parameterCost {
      let own = Self.parameters(cost, layers.map(\.width))
      let all = max(1, snapshot.parameters)
      columns.append(Column(title: "parameters", cells: own.map(NumberText.grouped), rank: 3))
      columns.append(
        Column(title: "of all", cells: own.map { NumberText.percent(Double($0) / Double(all)) }, rank: 5))
    }
    columns.append(
      Column(
        title: "policy", cells: layers.map { Wording.policy($0.policy, ceiling: $0.ceiling) }, rank: 4,
        isNumber: false))
    columns.append(Column(title: "λ", cells: layers.map { NumberText.significant($0.rate) }, rank: 6))
    columns.removeAll { $0.cells.allSatisfy(\.isEmpty) }
    while columns.count > 1,
      columns.map({ $0.width(glyphs) }).reduce(Self.gap.count * (columns.count - 1), +) > width
    {
      let least = columns.map(\.rank).max()
      columns.removeAll { $0.rank == least }
    }
    let widths = columns.map { $0.width(glyphs) }
    func line(_ cell: (Column) -> String) -> String {
      zip(columns, widths).map { $0.aligned(cell($0), $1, glyphs) }.joined(separator: Self.gap)
    }
    header = line(\.title)
    rows = layers.indices.map { row in line { $0.cells[row] } }
  }

  /// Weights and biases that would go with all neurons of a layer. Those between two layers count for both.
  private static func parameters(_ cost: ParameterCost, _ widths: [Int]) -> [Int] {
    widths.indices.map { layer in
      var without = widths
      without[layer] = 0
      return cost.parameters(at: widths) - cost.parameters(at: without)
    }
  }
}

extension Painter {
  /// The table in place of the widths over the steps, the selected layer in view.
  mutating func paintLayerTable(in rect: Rect) {
    let table = LayerTable(snapshot, width: rect.width - 5, glyphs: glyphs)
    let visible = min(table.rows.count, rect.height - 1)
    guard visible > 0 else { return }
    let first = max(0, min(state.cut.layer - visible / 2, table.rows.count - visible))
    write(table.header, x: rect.x + 5, y: rect.y, width: rect.width - 5, style: styles.dim)
    handles.append(
      .layers(first: first, Rect(x: rect.x, y: rect.y + 1, width: rect.width, height: visible)))
    for row in 0..<visible {
      let index = first + row
      let (y, isSelected) = (rect.y + 1 + row, index == state.cut.layer)
      paintLayerMark(
        index, isMore: (row == 0 && first > 0) || (row == visible - 1 && first + visible < table.rows.count),
        x: rect.x, y: y)
      write(
        table.rows[index], x: rect.x + 5, y: y, width: rect.width - 5,
        style: isSelected ? styles.text : styles.dim)
    }
  }

  /// Whether a layer is the selected one, or whether there are more beyond it, and how its curve is drawn.
  mutating func paintLayerMark(_ index: Int, isMore: Bool, x: Int, y: Int) {
    if snapshot.layers.count > 1 {
      write(index == state.cut.layer ? "▸" : isMore ? "⋮" : " ", x: x, y: y, width: 1, style: styles.key)
    }
    let swatch = glyphs == .ascii ? asciiSwatch(index) : ["━━", "╍╍", "┅┅"][index % 3]
    write(swatch, x: x + 2, y: y, width: 2, style: styles.layer(index))
  }

  /// The mark that the plot gives this layer's curve.
  private func asciiSwatch(_ index: Int) -> String {
    let marks = DotCanvas.asciiMarkers
    return String(repeating: String(marks[index % marks.count]), count: 2)
  }
}
