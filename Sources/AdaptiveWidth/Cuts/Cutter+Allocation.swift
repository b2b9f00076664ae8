import Experiment

/// Cuts of many layers, each as far as its own curve allows.
///
/// A measured cut of such a network costs a repair of all its layers, so that combinations of widths are not searched.
/// The losses that cuts of single layers cause nearly add up (docs/channels.md): a curve of each layer, loss against width,
/// is enough to divide a size among them.
extension Cutter {
  /// Widths from the whole network down to one neuron a layer. Each step cuts the layer that loses least, by its curve,
  /// for the size that it saves.
  ///
  /// - Parameter size: of the network with some widths; falls with each of them.
  private func steps(along curves: [LossCurve], by size: ([Int]) -> Double) -> [[Int]] {
    var trail = [network.widths]
    var places = curves.map { _ in 0 }
    while let step = Self.nextStep(curves, places, trail[trail.count - 1], by: size) {
      places[step.layer] = step.place
      trail.append(trail[trail.count - 1])
      trail[trail.count - 1][step.layer] = curves[step.layer].widths[step.place]
    }
    return trail
  }

  /// The curve of every layer, on at most a thousand rows. About `8 L` forward passes over them for L layers.
  private mutating func lossCurves(_ rows: EvaluationRows, _ workspace: inout Workspace) -> [LossCurve] {
    let few = rows.sample(Self.rowsForCurves)
    return network.widths.indices.map { lossCurve($0, few, &workspace) }
  }

  /// The cheapest step from where every layer is on its curve; `nil`: all have their fewest neurons.
  private static func nextStep(
    _ curves: [LossCurve], _ places: [Int], _ widths: [Int], by size: ([Int]) -> Double
  ) -> (layer: Int, place: Int)? {
    let before = size(widths)
    var best: (layer: Int, place: Int, price: Double, saved: Double)?
    for (layer, curve) in curves.enumerated() {
      // Some steps further down may be cheaper, where a curve is not convex.
      for place in curve.widths.indices.dropFirst(places[layer] + 1) {
        var smaller = widths
        smaller[layer] = curve.widths[place]
        let lost = curve.losses[place] - curve.losses[places[layer]]
        let saved = before - size(smaller)
        let price = (lost.isNaN ? .infinity : lost) / max(saved, .leastNonzeroMagnitude)
        // Of steps that cost nothing, the largest.
        if best.map({ (price, -saved) < ($0.price, -$0.saved) }) ?? true {
          best = (layer, place, price, saved)
        }
      }
    }
    return best.map { ($0.layer, $0.place) }
  }

  /// A layer's loss by the method, at some of its widths.
  private mutating func lossCurve(
    _ layer: Int, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> LossCurve {
    let width = network.widths[layer]
    let eighths = (1...8).map { rounding.up(max(1, width * $0 / 8), atMost: width) }
    let fewest = rounding.up(1, atMost: width)
    let kept = Set([fewest] + eighths).sorted()
    let cut = prefixCut(layer) ?? .plain
    let metrics = network.prefixMetrics(
      layer: layer, kept: kept, [cut], rows, threads: threads, &workspace)[0]
    return LossCurve(measured: zip(kept, metrics.map(\.loss)).reversed(), rounding)
  }

  /// The best cut of at most a size: by the layers' curves, as they save that size or parameters and multiply-adds
  /// alike, or by the same fraction everywhere. Sums of curves are estimates, so that all three are measured.
  ///
  /// - Parameter budget: of the network's size.
  mutating func allocated(
    within budget: CutBudget, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) throws(ImpossibleBudget) -> MeasuredCut {
    let network = network
    if budget.admits(network, network.widths) { return measure(network.widths, rows, &workspace) }
    let curves = lossCurves(rows, &workspace)
    var candidates: [[Int]] = []
    for size in [{ Self.size(of: network, $0, budget) }, { Self.relativeSize(of: network, $0) }] {
      let trail = steps(along: curves, by: size)
      guard let place = trail.firstIndex(where: { budget.admits(network, $0) }) else {
        throw ImpossibleBudget(closest: measure(trail[trail.count - 1], rows, &workspace))
      }
      candidates.append(larger(trail[place], below: trail[place - 1], within: budget))
    }
    let widest = network.widths.max() ?? 1
    if let part = (1...widest).last(where: { budget.admits(network, widths(keeping: $0, of: widest)) }) {
      candidates.append(widths(keeping: part, of: widest))
    }
    var best = measure(candidates[0], rows, &workspace)
    for widths in Set(candidates.dropFirst()).subtracting([candidates[0]]).sorted(by: Self.isBefore) {
      let cut = measure(widths, rows, &workspace)
      // Of networks of one size the loss says more than the accuracy, which changes by whole rows.
      if cut.metrics.loss < best.metrics.loss { best = cut }
    }
    return best
  }

  private static func isBefore(_ a: [Int], _ b: [Int]) -> Bool { a.lexicographicallyPrecedes(b) }

  /// The largest widths within a budget, of those between two that differ in one layer.
  private func larger(_ widths: [Int], below first: [Int], within budget: CutBudget) -> [Int] {
    guard let layer = widths.indices.first(where: { widths[$0] != first[$0] }),
      let found = narrowed(first, layer, within: budget), found[layer] > widths[layer]
    else { return widths }
    return found
  }

  /// Cuts for the price list: by the layers' curves, at even distances of size, and by the same fraction everywhere.
  mutating func channelCuts(_ rows: EvaluationRows, _ workspace: inout Workspace) -> [MeasuredCut] {
    let network = network
    // The list serves budgets of either kind.
    func size(_ widths: [Int]) -> Double { Self.relativeSize(of: network, widths) }
    let steps = steps(along: lossCurves(rows, &workspace), by: size)
    let (largest, smallest) = (size(steps[0]), size(steps[steps.count - 1]))
    var chosen = (1...Self.channelPoints).compactMap { point in
      let most = largest - (largest - smallest) * Double(point) / Double(Self.channelPoints)
      return steps.first { size($0) <= most }
    }
    chosen += (1..<4).map { widths(keeping: $0, of: 4) }
    // In an order in which one goes on from the layers that it has in common with the one before.
    trail = CutTrail()
    defer { trail = nil }
    var found: [MeasuredCut] = []
    for widths in Set(chosen).sorted(by: Self.isBefore) where !Task.isCancelled {
      found.append(measure(widths, rows, &workspace))
    }
    return found
  }

  /// The widths that keep the same fraction everywhere.
  func widths(keeping part: Int, of whole: Int, isRounded: Bool = true) -> [Int] {
    let exact = network.widths(keeping: Double(part) / Double(whole))
    return isRounded ? zip(exact, network.widths).map { rounding.up($0, atMost: $1) } : exact
  }

  private static func size(of network: Network, _ widths: [Int], _ budget: CutBudget) -> Double {
    if case .multiplyAdds = budget { return Double(network.multiplyAdds(widths: widths)) }
    return Double(network.parameterCount(widths: widths))
  }

  /// Parameters and multiply-adds, as fractions of the whole network's, together.
  private static func relativeSize(of network: Network, _ widths: [Int]) -> Double {
    Double(network.parameterCount(widths: widths)) / Double(network.parameterCount())
      + Double(network.multiplyAdds(widths: widths)) / Double(max(1, network.multiplyAdds()))
  }

  /// Rows that layers' curves are measured on.
  private static let rowsForCurves = 1_000
  /// Cuts by the layers' curves in a price list.
  private static let channelPoints = 14
}

/// The loss against the width of one layer, the widest first.
private struct LossCurve {
  private(set) var widths: [Int] = []
  private(set) var losses: [Double] = []

  /// Between measured widths the loss is a straight line, and with fewer neurons it is never less: what looks like a gain is
  /// the noise of the rows, and would be taken first.
  init(measured: [(width: Int, loss: Double)], _ rounding: WidthRounding) {
    guard let first = measured.first else { return }
    (widths, losses) = ([first.width], [first.loss])
    for next in measured.dropFirst() {
      let (width, loss) = (widths[widths.count - 1], losses[losses.count - 1])
      let most = max(next.loss, loss)
      let part = max(1, (width - next.width) / Self.parts)
      let between = sequence(first: width) { rounding.smaller(than: $0, by: part) }
      for inner in between.dropFirst().prefix(while: { $0 > next.width }) {
        widths.append(inner)
        losses.append(loss + (most - loss) * Double(width - inner) / Double(width - next.width))
      }
      widths.append(next.width)
      losses.append(most)
    }
  }

  /// The number of steps that the widths between two measured ones are divided into.
  private static let parts = 4
}
