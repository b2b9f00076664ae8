import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// A dense layer of inputs that mostly have one value.
@Suite struct DenseBackgroundTests {
  private static let background: Float = -0.42

  /// A network of 40 inputs, and rows four fifths of which are the background.
  private func makeCase() -> (network: Network, batch: Batch) {
    var random = RandomStream(seed: 1, purpose: "background")
    let options = NetworkOptions(hiddenLayers: 1, activation: .tanh, initialRate: 0.05)
    let network = Network(
      options: options, ratePrior: nil, inputs: 40, outputs: 3, problem: .classification, seed: 1)
    var inputs = Matrix(rows: 24, columns: 40)
    for row in 0..<24 {
      for column in 0..<40 {
        inputs[row, column] = random.below(5) > 0 ? Self.background : Float(random.normal())
      }
    }
    return (network, Batch(inputs: inputs, labels: (0..<24).map { Int32($0 % 3) }))
  }

  private func gradients(_ network: Network, _ batch: Batch) -> (loss: Double, gradients: [Matrix]) {
    var workspace = Workspace()
    let loss = network.lossAndGradients(batch, &workspace)
    return (loss, workspace.buffers.flatMap(\.gradients) + [workspace.buffers[0].importanceGradient])
  }

  @Test func lossAndGradientsAreThoseWithoutABackground() {
    var (network, batch) = makeCase()
    let expected = gradients(network, batch)
    batch.background = Self.background
    let found = gradients(network, batch)
    #expect(abs(found.loss - expected.loss) < 1e-6)
    for (a, b) in zip(found.gradients, expected.gradients) {
      let isClose = zip(a.elements, b.elements).allSatisfy { abs($0 - $1) < 1e-5 * (1 + abs($1)) }
      #expect(isClose)
    }
  }

  /// The background is used: the sums differ in their last bits.
  @Test func outputsDifferInTheirRounding() {
    var (network, batch) = makeCase()
    var (plain, onBackground) = (Workspace(), Workspace())
    network.forward(batch, &plain)
    batch.background = Self.background
    network.forward(batch, &onBackground)
    #expect(plain.output != onBackground.output)
  }

  @Test func rowsDoNotDependOnEachOther() {
    var (network, batch) = makeCase()
    batch.background = Self.background
    var (all, one) = (Workspace(), Workspace())
    network.forward(batch, &all)
    let together = all.buffers[0].output
    for row in 0..<batch.inputs.rows {
      let inputs = (0..<batch.inputs.columns).map { batch.inputs[row, $0] }
      var single = Batch(inputs: Matrix(rows: 1, columns: inputs.count, inputs))
      single.background = Self.background
      network.forward(single, &one)
      let alone = one.buffers[0].output
      let isSame = (0..<together.columns).allSatisfy { alone[0, $0] == together[row, $0] }
      #expect(isSame)
    }
  }
}
