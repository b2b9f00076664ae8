import Experiment

extension MeasuredCut {
  /// What it costs against a larger one, a parameter saved: in the metric, then in the loss. Less is better.
  func price(from larger: MeasuredCut) -> (metric: Double, loss: Double) {
    let saved = Double(max(1, larger.parameters - parameters))
    let lost: Double
    if let accuracy = metrics.accuracy, let before = larger.metrics.accuracy {
      lost = before - accuracy
    } else {
      lost = (metrics.rmse ?? .nan) - (larger.metrics.rmse ?? .nan)
    }
    return (lost / saved, (metrics.loss - larger.metrics.loss) / saved)
  }

}

extension [Int] {
  /// Widths with another one of a layer.
  func cutting(_ layer: Int, to width: Int) -> [Int] {
    var result = self
    result[layer] = width
    return result
  }
}

extension CutBudget {
  /// Whether a budget of size has room for a network with these widths.
  package func admits(_ network: Network, _ widths: [Int]) -> Bool {
    admits(
      Metrics(loss: 0), parameters: network.parameterCount(widths: widths),
      multiplyAdds: network.multiplyAdds(widths: widths))
  }
}

extension Network {
  /// The network that keeps the first neurons of every adaptive layer, with their importances and weights.
  ///
  /// - Parameter policy: as for `truncate(layer:to:policy:)`; layers that lose nothing keep theirs.
  public func truncated(to widths: [Int], policy: WidthPolicy? = nil) -> Network {
    precondition(widths.count == adaptiveBlocks.count, "a width for each adaptive layer")
    var copy = self
    for (layer, width) in widths.enumerated() where width != self.widths[layer] {
      copy.truncate(layer: layer, to: width, policy: policy)
    }
    return copy
  }

  /// Measures a cut. See `Cutter.measure`.
  public func measure(
    widths: [Int], by method: CutMethod = .repaired, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> MeasuredCut {
    var cutter = Cutter(self, method, rows)
    return cutter.measure(widths, rows, &workspace)
  }

  /// The cut that a budget asks for. See `Cutter.cut`.
  public func cut(
    to budget: CutBudget, by method: CutMethod = .repaired, rounding: WidthRounding = .none,
    _ rows: EvaluationRows, threads: Int = 1, _ workspace: inout Workspace
  ) throws(ImpossibleBudget) -> MeasuredCut {
    var cutter = Cutter(self, method, rows, rounding: rounding, threads: threads)
    return try cutter.cut(to: budget, rows, &workspace)
  }
}

extension Cutter {
  /// The cut that a budget asks for: the best network of at most so many parameters or multiply-adds, or the smallest
  /// one that is good enough.
  ///
  /// With one layer, every width is measured. With several, the search begins at the frontier, whose steps are coarse,
  /// and goes on in ever smaller chunks down to one neuron, or to one multiple of the rounding. If channels of
  /// convolutions are among the layers, curves of single layers divide a size among them, and the search for a budget of
  /// quality ends at the frontier.
  ///
  /// - Precondition: there are adaptive layers and rows.
  public mutating func cut(
    to budget: CutBudget, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) throws(ImpossibleBudget) -> MeasuredCut {
    if network.hasLearnedChannels && network.adaptiveBlocks.count > 1 && budget.boundsSize {
      return try allocated(within: budget, rows, &workspace)
    }
    let frontier = frontier(rows, step: 0, &workspace)
    let start = try frontier.choice(for: budget)
    if network.adaptiveBlocks.count == 1 {
      let bound = budget.resolved(best: frontier.best.metrics)
      // The curve's running sum may round another way than the smaller network does.
      for cut in frontier.cuts where cut.parameters >= start.parameters && bound.admits(cut) {
        let measured = measure(cut.widths, rows, &workspace)
        if bound.admits(measured) { return measured }
      }
      // The best cut is within any tolerance of itself, however its metric is rounded.
      if case .tolerance = budget { return measure(frontier.best.widths, rows, &workspace) }
      throw ImpossibleBudget(closest: frontier.best)
    }
    trail = CutTrail()
    defer { trail = nil }
    if budget.boundsSize { return filled(start, within: budget, frontier, rows, &workspace) }
    if network.hasLearnedChannels { return start }
    return descend(from: start, within: budget.resolved(best: frontier.best.metrics), rows, &workspace)
  }

  /// What else fits: the next larger cuts of the frontier, less just so many neurons of one layer as they must lose.
  private mutating func filled(
    _ start: MeasuredCut, within budget: CutBudget, _ frontier: CutFrontier, _ rows: EvaluationRows,
    _ workspace: inout Workspace
  ) -> MeasuredCut {
    var best = start
    for larger in frontier.cuts.filter({ !budget.admits($0) }).prefix(2) {
      for layer in larger.widths.indices {
        guard let enough = narrowed(larger.widths, layer, within: budget) else { continue }
        let cut = measure(enough, rows, &workspace)
        if cut.metrics.isBetter(than: best.metrics) { best = cut }
      }
    }
    return best
  }

  /// The largest widths within a budget of size that have fewer neurons of one layer; `nil`: there are none.
  func narrowed(_ widths: [Int], _ layer: Int, within budget: CutBudget) -> [Int]? {
    sequence(first: widths[layer]) { [rounding] in rounding.smaller(than: $0) }.dropFirst().lazy
      .map { widths.cutting(layer, to: $0) }.first { budget.admits(network, $0) }
  }

  /// Removes chunks of neurons as long as the budget allows one.
  private mutating func descend(
    from start: MeasuredCut, within budget: CutBudget, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> MeasuredCut {
    var current = start
    var share = 8
    while true {
      let steps = current.widths.enumerated().compactMap { layer, width in
        rounding.smaller(than: width, by: width / share).map { (layer: layer, width: $0) }
      }
      var best: MeasuredCut?
      for step in steps {
        let candidate = measure(current.widths.cutting(step.layer, to: step.width), rows, &workspace)
        guard budget.admits(candidate) else { continue }
        if best.map({ candidate.price(from: current) < $0.price(from: current) }) ?? true { best = candidate }
      }
      if let best {
        current = best
      } else if steps.allSatisfy({ $0.width == rounding.smaller(than: current.widths[$0.layer]) }) {
        return current
      } else {
        share *= 2
      }
    }
  }
}
