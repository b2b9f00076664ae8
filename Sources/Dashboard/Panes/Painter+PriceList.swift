import Canvas
import Experiment

/// The price list: accuracy against parameters, and its cuts as a table.
extension Painter {
  mutating func paint(_ list: PriceList) {
    let frontier = state.run.frontier
    let trailing = frontier.map { "at step \(NumberText.grouped($0.step))" } ?? ""
    let inside = frame.box(
      layout.body, title: "price list", trailing: trailing, style: look.focus, titleStyle: look.title,
      trailingStyle: look.text, glyphs: glyphs, isFocused: true)
    guard !inside.isEmpty else { return }
    guard let frontier, let selection = list.selection(in: frontier) else {
      return paintSentence("Cuts are being measured on held-out rows.", in: inside)
    }
    let plotHeight = inside.height >= 12 ? inside.height / 2 : 0
    if plotHeight > 0 {
      paint(
        frontier, selection, in: Rect(x: inside.x, y: inside.y, width: inside.width, height: plotHeight))
    }
    let table = Rect(
      x: inside.x, y: inside.y + plotHeight, width: inside.width, height: inside.height - plotHeight)
    paintTable(frontier, selection, in: table)
  }

  private mutating func paint(_ frontier: CutFrontier, _ selection: Int, in rect: Rect) {
    let value = { (metrics: Metrics) in metrics.accuracy ?? metrics.rmse ?? metrics.loss }
    let isAccuracy = frontier.whole.metrics.accuracy != nil
    let samples = frontier.cuts.map { Sample(x: Double($0.parameters), y: value($0.metrics)) }
    var plot = LinePlot(
      series: [.init(name: "", style: look.validation, samples: samples, showsExtremes: false)],
      axisStyle: look.dim)
    plot.xRange = .fixed(0, Double(max(1, frontier.whole.parameters)))
    plot.xLabel = "parameters"
    plot.yFormat = isAccuracy ? .percent : .number
    if isAccuracy { plot.yRange = accuracyRange(samples) }
    let chosen = frontier.cuts[selection]
    plot.markers = [
      .init(x: Double(frontier.whole.parameters), label: "now", style: look.marker),
      .init(
        x: Double(chosen.parameters), label: "cut to \(NumberText.grouped(chosen.parameters))",
        style: look.cut),
    ]
    plot.draw(in: rect, on: &frame, glyphs: glyphs)
  }

  private mutating func paintTable(_ frontier: CutFrontier, _ selection: Int, in rect: Rect) {
    guard rect.height > 1 else { return }
    let metric = frontier.whole.metrics.accuracy == nil ? "RMSE" : "accuracy"
    let rows = frontier.cuts.map { PriceRow($0, of: frontier.whole) }
    let headings = PriceRow(headings: metric)
    let widths = headings.cells.indices.map { column in
      ([headings] + rows).map { Text.columns($0.cells[column], glyphs: glyphs) }.max() ?? 0
    }
    paint(headings, widths, y: rect.y, style: look.title, in: rect)
    let height = rect.height - 1
    let top = max(0, min(selection - height / 2, rows.count - height))
    for (line, row) in rows[top...].prefix(height).enumerated() {
      let isSelected = top + line == selection
      let y = rect.y + 1 + line
      if isSelected {
        frame.fill(Rect(x: rect.x, y: y, width: rect.width, height: 1), Cell(" ", look.question))
        write("▸", x: rect.x, y: y, width: 1, style: look.question)
      }
      paint(row, widths, y: y, style: isSelected ? look.question : look.text, in: rect)
    }
  }

  /// As many columns as there is room for, aligned at their right ends.
  private mutating func paint(_ row: PriceRow, _ widths: [Int], y: Int, style: Style, in rect: Rect) {
    var x = rect.x + 2
    for (cell, width) in zip(row.cells, widths) {
      guard x + width <= rect.maxX else { return }
      let start = x + width - Text.columns(cell, glyphs: glyphs)
      write(cell, x: start, y: y, width: width, style: style)
      x += width + 3
    }
  }
}

/// A line of the table, the most important cells first.
private struct PriceRow {
  var cells: [String]

  init(headings metric: String) {
    cells = ["parameters", metric, "change", "saved", "neurons", "multiply-adds", "loss"]
  }

  init(_ cut: MeasuredCut, of whole: MeasuredCut) {
    let value =
      cut.metrics.accuracy.map(NumberText.percent) ?? NumberText.significant(cut.metrics.rmse ?? .nan)
    let change =
      if let new = cut.metrics.accuracy, let old = whole.metrics.accuracy {
        NumberText.signed(new * 100, 1, minus: old * 100)
      } else {
        NumberText.change(from: whole.metrics.rmse ?? .nan, to: cut.metrics.rmse ?? .nan)
      }
    cells = [
      NumberText.grouped(cut.parameters), value, change,
      NumberText.change(from: Double(whole.parameters), to: Double(cut.parameters)),
      Wording.list(cut.widths), NumberText.grouped(cut.multiplyAdds),
      NumberText.significant(cut.metrics.loss),
    ]
  }
}
