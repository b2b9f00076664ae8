import Canvas
import Experiment

/// The price list: accuracy against parameters, and its cuts as a table.
extension Painter {
  mutating func paint(_ list: PriceList) {
    let frontier = state.run.frontier
    let title = "price list of repaired cuts" + Wording.rounding(snapshot.roundTo) + shownPart(of: list)
    let inside = frame.box(
      layout.body, title: title, trailing: age(room: layout.body.width - 7 - columns(title)),
      style: styles.focus, titleStyle: styles.title, trailingStyle: styles.text, glyphs: glyphs,
      isFocused: true)
    guard !inside.isEmpty else { return }
    guard let frontier, let selection = list.selection(in: frontier) else {
      return paintSentence("Cuts are being measured on held-out rows.", in: inside)
    }
    let plotHeight = PriceList.plotHeight(in: inside.height)
    if plotHeight > 0 {
      paint(
        frontier, selection, in: Rect(x: inside.x, y: inside.y, width: inside.width, height: plotHeight))
    }
    let table = Rect(
      x: inside.x, y: inside.y + plotHeight, width: inside.width, height: inside.height - plotHeight)
    paintTable(frontier, selection, in: table)
  }

  /// When the list was measured, and on what, as far as there is room for it.
  private func age(room: Int) -> String {
    guard let frontier = state.run.frontier else { return "" }
    let step = NumberText.grouped(frontier.step)
    let age = state.isAged(frontier.step) ? "from step \(step), being renewed" : "at step \(step)"
    let rows = state.run.inspection?.rows.map { ", on \(Wording.rows($0, "held-out "))" } ?? ""
    return columns(age + rows) <= room ? age + rows : age
  }

  private func columns(_ text: String) -> Int { Text.columns(text, glyphs: glyphs) }

  /// ", 14–21 of 23" if not all cuts are on the screen.
  private func shownPart(of list: PriceList) -> String {
    guard let frontier = state.run.frontier, let selection = list.selection(in: frontier) else { return "" }
    let count = frontier.cuts.count
    let shown = PriceList.shown(of: count, around: selection, rows: PriceList.rows(in: state.listHeight))
    if shown.isEmpty || shown.count == count { return "" }
    return ", \(shown.lowerBound + 1)–\(shown.upperBound) of \(count)"
  }

  private mutating func paint(_ frontier: CutFrontier, _ selection: Int, in rect: Rect) {
    let measure = frontier.whole.metrics.main
    let samples = frontier.cuts.map {
      Sample(x: Double($0.parameters), y: measure.value($0.metrics) ?? .nan)
    }
    var plot = LinePlot(
      series: [.init(name: "", style: styles.validation, samples: samples, showsExtremes: false)],
      axisStyle: styles.dim)
    plot.xRange = .fixed(0, Double(max(1, frontier.whole.parameters)))
    plot.xLabel = "parameters"
    plot.yFormat = measure.format == .percent ? .percent : .number
    if measure.format == .percent { plot.yRange = percentRange(samples) }
    let chosen = frontier.cuts[selection]
    plot.markers = [
      .init(x: Double(frontier.whole.parameters), label: "now", style: styles.marker),
      .init(
        x: Double(chosen.parameters), label: "cut to \(NumberText.grouped(chosen.parameters))",
        style: styles.cut),
    ]
    plot.draw(in: rect, on: &frame, glyphs: glyphs)
  }

  private mutating func paintTable(_ frontier: CutFrontier, _ selection: Int, in rect: Rect) {
    guard rect.height > 1 else { return }
    let measure = frontier.whole.metrics.main
    let observations = state.run.inspection?.rows
    let isTimed = frontier.cuts.contains { $0.times != nil }
    let rows = frontier.cuts.map {
      PriceRow($0, of: frontier.whole, measure, rows: observations, isTimed: isTimed)
    }
    let headings = PriceRow(headings: measure.name, isTimed: isTimed)
    let widths = headings.cells.indices.map { column in
      // Nothing is known of the standard error of an RMSE.
      if rows.allSatisfy({ $0.cells[column].isEmpty }) { return 0 }
      return ([headings] + rows).map { Text.columns($0.cells[column], glyphs: glyphs) }.max() ?? 0
    }
    paint(headings, widths, y: rect.y, style: styles.title, in: rect)
    let shown = PriceList.shown(of: rows.count, around: selection, rows: rect.height - 1)
    for (line, index) in shown.enumerated() {
      let isSelected = index == selection
      let y = rect.y + 1 + line
      if isSelected {
        frame.fill(Rect(x: rect.x, y: y, width: rect.width, height: 1), Cell(" ", styles.question))
        write("▸", x: rect.x, y: y, width: 1, style: styles.question)
      }
      paint(rows[index], widths, y: y, style: isSelected ? styles.question : styles.text, in: rect)
    }
  }

  /// As many columns as there is room for, but for empty ones, aligned at their right ends.
  private mutating func paint(_ row: PriceRow, _ widths: [Int], y: Int, style: Style, in rect: Rect) {
    var x = rect.x + 2
    for (cell, width) in zip(row.cells, widths) where width > 0 {
      guard x + width <= rect.maxX else { continue }
      let start = x + width - Text.columns(cell, glyphs: glyphs)
      write(cell, x: start, y: y, width: width, style: style)
      x += width + 3
    }
  }
}

/// A line of the table, the most important cells first.
private struct PriceRow {
  var cells: [String]

  /// - Parameter isTimed: whether times were measured.
  init(headings metric: String, isTimed: Bool) {
    cells = ["parameters", metric, "± 1 s.e.", "change", "loss", "saved", "neurons", "multiply-adds"]
    if isTimed { cells += ["ms for 1", "ms for \(InferenceTimes.batchSize)"] }
  }

  /// - Parameter rows: held-out observations, for the standard error of the metric.
  init(_ cut: MeasuredCut, of whole: MeasuredCut, _ measure: Metrics.Measure, rows: Int?, isTimed: Bool) {
    let (new, old) = (measure.value(cut.metrics) ?? .nan, measure.value(whole.metrics) ?? .nan)
    let value = NumberText.value(new, of: measure)
    let change = NumberText.change(from: old, to: new, of: measure)
    let error =
      rows.flatMap(cut.metrics.accuracyError).map { NumberText.uncertainty($0 * 100) } ?? ""
    cells = [
      NumberText.grouped(cut.parameters), value, error, change, NumberText.significant(cut.metrics.loss),
      NumberText.change(from: Double(whole.parameters), to: Double(cut.parameters)),
      Wording.list(cut.widths), NumberText.grouped(cut.multiplyAdds),
    ]
    if isTimed {
      cells += [cut.times?.single, cut.times?.batch].map { $0.map(NumberText.twoDigits) ?? "" }
    }
  }
}
