import Experiment
import LinearAlgebra

/// The price list of a network.
extension Network {
  /// The Pareto frontier of the network's cuts on these rows. See `Cutter.frontier`.
  public func frontier(
    by method: CutMethod = .repaired, _ rows: EvaluationRows, step: Int, rowsForSearch: Int = 2_000,
    points: Int = 48, rounding: WidthRounding = .none, threads: Int = 1, _ workspace: inout Workspace
  ) -> CutFrontier {
    var cutter = Cutter(self, method, rows, rounding: rounding, threads: threads)
    return cutter.frontier(rows, step: step, rowsForSearch: rowsForSearch, points: points, &workspace)
  }
}

extension Cutter {
  /// The Pareto frontier of cuts: those that no smaller cut equals on these rows, with widths that the rounding allows.
  ///
  /// With one layer, every width is measured. With several, a descent removes a fraction of the last neurons of the
  /// layer that loses least of the metric for each parameter saved, until each layer has one neuron left; the best cuts
  /// that it meets, and those by the same fraction everywhere, are measured on all rows. Its directions are found on at
  /// most `rowsForSearch` rows. It takes about `16 (1 + ln(D/16))` forward passes for each layer of D neurons. If
  /// channels of convolutions are among the layers, curves of single layers take the place of the descent.
  ///
  /// - Precondition: there are adaptive layers and rows.
  mutating func frontier(
    _ rows: EvaluationRows, step: Int, rowsForSearch: Int = 2_000, points: Int = 48,
    _ workspace: inout Workspace
  ) -> CutFrontier {
    precondition(!network.adaptiveBlocks.isEmpty && rows.rows > 0, "there is something to cut and to measure")
    let whole = measure(network.widths, rows, &workspace)
    if network.adaptiveBlocks.count == 1 {
      let curve = tradeoff(
        layer: 0, rows, step: step, sampled: network.widths[0], isRounded: true, &workspace)
      return CutFrontier(step: step, whole: whole, measured: curve.points.map(MeasuredCut.init))
    }
    if network.hasLearnedChannels {
      // A descent would take hundreds of repairs of the whole network.
      return CutFrontier(step: step, whole: whole, measured: channelCuts(rows, &workspace))
    }
    let few = rows.sample(rowsForSearch)
    let descent = descent(few, &workspace)
    let joint = jointTradeoff(few, step: step, isRounded: true, &workspace)
    let measured = descent + joint.points.map(MeasuredCut.init)
    if few.rows == rows.rows { return CutFrontier(step: step, whole: whole, measured: measured) }
    let found = CutFrontier(step: step, whole: descent[0], measured: measured).cuts
    let share = max(1, (found.count + points - 1) / points)
    let kept = found.indices.filter { $0 % share == 0 || $0 == found.count - 1 }
    return CutFrontier(
      step: step, whole: whole, measured: kept.map { measure(found[$0].widths, rows, &workspace) })
  }

  /// All cuts that were measured on the way from the whole network to one neuron a layer; the whole one first.
  ///
  /// A layer's price is measured again only when it is the lowest and its measurement is old: prices change little
  /// from step to step, and mostly upwards.
  private mutating func descent(_ rows: EvaluationRows, _ workspace: inout Workspace) -> [MeasuredCut] {
    trail = CutTrail()
    defer { trail = nil }
    var current = measure(network.widths, rows, &workspace)
    var all = [current]
    var candidates: [Int: Candidate] = [:]
    func measureCandidate(_ layer: Int) {
      let width = current.widths[layer]
      candidates[layer] = nil
      guard let smaller = rounding.smaller(than: width, by: width / 16) else { return }
      let cut = measure(current.widths.cutting(layer, to: smaller), rows, &workspace)
      all.append(cut)
      candidates[layer] = Candidate(cut: cut, price: cut.price(from: current))
    }
    for layer in network.widths.indices { measureCandidate(layer) }
    while !Task.isCancelled,
      let (layer, next) = candidates.min(by: { $0.value.rank($0.key) < $1.value.rank($1.key) })
    {
      guard next.isFresh else {
        measureCandidate(layer)
        continue
      }
      current = next.cut
      for other in candidates.keys { candidates[other]?.isFresh = false }
      measureCandidate(layer)
    }
    return all
  }
}

extension MeasuredCut {
  init(_ point: TradeoffPoint) {
    self.init(
      widths: point.widths, metrics: point.metrics, parameters: point.parameters,
      multiplyAdds: point.multiplyAdds)
  }
}

/// What a layer would lose next.
private struct Candidate {
  var cut: MeasuredCut
  var price: (metric: Double, loss: Double)
  /// Measured since the network was cut last.
  var isFresh = true

  /// What is not a number comes last, so that the order is one.
  func rank(_ layer: Int) -> (Double, Double, Int) {
    (price.metric.isNaN ? .infinity : price.metric, price.loss.isNaN ? .infinity : price.loss, layer)
  }
}
