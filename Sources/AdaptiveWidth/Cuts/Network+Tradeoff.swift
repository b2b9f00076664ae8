import Experiment
import LinearAlgebra

/// The price of every cut.
extension Network {
  /// Held-out metrics, parameters and multiply-adds of the network that keeps K neurons of a layer, cut by a method
  /// and, if that is another one, plainly.
  ///
  /// Every K is measured in the last adaptive layer, and in others where that costs at most `Self.cheap` forward
  /// passes or the layer has at most `sampled` neurons. Elsewhere `sampled` widths are: half of them spread out, half
  /// where the curve bends.
  ///
  /// - Precondition: `sampled` is at least 4 where not every width is measured: two widths to begin with, two to
  ///   refine. This holds of every curve and comparison that samples.
  /// - Parameter threads: that measure. No result depends on their number.
  public func tradeoff(
    layer: Int, by method: CutMethod = .repaired, _ rows: EvaluationRows, step: Int, sampled: Int = 32,
    threads: Int = 1, _ workspace: inout Workspace
  ) -> TradeoffCurve {
    var cutter = Cutter(self, method, rows, threads: threads)
    return cutter.tradeoff(layer: layer, rows, step: step, sampled: sampled, &workspace)
  }

  /// The same for all adaptive layers cut by one fraction; a forward pass of the smaller network for each of at most
  /// `sampled` fractions. A point's width is the neurons of all these layers together.
  ///
  /// - Precondition: there are adaptive layers.
  public func jointTradeoff(
    by method: CutMethod = .repaired, _ rows: EvaluationRows, step: Int, sampled: Int = 32,
    threads: Int = 1, _ workspace: inout Workspace
  ) -> TradeoffCurve {
    var cutter = Cutter(self, method, rows, threads: threads)
    return cutter.jointTradeoff(rows, step: step, sampled: sampled, &workspace)
  }

  /// The widths at which every adaptive layer keeps the same fraction of its neurons, and at least one.
  public func widths(keeping fraction: Double) -> [Int] {
    widths.map { min($0, max(1, Int((fraction * Double($0)).rounded()))) }
  }

  /// What cuts of a layer would cost if neurons went by their measured contribution, at random, or in best order and
  /// repaired, and by contribution, magnitude and Taylor score, plainly: at every width of the last adaptive layer, at
  /// `sampled` of the curve's widths elsewhere.
  ///
  /// - Parameter draws: random orders, by seeds 0 to `draws` − 1.
  public func orderComparison(
    of curve: TradeoffCurve, layer: Int, _ rows: EvaluationRows, sampled: Int = 32, draws: Int = 10,
    threads: Int = 1, _ workspace: inout Workspace
  ) -> OrderComparison {
    var kept = curve.points.map(\.width)
    if !feedsOutput(layer) && kept.count > sampled {
      Self.requireSamples(sampled)
      kept = (0..<sampled).map { kept[$0 * (kept.count - 1) / (sampled - 1)] }
    }
    var scores = [contributions(rows, &workspace)[layer].map(Double.init)]
    scores.append(self.scores(.magnitude, on: [], &workspace)[layer])
    if !rows.fitting.isEmpty { scores.append(self.scores(.taylor, on: rows.fitting, &workspace)[layer]) }
    let byScore = scores.map { PrefixCut.ordered(Self.order(byLargest: $0)) }
    let random = (0..<draws).map { draw in
      var order = Array(0..<widths[layer])
      var stream = RandomStream(seed: UInt64(draw), purpose: "random cut")
      stream.shuffle(&order)
      return PrefixCut.ordered(order)
    }
    var cutter = Cutter(self, .best, rows, threads: threads)
    let best = cutter.prefixCut(layer)
    let measured = prefixMetrics(
      layer: layer, kept: kept, random + byScore + (best.map { [$0] } ?? []), rows, threads: threads,
      &workspace)
    let ofRandom = measured[..<draws]
    let ofBest =
      best == nil
      ? []
      : metrics(
        measured[draws + byScore.count], ofCutsTo: kept, of: layer, whole: curve.points.last?.metrics)
    return OrderComparison(
      layer: layer, widths: kept, byContribution: measured[draws], byMagnitude: measured[draws + 1],
      byTaylor: byScore.count == 3 ? measured[draws + 2] : [],
      random: kept.indices.map { position in MetricsBand(of: ofRandom.map { $0[position] }) },
      best: ofBest, draws: draws)
  }

  /// Metrics of repaired cuts, where the one to the whole layer, which refits nothing, has those of the network as it is.
  ///
  /// - Parameters:
  ///   - kept: the widths, in increasing order.
  ///   - whole: the metrics of the network.
  func metrics(_ repaired: [Metrics], ofCutsTo kept: [Int], of layer: Int, whole: Metrics?) -> [Metrics] {
    guard kept.last == widths[layer], let whole else { return repaired }
    return repaired.dropLast() + [whole]
  }
}

/// Which widths to measure.
extension Network {
  /// The number of forward passes that a whole curve may take.
  static let cheap = 12

  /// The cost of computing one activation, in multiply-adds.
  private static let activationCost = 4

  /// See `tradeoff`.
  static func requireSamples(_ sampled: Int) {
    precondition(sampled >= 4, "two widths to begin with, two to refine")
  }

  /// Whether a layer's neurons go into the network's outputs: every width follows from one pass.
  func feedsOutput(_ layer: Int) -> Bool {
    onlyReader(of: layer) == blocks.count - 1
  }

  /// Whether every width of a layer is measured. In the last adaptive layer it always is. In a layer below, it is if the
  /// blocks above take few multiply-adds, their activations included.
  func measuresEveryWidth(_ layer: Int) -> Bool {
    if feedsOutput(layer) { return true }
    guard let reader = onlyReader(of: layer) else { return false }
    let above = blocks[(reader + 1)...].reduce(Self.activationCost * blocks[reader].outputs) {
      $0 + $1.multiplyAdds(inputs: $1.inputs, width: $1.adaptation?.width ?? $1.outputs)
        + Self.activationCost * $1.outputs
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
