import Experiment
import LinearAlgebra

/// The price of every cut: metrics of the network that keeps the first K neurons of a layer.
extension Network {
  /// Held-out metrics, parameters and multiply-adds of the network that keeps the first K neurons of a layer.
  ///
  /// Every K is measured in the last adaptive layer, and in others where that costs at most `Self.cheap` forward
  /// passes or the layer has at most `sampled` neurons. Elsewhere `sampled` widths are: half of them spread out, half
  /// where the curve bends.
  public func tradeoff(
    layer: Int, _ rows: EvaluationRows, step: Int, sampled: Int = 32, _ workspace: inout Workspace
  ) -> TradeoffCurve {
    let width = widths[layer]
    let isExact = isCheapEverywhere(layer) || width <= sampled
    let kept = isExact ? Array(1...width) : Self.sample(width, count: sampled / 2)
    var measured = prefixMetrics(layer: layer, kept: kept, orders: [nil], rows, &workspace)[0]
    if !isExact {
      let more = Self.refinement(of: kept, measured, count: sampled - kept.count)
      measured += prefixMetrics(layer: layer, kept: more, orders: [nil], rows, &workspace)[0]
      let order = (0..<kept.count + more.count).sorted { (kept + more)[$0] < (kept + more)[$1] }
      return curve(layer, order.map { (kept + more)[$0] }, order.map { measured[$0] }, step, isExact: false)
    }
    return curve(layer, kept, measured, step, isExact: true)
  }

  private func curve(
    _ layer: Int, _ kept: [Int], _ metrics: [Metrics], _ step: Int, isExact: Bool
  ) -> TradeoffCurve {
    let points = zip(kept, metrics).map { count, metrics in
      var widths = self.widths
      widths[layer] = count
      return TradeoffPoint(
        width: count, widths: widths, metrics: metrics, parameters: parameterCount(widths: widths),
        multiplyAdds: multiplyAdds(widths: widths))
    }
    return TradeoffCurve(step: step, layer: layer, points: points, isExact: isExact)
  }

  /// The same for all adaptive layers cut by one fraction; a forward pass of the smaller network for each of at most
  /// `sampled` fractions. A point's width is the neurons of all these layers together.
  ///
  /// - Precondition: there are adaptive layers.
  public func jointTradeoff(
    _ rows: EvaluationRows, step: Int, sampled: Int = 32, _ workspace: inout Workspace
  ) -> TradeoffCurve {
    if adaptiveBlocks.count == 1 {
      var curve = tradeoff(layer: 0, rows, step: step, &workspace)
      curve.layer = nil
      return curve
    }
    // In neurons of the widest layer, whose fractions are the finest.
    let widest = widths.max() ?? 1
    let isExact = widest <= sampled
    var kept = isExact ? Array(1...widest) : Self.sample(widest, count: sampled / 2)
    var measured: [Metrics] = []
    func measureRest() {
      for count in kept.dropFirst(measured.count) where !Task.isCancelled {
        let widths = self.widths(keeping: Double(count) / Double(widest))
        measured.append(measure(widths: widths, rows, &workspace).metrics)
      }
    }
    measureRest()
    kept += isExact ? [] : Self.refinement(of: kept, measured, count: sampled - kept.count)
    measureRest()
    let points = zip(kept, measured).sorted { $0.0 < $1.0 }.map { count, metrics in
      let widths = self.widths(keeping: Double(count) / Double(widest))
      return TradeoffPoint(
        width: widths.reduce(0, +), widths: widths, metrics: metrics,
        parameters: parameterCount(widths: widths), multiplyAdds: multiplyAdds(widths: widths))
    }
    return TradeoffCurve(step: step, layer: nil, points: points, isExact: isExact)
  }

  /// Of every adaptive layer the same fraction, and at least a neuron.
  public func widths(keeping fraction: Double) -> [Int] {
    widths.map { min($0, max(1, Int((fraction * Double($0)).rounded()))) }
  }

  /// What cuts of a layer would cost if neurons went by their measured contribution, or at random: at every width of
  /// the last adaptive layer, at `sampled` of the curve's widths elsewhere.
  ///
  /// - Parameter draws: random orders, by seeds 0 to `draws` − 1.
  public func orderComparison(
    of curve: TradeoffCurve, layer: Int, _ rows: EvaluationRows, sampled: Int = 32, draws: Int = 10,
    _ workspace: inout Workspace
  ) -> OrderComparison {
    var kept = curve.points.map(\.width)
    if !isExactAnywhere(layer) && kept.count > sampled {
      kept = (0..<sampled).map { kept[$0 * (kept.count - 1) / (sampled - 1)] }
    }
    let contributions = contributions(rows, &workspace)[layer]
    // Of equals, the one of smaller index stays longer.
    let byContribution = contributions.indices.sorted {
      (-contributions[$0], $0) < (-contributions[$1], $1)
    }
    let random = (0..<draws).map { draw in
      var order = Array(contributions.indices)
      var stream = RandomStream(seed: UInt64(draw), purpose: "random cut")
      stream.shuffle(&order)
      return order
    }
    let measured = prefixMetrics(
      layer: layer, kept: kept, orders: [byContribution] + random, rows, &workspace)
    return OrderComparison(
      layer: layer, widths: kept, byContribution: measured[0],
      random: kept.indices.map { position in MetricsBand(of: measured.dropFirst().map { $0[position] }) },
      draws: draws)
  }
}

/// Which widths to measure.
extension Network {
  /// Forward passes that a whole curve may cost.
  static let cheap = 12

  /// Whether a layer's neurons go into the network's outputs: every width follows from one pass.
  private func isExactAnywhere(_ layer: Int) -> Bool {
    onlyReader(of: layer) == blocks.count - 1
  }

  /// Whether every width of a layer is measured: in the last adaptive one always, below it by the multiply-adds of
  /// what lies above, where a neuron's activation counts as four.
  func isCheapEverywhere(_ layer: Int) -> Bool {
    if isExactAnywhere(layer) { return true }
    guard let reader = onlyReader(of: layer) else { return false }
    let above = blocks[(reader + 1)...].reduce(4 * blocks[reader].outputs) {
      $0 + $1.multiplyAdds(inputs: $1.inputs, width: $1.adaptation?.width ?? $1.outputs) + 4 * $1.outputs
    }
    return widths[layer] * above <= Self.cheap * multiplyAdds()
  }

  /// Widths from 1 to all, denser towards small ones, where curves bend.
  package static func sample(_ width: Int, count: Int) -> [Int] {
    var widths: [Int] = []
    for position in 0..<count {
      let fraction = Double(position) / Double(count - 1)
      let candidate = 1 + Int((Double(width - 1) * fraction * (1 + fraction) / 2).rounded())
      if candidate > widths.last ?? 0 { widths.append(candidate) }
    }
    return widths
  }

  /// More widths between measured ones: the gap over which metric and loss change most is halved, again and again.
  package static func refinement(of kept: [Int], _ metrics: [Metrics], count: Int) -> [Int] {
    func changes(_ value: (Metrics) -> Double) -> [Double] {
      let values = metrics.map(value)
      let finite = values.filter(\.isFinite)
      let span = max((finite.max() ?? 0) - (finite.min() ?? 0), .leastNormalMagnitude)
      return zip(values, values.dropFirst()).map { $0.isFinite && $1.isFinite ? abs($1 - $0) / span : 1 }
    }
    let metric = changes(\.mainValue)
    let loss = changes(\.loss)
    var gaps = zip(zip(kept, kept.dropFirst()), zip(metric, loss)).map {
      (low: $0.0, high: $0.1, change: $1.0 + $1.1)
    }
    var added: [Int] = []
    while added.count < count {
      let open = gaps.indices.filter { gaps[$0].high - gaps[$0].low > 1 }
      guard let widest = open.max(by: { gaps[$0].change < gaps[$1].change }) else { break }
      let gap = gaps.remove(at: widest)
      let middle = (gap.low + gap.high) / 2
      added.append(middle)
      gaps.append((gap.low, middle, gap.change / 2))
      gaps.append((middle, gap.high, gap.change / 2))
    }
    return added.sorted()
  }
}
