import Dashboard
import Experiment

extension Fixtures {
  /// A dense network of these widths, seen on a part of the held-out rows, with cuts of each layer and of all of them.
  static func deep(_ widths: [Int], width: Int = 120, height: Int = 36) -> State {
    var snapshot = spiral
    snapshot.shape = [784] + widths + [10]
    snapshot.layers = widths.map { layer(width: $0) }
    snapshot.parameters = parameters(widths)
    snapshot.parameterCost = ParameterCost(layers: widths.count) { parameters($0) }
    snapshot.validation = Metrics(loss: 0.1, accuracy: 0.9712)
    return state(snapshot, deepInspection(widths), name: "pmnist", width: width, height: height)
  }

  static func deepInspection(
    _ widths: [Int], count: ([Int]) -> Int = { parameters($0) }
  ) -> Inspection {
    func point(_ width: Int, _ cut: [Int]) -> TradeoffPoint {
      let share = Double(cut.reduce(0, +)) / Double(widths.reduce(0, +))
      return TradeoffPoint(
        width: width, widths: cut, metrics: Metrics(loss: 2 - 1.9 * share, accuracy: 0.1 + 0.877 * share),
        parameters: count(cut), multiplyAdds: 1)
    }
    let curves = widths.indices.map { layer in
      let kept = [1, 2, 5].filter { $0 < widths[layer] } + [widths[layer]]
      let points = kept.map { kept -> TradeoffPoint in
        var cut = widths
        cut[layer] = kept
        return point(kept, cut)
      }
      return TradeoffCurve(step: 26_400, layer: layer, points: points, isExact: false)
    }
    let joint = [3, 17, 33, 48, 64, 81, 100].map { percent -> TradeoffPoint in
      let cut = widths.map { max(1, ($0 * percent + 50) / 100) }
      return point(cut.reduce(0, +), cut)
    }
    return Inspection(
      step: 26_400, curves: curves,
      joint: widths.count > 1 ? TradeoffCurve(step: 26_400, layer: nil, points: joint, isExact: false) : nil,
      contributions: widths.map(contributions), input: nil, rows: 256)
  }

  /// Of a dense network with 784 inputs and 10 outputs.
  static func parameters(_ widths: [Int]) -> Int {
    zip([784] + widths, widths + [10]).reduce(0) { $0 + ($1.0 + 1) * $1.1 }
  }
}
