import Canvas
import Experiment
import Glibc

struct RatePane: PaneContent {
  let name = "rate λ"

  func titles(in state: State) -> [String] { titlesWithLayer(in: state) }

  func caption(in state: State) -> [StatusText.Piece] {
    state.selectedLayer.map { layer in
      guard let need = layer.need else { return [.init("ν \(NumberText.significant(layer.rate))", 0)] }
      return [.init(Wording.interval(need), 0)]
    } ?? []
  }

  func absence(in state: State) -> String? {
    state.snapshot.layers.isEmpty ? "Rates belong to adaptive layers; this network has none." : nil
  }

  func draw(in rect: Rect, with painter: inout Painter) { painter.paintRate(in: rect) }
}

extension Pane {
  /// Posterior and prior of the selected layer's rate.
  public static let rate = Pane(RatePane())
}

extension Painter {
  /// Posterior and prior of the rate around ν, over an axis of rates and the widths they mean.
  mutating func paintRate(in rect: Rect) {
    guard let layer = state.selectedLayer else { return }
    guard layer.rate.isFinite, layer.rate > 0 else {
      return paintSentence(
        "The rate is \(NumberText.significant(layer.rate)): there is nothing to draw.", in: rect)
    }
    let window = RateWindow(rate: layer.rate)
    let posterior = window.density(layer.posterior.logDensity)
    var series: [LinePlot.Series] = []
    if let prior = layer.ratePrior {
      series.append(
        LinePlot.Series(
          name: "", style: styles.prior, samples: window.density(prior.logDensity), isFilled: true,
          showsExtremes: false))
    }
    series.append(
      LinePlot.Series(
        name: "", style: styles.posterior, samples: posterior,
        showsExtremes: false))
    let axisRows = rect.height >= 4 ? 2 : 0
    let legend = rateLegend(
      layer, isFlat: posterior.allSatisfy { $0.mean > 0.9 }, count: rect.height - axisRows - 3,
      width: rect.width - 3)
    for (row, line) in legend.enumerated() {
      write(line.swatch, x: rect.x, y: rect.y + row, width: 2, style: line.style)
      write(line.text, x: rect.x + 3, y: rect.y + row, width: rect.width - 3, style: line.textStyle)
    }
    var plot = LinePlot(series: series, axisStyle: styles.dim)
    plot.showsAxes = false
    plot.showsLegend = false
    plot.xRange = .fixed(-1, 1)
    plot.yRange = .fixed(0, 1.1)
    plot.markers = [.init(x: 0, label: "ν", style: styles.marker)]
    let gutter = axisRows > 0 && rect.width >= 24 ? 6 : 0
    let area = Rect(
      x: rect.x + gutter, y: rect.y + legend.count, width: rect.width - gutter,
      height: rect.height - legend.count - axisRows)
    plot.draw(in: area, on: &frame, glyphs: glyphs)
    guard axisRows > 0 else { return }
    if gutter > 0 {
      write("λ", x: rect.x, y: area.maxY, width: gutter - 1, style: styles.dim)
      write("width", x: rect.x, y: area.maxY + 1, width: gutter - 1, style: styles.dim)
    }
    paintRateAxes(window, layer.quantile, y: area.maxY, x: area.x, width: area.width)
  }

  private func rateLegend(
    _ layer: LayerSnapshot, isFlat: Bool, count: Int, width: Int
  ) -> [(swatch: String, style: Style, text: String, textStyle: Style)] {
    if case .logNormal = layer.posterior {
      return Array(settlingLegend(layer, width: width).prefix(max(0, count)))
    }
    let prior =
      layer.ratePrior.map {
        "prior p(λ) = N(\(NumberText.significant($0.mean)), \(NumberText.significant($0.scale)))"
      } ?? "prior p(λ): none, data decide"
    let lines = [
      ("━━", styles.posterior, "posterior q(λ) = \(layer.posterior.name)", styles.text),
      ("", styles.dim, layer.posterior.spread + (isFlat ? ": flat at this scale" : ""), styles.dim),
      (layer.ratePrior == nil ? "" : "▒▒", styles.prior, prior, styles.text),
    ]
    if layer.ratePrior != nil && count > lines.count {
      return lines + [("", styles.dim, "each scaled to its own peak", styles.dim)]
    }
    return count >= lines.count
      ? lines : count == 2 ? [lines[0], lines[2]] : Array(lines.prefix(max(0, count)))
  }

  /// Why no measurement says how wide a layer should be.
  private func reasonOfNoNeed(_ layer: LayerSnapshot) -> String {
    if layer.policy == .hold { return "held, so not measured" }
    return snapshot.settling?.isChanged == true
      ? "changed since it was measured" : "not measured yet: a guess"
  }

  /// The legend of a measured width: what is known of it, and the price it is known at.
  private func settlingLegend(
    _ layer: LayerSnapshot, width: Int
  ) -> [(swatch: String, style: Style, text: String, textStyle: Style)] {
    let known = layer.need.map { "90 %: \(Wording.range($0))" } ?? reasonOfNoNeed(layer)
    let price = snapshot.settling.map { settling in
      priceForms(settling, isHeld: layer.policy == .hold).first { Text.columns($0, glyphs: glyphs) <= width }
        ?? "price \(NumberText.significant(settling.price))"
    }
    return [
      ("━━", styles.posterior, "posterior q(λ), log-normal", styles.text),
      ("", styles.dim, known, styles.text),
      ("", styles.dim, price ?? (state.isRecording ? "" : "the width stays where it is"), styles.dim),
    ]
  }

  /// The price and what comes of it, the longest form first.
  private func priceForms(_ settling: SettlingStatus, isHeld: Bool) -> [String] {
    let price = "price \(NumberText.significant(settling.price))"
    // It is not measured next either.
    if isHeld { return ["\(price) nats"] }
    let reason =
      switch settling.obstacle {
      case .isStillLearning: "still learning"
      case .hasLearnedNothing: "nothing learned yet"
      case nil:
        settling.isSettled ? "settled" : settling.isChanged ? "no longer settled" : "not settled"
      }
    guard let next = settling.nextStep.map(NumberText.grouped) else {
      return ["\(price) nats, \(reason)", "\(price), \(reason)", reason]
    }
    let forms = [
      "\(price) nats, next at step \(next)", "\(price) nats, next at \(next)", "\(price), next at \(next)",
    ]
    return
      (settling.obstacle == nil ? [] : ["\(reason), next at step \(next)", "\(reason), next at \(next)"])
      + forms
  }

  /// Rates, and beneath them the widths they mean: ν in the middle, then the ends, then what else has room.
  private mutating func paintRateAxes(_ window: RateWindow, _ quantile: Double, y: Int, x: Int, width: Int) {
    var taken: [Range<Int>] = []
    for place in [0, -1, 1, -0.5, 0.5] {
      let rate = window.rate(at: place)
      let neurons = RateWindow.width(rate: rate, quantile: quantile, family: snapshot.importance)
      let texts = [NumberText.significant(rate), neurons]
      let columns = texts.map { Text.columns($0, glyphs: glyphs) }.max() ?? 0
      let center = Int((Double(width - 1) * (place + 1) / 2).rounded())
      let start = max(0, min(center - columns / 2, width - columns))
      let span = start - 1..<start + columns + 1
      guard columns <= width, !taken.contains(where: { $0.overlaps(span) }) else { continue }
      taken.append(span)
      for (row, text) in texts.enumerated() {
        let indent = (columns - Text.columns(text, glyphs: glyphs)) / 2
        write(
          text, x: x + start + indent, y: y + row, width: columns,
          style: place == 0 ? styles.text : styles.dim)
      }
    }
  }
}

/// The rates from an eighth of ν to eight times ν, on a logarithmic axis from −1 to 1.
struct RateWindow {
  var rate: Double

  func rate(at place: Double) -> Double { rate * pow(8, place) }

  /// A density over the window, in units of its largest value there.
  func density(_ logDensity: (Double) -> Double) -> [Sample] {
    let places = (0...128).map { -1 + Double($0) / 64 }
    let exponents = places.map { logDensity(rate(at: $0)) }
    guard let largest = exponents.max(), largest.isFinite else { return [] }
    return zip(places, exponents).map { Sample(x: $0, y: exp($1 - largest)) }
  }

  /// The width that a rate means: at most the method's largest.
  static func width(rate: Double, quantile: Double, family: ImportanceFamily) -> String {
    NumberText.grouped(family.width(rate: rate, quantile: quantile))
  }
}

extension NormalPrior {
  /// The log density up to a constant.
  fileprivate func logDensity(at rate: Double) -> Double {
    let distance = (rate - mean) / scale
    return -distance * distance / 2
  }
}
