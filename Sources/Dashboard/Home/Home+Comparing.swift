import Canvas
import Experiment
import PlainText

extension Home {
  /// Charts of the runs over each other, each with its number; what they came to; and the settings in which they
  /// differ.
  func draw(_ view: ComparisonView, in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    let (listHeight, settingsHeight) = heights(view, in: rect.height)
    let chartHeight = rect.height - listHeight - settingsHeight
    var y = rect.y
    if chartHeight >= 6 {
      drawChart(view, in: Rect(x: rect.x, y: y, width: rect.width, height: chartHeight), styles, on: &frame)
      y += chartHeight
    }
    let rest = rect.maxY - y
    let list = Rect(x: rect.x, y: y, width: rect.width, height: chartHeight >= 6 ? listHeight : rest)
    drawList(view, in: list, styles, on: &frame)
    guard settingsHeight > 0, chartHeight >= 6 else { return }
    drawDifferences(
      view, in: Rect(x: rect.x, y: list.maxY, width: rect.width, height: settingsHeight), styles, on: &frame)
  }

  /// The heights of the boxes with the runs and with the settings that differ.
  func heights(_ view: ComparisonView, in height: Int) -> (runs: Int, settings: Int) {
    let (runs, differences) = (view.comparison.runs, view.comparison.differences)
    return (
      min(runs.count + 3, max(3, height / 3)),
      differences.isEmpty ? 0 : min(differences.count + 3, max(3, height / 4))
    )
  }

  // MARK: Chart

  private func drawChart(_ view: ComparisonView, in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    let isFront = view.chart == .front
    let title =
      view.chart == .metric
      ? "held-out \(view.measure.name)"
      : view.chart == .loss
        ? "held-out loss"
        : view.chart == .width ? "width, all layers together" : "trade-off: cuts of each run"
    let inside = frame.box(
      rect, title: title, trailing: isFront ? "parameters" : view.axis.rawValue, style: styles.focus,
      titleStyle: styles.title, trailingStyle: styles.text, glyphs: glyphs, isFocused: true)
    guard !inside.isEmpty else { return }
    let series = view.series(theme, usesColor: theme.series(0) != theme.series(1))
    guard series.contains(where: { !$0.samples.isEmpty }) else {
      let text =
        isFront
        ? "No prices of cuts were recorded: they are while a dashboard shows a run."
        : "Nothing was evaluated."
      frame.draw(
        text, x: inside.x + 1, y: inside.y + inside.height / 2, style: styles.dim, maxWidth: inside.width - 2,
        glyphs: glyphs)
      return
    }
    var plot = LinePlot(series: series, axisStyle: styles.dim)
    plot.labelsEnds = true
    plot.xLabel = isFront ? "parameters" : view.axis.rawValue
    let isPercent = view.measure.format == .percent && (view.chart == .metric || isFront)
    plot.yFormat = isPercent ? .percent : .number
    // Widths are explored far above what is needed.
    if view.chart != .metric && !isFront || !isPercent { plot.yScale = .logarithmic }
    if view.chart == .metric { plot.references = view.references(styles) }
    plot.draw(in: inside, on: &frame, glyphs: glyphs)
  }

  // MARK: Tables

  private func drawList(_ view: ComparisonView, in rect: Rect, _ styles: Styles, on frame: inout Frame) {
    let runs = view.comparison.runs
    let headings = ["", "run", "best held-out", "last", "loss", "widths", "parameters", "epochs", "seconds"]
    let rows = runs.enumerated().map { index, run -> [String] in
      let last = run.evaluations.last
      return [
        "\(index + 1)", run.name, run.best.map(Wording.value) ?? "",
        last.map { Wording.value($0.metrics) } ?? "",
        last.map { NumberText.significant($0.metrics.loss) } ?? "",
        last.map { Wording.list($0.widths) } ?? "",
        last?.parameters.map(NumberText.grouped) ?? "", last.map { shownEpochs($0.epoch) } ?? "",
        last.map { NumberText.significant($0.seconds) } ?? "",
      ]
    }
    drawTable(
      "runs", headings, rows, top: 0, rowStyles: runs.indices.map { theme.series($0) },
      giveWay: [8, 4, 7, 3, 5, 6], in: rect, styles, on: &frame)
  }

  private func drawDifferences(
    _ view: ComparisonView, in rect: Rect, _ styles: Styles, on frame: inout Frame
  ) {
    let differences = view.comparison.differences
    let headings = ["setting"] + view.comparison.runs.indices.map { "\($0 + 1)" }
    drawTable(
      "settings that differ", headings, differences.map { [$0.name] + $0.values }, top: view.top,
      rowStyles: [],
      giveWay: [], in: rect, styles, on: &frame)
  }

  private func drawTable(
    _ title: String, _ headings: [String], _ rows: [[String]], top: Int, rowStyles: [Style], giveWay: [Int],
    in rect: Rect, _ styles: Styles, on frame: inout Frame
  ) {
    let inside = frame.box(
      rect, title: title, style: styles.border, titleStyle: styles.title, glyphs: glyphs, isFocused: false)
    guard !inside.isEmpty else { return }
    let widths = headings.indices.map { column in
      min(40, ([headings] + rows).map { Text.columns($0[column], glyphs: glyphs) }.max() ?? 0)
    }
    var columns = Array(widths.indices)
    for column in giveWay where columns.reduce(0, { $0 + widths[$1] + 2 }) > inside.width {
      columns.removeAll { $0 == column }
    }
    // The last rows fill the room.
    let top = max(0, min(top, rows.count - inside.height + 1))
    let shown = [headings] + rows.dropFirst(top).prefix(max(0, inside.height - 1))
    for (line, cells) in shown.enumerated() {
      var x = inside.x + 1
      let style =
        line == 0
        ? styles.dim : rowStyles.indices.contains(top + line - 1) ? rowStyles[top + line - 1] : styles.text
      for column in columns where x < inside.maxX - 1 {
        let room = min(widths[column], inside.maxX - x)
        let text = Text.fit(cells[column], width: room, truncation: .middle, glyphs: glyphs)
        frame.draw(text, x: x, y: inside.y + line, style: style, maxWidth: room, glyphs: glyphs)
        x += widths[column] + 2
      }
    }
  }
}

extension ComparisonView {
  /// A curve a run, named by its number. Without colors, strokes tell them apart too.
  func series(_ theme: Theme, usesColor: Bool) -> [LinePlot.Series] {
    let strokes: [LinePlot.Stroke] = [.solid, .dashed, .dotted]
    return comparison.runs.enumerated().map { index, run in
      LinePlot.Series(
        name: "\(index + 1)", style: theme.series(index), samples: samples(of: run),
        stroke: usesColor ? .solid : strokes[index % strokes.count], showsExtremes: false)
    }
  }

  /// What the chart shows of a run.
  func samples(of run: RunComparison.Run) -> [Sample] {
    guard chart == .front else {
      return run.evaluations.compactMap { point in y(of: point).map { Sample(x: x(of: point), y: $0) } }
    }
    return run.front.compactMap { point in
      measure.value(point.metrics).map { Sample(x: Double(point.parameters), y: $0) }
    }
  }

  private func x(of point: RunComparison.Point) -> Double {
    switch axis {
    case .epochs: point.epoch
    case .steps: Double(point.step)
    case .seconds: point.seconds
    }
  }

  private func y(of point: RunComparison.Point) -> Double? {
    switch chart {
    case .metric: measure.value(point.metrics)
    case .loss: point.metrics.loss
    case .width: point.widths.isEmpty ? nil : Double(point.widths.reduce(0, +))
    case .front: nil
    }
  }

  /// The best that an ordinary network of one of the sizes reached.
  func references(_ styles: Styles) -> [LinePlot.Reference] {
    let reached = comparison.runs.flatMap(\.baselines).filter { $0.means == .scratch || $0.means == .search }
      .compactMap(\.metrics)
    guard let first = reached.first else { return [] }
    let best = reached.reduce(first) { $1.isBetter(than: $0) ? $1 : $0 }
    guard let value = measure.value(best) else { return [] }
    return [LinePlot.Reference(y: value, label: "trained at that size", style: styles.dim)]
  }
}
