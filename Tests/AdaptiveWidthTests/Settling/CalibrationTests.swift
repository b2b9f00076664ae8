import AdaptiveWidth
import Experiment
import Glibc
import LinearAlgebra
import Testing

@Suite struct CalibrationTests {
  /// A network and rows whose labels are drawn from its probabilities at a temperature.
  private func drawn(at temperature: Double, rows: Int = 4_000) -> (Network, EvaluationRows) {
    let network = Network(
      options: NetworkOptions(initialRate: 0.1), ratePrior: nil, inputs: 3, outputs: 4,
      problem: .classification, seed: 3)
    var random = RandomStream(seed: 8, purpose: "labels")
    let inputs = Matrix(rows: rows, columns: 3, (0..<rows * 3).map { _ in Float(3 * random.normal()) })
    var workspace = Workspace()
    network.forward(inputs, &workspace)
    let logits = workspace.output
    let labels = (0..<rows).map { row in
      let weights = (0..<4).map { exp(Double(logits[row, $0]) / temperature) }
      var left = random.uniform() * weights.reduce(0, +)
      return Int32(
        weights.firstIndex { weight in
          left -= weight
          return left < 0
        } ?? 3)
    }
    return (network, EvaluationRows(batches: [Batch(inputs: inputs, labels: labels)]))
  }

  @Test(arguments: [0.5, 1, 3, 8]) func itFindsTheTemperatureOfTheLabels(temperature: Double) {
    let (network, rows) = drawn(at: temperature)
    var workspace = Workspace()
    let found = Calibration(of: network, rows, &workspace)
    #expect(abs(log(found.temperature / temperature)) < 0.2, "\(found)")
    #expect(temperature == 1 ? found.gain < 0.01 : found.gain > 0.01)
    #expect(abs(found.loss + found.gain - network.evaluate(rows, &workspace).loss) < 1e-4)
  }

  @Test func noTemperatureIsBelowTheLowest() {
    let (network, rows) = drawn(at: 0.3)
    var workspace = Workspace()
    #expect(Calibration(of: network, rows, from: 1, &workspace).temperature == 1)
  }
}
