import Canvas
import Experiment

/// What other methods reach, in the trade-off pane: neurons in other orders, and networks trained at their size.
extension Painter {
  /// Behind the curve: the mean of random orders between their extremes, the orders that other methods keep neurons
  /// by, and the best order, repaired.
  ///
  /// - Parameter isRoomy: whether all of them can be named; otherwise the best order is.
  func otherOrders(
    _ orders: OrderComparison, _ measure: Metrics.Measure, isRoomy: Bool
  ) -> [LinePlot.Series] {
    func samples(_ metrics: [Metrics]) -> [Sample] {
      zip(orders.widths, metrics).map { Sample(x: Double($0), y: measure.value($1) ?? .nan) }
    }
    func line(_ name: String, _ style: Style, _ stroke: LinePlot.Stroke, _ metrics: [Metrics])
      -> LinePlot.Series
    {
      .init(name: name, style: style, samples: samples(metrics), stroke: stroke, showsExtremes: false)
    }
    return [
      line("", styles.dim, .dotted, orders.random.map(\.low)),
      line("", styles.dim, .dotted, orders.random.map(\.high)),
      line(isRoomy ? "random" : "", styles.prior, .dashed, orders.random.map(\.mean)),
      line(isRoomy ? "contribution" : "", styles.bar, .dashed, orders.byContribution),
      line(isRoomy ? "magnitude" : "", styles.warning, .dashed, orders.byMagnitude),
      line(isRoomy ? "Taylor" : "", styles.good, .dashed, orders.byTaylor),
    ].filter { !$0.samples.isEmpty }
      + (orders.best.isEmpty ? [] : [line("best order", styles.validation, .solid, orders.best)])
  }

  /// "at 47: best 99.8 %, Taylor 93.0 %, contribution 92.1 %, magnitude 88.0 %, random 71.2 %"
  func comparison(_ orders: OrderComparison, _ measure: Metrics.Measure) -> String {
    let kept = CutPreview(ofTheCutIn: state).kept
    let nearest = orders.widths.indices.min { abs(orders.widths[$0] - kept) < abs(orders.widths[$1] - kept) }
    guard let nearest else { return "" }
    let named = [
      ("best", orders.best), ("Taylor", orders.byTaylor), ("contribution", orders.byContribution),
      ("magnitude", orders.byMagnitude), ("random", orders.random.map(\.mean)),
    ]
    let prices = named.compactMap { name, metrics -> String? in
      guard metrics.indices.contains(nearest), let value = measure.value(metrics[nearest]) else { return nil }
      return "\(name) \(NumberText.value(value, of: measure))"
    }
    return "at \(NumberText.grouped(orders.widths[nearest])): " + prices.joined(separator: ", ")
  }

  /// Lines of the networks that were trained at smaller sizes, if they were measured.
  ///
  /// - Parameter whole: neurons of the network; larger ones are out of view.
  func baselineLines(_ measure: Metrics.Measure, isRoomy: Bool, upTo whole: Int) -> [LinePlot.Series] {
    let means: [(Baseline.Means, String, Style, LinePlot.Stroke)] = [
      (.scratch, "scratch", styles.train, .dashed), (.search, "search", styles.posterior, .dotted),
    ]
    return means.compactMap { means, name, style, stroke in
      let samples = state.trainedBaselines(means).compactMap { baseline -> Sample? in
        guard let y = baseline.metrics.flatMap(measure.value), baseline.neurons <= whole else { return nil }
        return Sample(x: Double(baseline.neurons), y: y)
      }
      return samples.isEmpty
        ? nil
        : .init(
          name: isRoomy ? name : "", style: style, samples: samples, stroke: stroke, showsExtremes: false)
    }
  }

  /// "trained at 50: scratch 99.8 %, search 100.0 %", of the size nearest to the cut
  func trained(_ measure: Metrics.Measure) -> String {
    let kept = CutPreview(ofTheCutIn: state).kept
    let all = state.trainedBaselines(.scratch) + state.trainedBaselines(.search)
    guard let nearest = all.map(\.neurons).min(by: { abs($0 - kept) < abs($1 - kept) }) else { return "" }
    let prices = all.filter { $0.neurons == nearest }.compactMap { baseline -> String? in
      guard let value = baseline.metrics.flatMap(measure.value) else { return nil }
      return "\(baseline.means.rawValue) \(NumberText.value(value, of: measure))"
    }
    return "trained at \(NumberText.grouped(nearest)): " + prices.joined(separator: ", ")
  }
}

extension Baseline {
  /// The neurons of all learned layers together.
  fileprivate var neurons: Int { widths.reduce(0, +) }
}

extension State {
  /// Networks trained at smaller sizes, in increasing size, while cuts are compared with others: they keep the same
  /// fraction of every layer, so that of several layers they belong to joint cuts.
  fileprivate func trainedBaselines(_ means: Baseline.Means) -> [Baseline] {
    guard cut.comparesOrders, isJoint || snapshot.layers.count == 1 else { return [] }
    return run.baselines.filter { $0.means == means && $0.widths.count == snapshot.layers.count }
      .sorted { $0.neurons < $1.neurons }
  }
}
