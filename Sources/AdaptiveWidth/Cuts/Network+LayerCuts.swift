import Experiment

extension Network {
  /// The smallest cut of some of the adaptive layers that is good enough, as far as it is found without training.
  ///
  /// For all layers together this is the cut of `Cutter.cut`. Otherwise each layer in turn keeps the fewest neurons
  /// that its curve allows once the layers before it are cut.
  ///
  /// - Parameter bound: on the metric.
  /// - Returns: `nil` if no neuron can go.
  public func cut(
    layers: [Int], within bound: CutBudget, by method: CutMethod = .repaired,
    rounding: WidthRounding = .none, _ rows: EvaluationRows, _ workspace: inout Workspace
  ) -> MeasuredCut? {
    if Set(layers).count == widths.count {
      let cut = try? cut(to: bound, by: method, rounding: rounding, rows, &workspace)
      return cut.flatMap { $0.widths == widths ? nil : $0 }
    }
    var cutter = Cutter(self, method, rows)
    var best: MeasuredCut?
    for layer in layers {
      let kept = best?.widths ?? widths
      var rest = Cutter(cutter.network(keeping: kept, policy: .hold), method, rows, rounding: rounding)
      let curve = rest.tradeoff(layer: layer, rows, step: 0, isRounded: true, &workspace)
      let candidates = curve.points.filter {
        $0.width < kept[layer] && bound.admits($0.metrics)
      }
      // The cut itself is fitted to the whole network, not to one whose lower layers are cut already.
      for candidate in candidates.prefix(Self.maxAttempts) {
        let cut = cutter.measure(candidate.widths, rows, &workspace)
        guard bound.admits(cut.metrics) else { continue }
        best = cut
        break
      }
    }
    return best
  }

  /// Widths of a layer that are measured before its curve is no longer believed.
  private static let maxAttempts = 8
}
