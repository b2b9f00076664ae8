import Canvas
import Experiment

struct TradeoffPane: PaneContent {
  let name = "trade-off"

  func titles(in state: State) -> [String] {
    state.isReady && state.isJoint
      ? ["\(name), all layers", "\(name), all", name] : titlesWithLayer(in: state) + [name]
  }

  func caption(in state: State) -> [StatusText.Piece] {
    guard !state.snapshot.layers.isEmpty, let curve = state.shownCurve else { return [] }
    let currency = currency(in: state)
    if currency == .replaced { return [.init("being measured…", 0)] }
    if currency.isOld { return currency.pieces }
    return [
      .init(curve.isExact ? "exact" : "sampled", 1), .init("at step \(NumberText.grouped(curve.step))", 0),
    ]
  }

  func absence(in state: State) -> String? {
    if state.snapshot.layers.isEmpty {
      return "The price of a cut is measured for adaptive layers; this network has none."
    }
    guard state.shownCurve == nil else { return nil }
    if state.isRecording { return Link.unrecorded }
    return state.run.inspection?.hasRows ?? true
      ? "The price of every cut is being measured on held-out rows."
      : "There are no held-out rows to measure the price of a cut on."
  }

  func currency(in state: State) -> Currency { state.currency(of: state.shownPart) }

  func draw(in rect: Rect, with painter: inout Painter) { painter.paintTradeoff(in: rect) }
}

extension Pane {
  /// Held-out metric by neurons kept.
  public static let tradeoff = Pane(TradeoffPane())
}

extension Painter {
  mutating func paintTradeoff(in rect: Rect) {
    guard let curve = state.shownCurve, let layer = state.selectedLayer else { return }
    let measure = curve.measure
    let orders = state.shownOrders
    let whole = state.isJoint ? snapshot.layers.reduce(0) { $0 + $1.width } : layer.width
    let style = state.run.outdated.contains(state.shownPart) ? styles.dim : styles.layer(state.cut.layer)
    let samples = curve.points.map { Sample(x: Double($0.width), y: measure.value($0.metrics) ?? .nan) }
    let plain = plainCuts(curve, measure)
    let name = plain.isEmpty ? (orders == nil ? "" : "by index") : Wording.method(curve.method)
    var plot = LinePlot(
      series: baselineLines(measure, isRoomy: rect.width >= 60, upTo: whole)
        + (orders.map { otherOrders($0, measure, isRoomy: rect.width >= 60) } ?? []) + plain + [
          .init(name: name, style: style, samples: samples, showsExtremes: false)
        ], axisStyle: styles.dim)
    plot.xRange = .fixed(1, Double(max(whole, curve.points.last?.width ?? 1, 2)))
    plot.xFormat = .count
    plot.yFormat = measure.format == .percent ? .percent : .number
    plot.yRange =
      measure.format == .percent ? percentRange(plot.series.flatMap(\.samples)) : .automatic
    if measure.format != .percent { plot.yScale = errorScale(plot.series.flatMap(\.samples)) }
    let cut = CutPreview(ofTheCutIn: state)
    if cut.kept < cut.width { plot.markers = [marker(cut, measure, isRoomy: rect.width >= 36)] }
    let hasCaption = rect.height >= 5
    var plotRect = rect
    plotRect.height -= hasCaption ? 1 : 0
    if let scale = plot.draw(in: plotRect, on: &frame, glyphs: glyphs) {
      handles.append(.cut(scale, of: whole))
    }
    guard hasCaption else { return }
    let caption = StatusText.fit(
      tradeoffCaption(curve, measure, orders), separator: ", ", width: rect.width, glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }

  /// Behind a curve of repaired cuts, the same cuts without repair.
  private func plainCuts(_ curve: TradeoffCurve, _ measure: Metrics.Measure) -> [LinePlot.Series] {
    let samples = curve.points.compactMap { point in
      point.plain.map { Sample(x: Double(point.width), y: measure.value($0) ?? .nan) }
    }
    return curve.method.isRepaired && !samples.isEmpty
      ? [.init(name: "plain", style: styles.dim, samples: samples, showsExtremes: false)] : []
  }

  private func marker(_ cut: CutPreview, _ measure: Metrics.Measure, isRoomy: Bool) -> LinePlot.Marker {
    let price = cut.after.map { metrics in
      let number = NumberText.value(measure.value(metrics) ?? .nan, of: measure)
      return ": \(number)" + (cut.nearestMeasured.map { " at \(NumberText.grouped($0))" } ?? "")
    }
    let label = "keep \(NumberText.grouped(cut.kept))\(isRoomy ? price ?? "" : "")"
    return LinePlot.Marker(x: Double(cut.kept), label: label, style: styles.cut)
  }

  private func tradeoffCaption(
    _ curve: TradeoffCurve, _ measure: Metrics.Measure, _ orders: OrderComparison?
  ) -> [StatusText.Piece] {
    let how =
      curve.isExact
      ? "every width measured" : "\(Wording.widths(curve.points.count)) measured, others read off"
    let kept = state.isJoint ? "neurons kept of all layers" : "neurons kept"
    let compared =
      orders.map { comparison($0, measure) }
      ?? (state.cut.comparesOrders && !state.isJoint ? "other orders are being measured" : "")
    if state.run.outdated.contains(state.shownPart) {
      return [.init("as before the edit", 0), .init("being measured…", 1)]
    }
    return [
      .init("held-out \(measure.name) by \(kept)", 0), .init(trained(measure), 1), .init(compared, 2),
      .init(how, orders == nil ? 1 : 3),
    ].filter { !$0.text.isEmpty }
  }

  /// Logarithmic if errors differ by more than a factor of two: what a few neurons cost would leave no room for what a
  /// useful cut does.
  private func errorScale(_ samples: [Sample]) -> AxisScale {
    let values = samples.map(\.mean).filter(\.isFinite)
    guard let low = values.min(), let high = values.max(), low > 0, high > 2 * low else { return .linear }
    return .logarithmic
  }

  /// All of it in view, never above 100 %, and differences of a fiftieth of a per cent not blown up.
  func percentRange(_ samples: [Sample]) -> AxisRange {
    let values = samples.map(\.mean).filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return .automatic }
    let span = max(high - low, 0.02)
    return .fixed(max(0, min(low, high - span) - span * 0.05), max(min(1, high + span * 0.05), 0.01))
  }
}

extension TradeoffCurve {
  /// The first decisive measure that all of its points have.
  fileprivate var measure: Metrics.Measure {
    Metrics.Measure.decisive.first { measure in points.allSatisfy { measure.value($0.metrics) != nil } }
      ?? .loss
  }
}
