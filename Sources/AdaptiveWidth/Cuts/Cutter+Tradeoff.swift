import Experiment
import LinearAlgebra

/// Curves of cuts.
extension Cutter {
  /// The most widths of a layer of channels that are measured: each costs passes of most of the network.
  static let sampledChannels = 16

  /// See `Network.tradeoff`.
  ///
  /// - Parameter isRounded: whether only widths that may be chosen are measured.
  public mutating func tradeoff(
    layer: Int, _ rows: EvaluationRows, step: Int, sampled: Int = 32, isRounded: Bool = false,
    _ workspace: inout Workspace
  ) -> TradeoffCurve {
    let width = network.widths[layer]
    let sampled = network.isOfChannels(layer) ? min(sampled, Self.sampledChannels) : sampled
    let isExact = network.measuresEveryWidth(layer) || width <= sampled
    if !isExact { Network.requireSamples(sampled) }
    let choices = isRounded ? rounding : .none
    var kept = choices.distinct(
      isExact ? Array(1...width) : Network.sample(width, count: sampled / 2), of: width)
    var measured = metrics(layer, kept, rows, &workspace)
    if !isExact {
      let found = Network.refinement(of: kept, measured.map(\.metrics), count: sampled - kept.count)
      let more = choices.distinct(found, of: width).filter { !kept.contains($0) }
      measured += metrics(layer, more, rows, &workspace)
      kept += more
    }
    let points = zip(kept, measured).sorted { $0.0 < $1.0 }.map { count, measured in
      var widths = network.widths
      widths[layer] = count
      return point(count, widths, measured.metrics, measured.plain)
    }
    return TradeoffCurve(
      step: step, layer: layer, points: points, isExact: isExact,
      method: canRepair(layer) ? method : .plain)
  }

  /// What each neuron of a layer explains of its readers' inputs beyond the neurons before it in the method's order:
  /// ‖y_n‖² of the fit as a fraction of their sum, in the order of the neurons. A copy of an earlier neuron has 0.
  ///
  /// - Returns: nothing if the layer's cuts are not repaired.
  public mutating func explainedFractions(layer: Int) -> [Double] {
    guard canRepair(layer) else { return [] }
    let repair = repair(of: layer)
    let explained = repair.explainedVariances
    let sum = explained.reduce(0, +)
    var result = explained
    for (place, neuron) in repair.order.enumerated() {
      result[neuron] = sum > 0 ? explained[place] / sum : 0
    }
    return result
  }

  /// The metrics after cuts by the method and, if that is not the plain one, after plain cuts.
  private mutating func metrics(
    _ layer: Int, _ kept: [Int], _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> [(metrics: Metrics, plain: Metrics?)] {
    guard let cut = prefixCut(layer) else {
      return network.prefixMetrics(layer: layer, kept: kept, [.plain], rows, threads: threads, &workspace)[0]
        .map { ($0, nil) }
    }
    let both = network.prefixMetrics(
      layer: layer, kept: kept, [.plain, cut], rows, threads: threads, &workspace)
    let repaired = network.metrics(both[1], ofCutsTo: kept, of: layer, whole: both[0].last)
    return zip(repaired, both[0]).map { ($0, $1) }
  }

  /// The method as a way of keeping any number of a layer's neurons; `nil`: it is the plain one.
  mutating func prefixCut(_ layer: Int) -> PrefixCut? {
    canRepair(layer) ? .repaired(repair(of: layer)) : nil
  }

  /// See `Network.jointTradeoff`.
  ///
  /// - Parameter isRounded: whether only widths that may be chosen are measured.
  public mutating func jointTradeoff(
    _ rows: EvaluationRows, step: Int, sampled: Int = 32, isRounded: Bool = false,
    _ workspace: inout Workspace
  ) -> TradeoffCurve {
    if network.adaptiveBlocks.count == 1 {
      var curve = tradeoff(layer: 0, rows, step: step, sampled: sampled, isRounded: isRounded, &workspace)
      curve.layer = nil
      return curve
    }
    let sampled = network.hasLearnedChannels ? min(sampled, Self.sampledChannels) : sampled
    // In neurons of the widest layer, whose fractions are the finest.
    let widest = network.widths.max() ?? 1
    let isExact = widest <= sampled
    if !isExact { Network.requireSamples(sampled) }
    var plain = Cutter(network, .plain, rows, threads: threads)
    var kept: [(count: Int, widths: [Int])] = []
    // Of fractions that come to the same widths, one is enough.
    func add(_ counts: [Int]) {
      for count in counts {
        let widths = self.widths(keeping: count, of: widest, isRounded: isRounded)
        if !kept.contains(where: { $0.widths == widths }) { kept.append((count, widths)) }
      }
    }
    add(isExact ? Array(1...widest) : Network.sample(widest, count: sampled / 2))
    var measured: [(metrics: Metrics, plain: Metrics?)] = []
    func measureRest() {
      for (_, widths) in kept.dropFirst(measured.count) where !Task.isCancelled {
        let metrics = measure(widths, rows, &workspace).metrics
        measured.append(
          (metrics, method.isRepaired ? plain.measure(widths, rows, &workspace).metrics : nil))
      }
    }
    measureRest()
    if !isExact {
      add(Network.refinement(of: kept.map(\.count), measured.map(\.metrics), count: sampled - kept.count))
      measureRest()
    }
    let points = zip(kept, measured).sorted { $0.0.count < $1.0.count }.map { kept, measured in
      point(kept.widths.reduce(0, +), kept.widths, measured.metrics, measured.plain)
    }
    return TradeoffCurve(step: step, layer: nil, points: points, isExact: isExact, method: method)
  }

  private func point(_ width: Int, _ widths: [Int], _ metrics: Metrics, _ plain: Metrics?) -> TradeoffPoint {
    TradeoffPoint(
      width: width, widths: widths, metrics: metrics, plain: plain,
      parameters: network.parameterCount(widths: widths), multiplyAdds: network.multiplyAdds(widths: widths))
  }
}

extension WidthRounding {
  /// Widths in increasing order, each rounded, without repetitions.
  fileprivate func distinct(_ widths: [Int], of present: Int) -> [Int] {
    if isNone { return widths }
    return Set(widths.map { up($0, atMost: present) }).sorted()
  }
}
