import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// A repaired network can be trained on: a small move of the neurons' weights is a small move of its outputs.
struct RobustRepairTests {
  /// Neurons whose weights have decayed to a thousandth, beside ones that say the same: the cut must not read them
  /// through weights a thousand times as large.
  @Test func noNeuronThatHasDecayedIsAmplified() throws {
    let item = RepairCase.mlp(layers: 1, .regression)
    let width = item.network.widths[0]
    let decayed = try #require(item.network.blocks[0] as? Dense)
    var (weights, bias) = (decayed.weights.value, decayed.bias.value)
    for neuron in stride(from: 0, to: width, by: 2) {
      for row in 0..<weights.rows { weights[row, neuron] *= 1e-3 }
      bias[0, neuron] *= 1e-3
    }
    let network = Network(
      blocks: [
        Dense(weights: weights, bias: bias, function: decayed.function, adaptation: decayed.adaptation),
        item.network.blocks[1],
      ], problem: .regression)
    var cutter = Cutter(network, .best, item.rows)
    let cut = cutter.network(keeping: [max(2, width / 3)])
    let (before, after) = (Self.largestWeight(network), Self.largestWeight(cut))
    #expect(after < 20 * before, "weights that leave neurons: \(before) before, \(after) after")
  }

  /// Of those that leave neurons, times the neurons' importances.
  private static func largestWeight(_ network: Network) -> Float {
    let (layer, reader) = (network.blocks[0] as! Dense, network.blocks[1] as! Dense)
    let importances = layer.adaptation!.importances
    return (0..<reader.inputs).flatMap { neuron in
      (0..<reader.outputs).map { abs(importances[0, neuron] * reader.weights.value[neuron, $0]) }
    }.max()!
  }
}
