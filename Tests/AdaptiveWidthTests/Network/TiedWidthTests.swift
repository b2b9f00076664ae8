import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Two adaptive layers whose sum is read twice: one width, one rate.
@Suite("Tied widths")
struct TiedWidthTests {
  private let options = NetworkOptions(activation: .tanh, initialRate: 0.3)
  private let prior = NormalPrior(mean: 0.2, scale: 0.3)
  private let objective = Objective(weightScale: 2, observations: 100)
  private let batch: Batch
  private let network: Network

  init() {
    var random = RandomStream(seed: 3, purpose: "tied")
    let adaptation = Adaptation(options: options, prior: prior)
    let width = adaptation.width
    func dense(_ inputs: Int, _ outputs: Int, _ adaptation: Adaptation? = nil) -> Dense {
      Dense(
        inputs: inputs, outputs: outputs, function: .tanh, adaptation: adaptation,
        variance: 1 / Double(inputs), biasScale: 0.3, random: &random)
    }
    // a and b write the stream, whose second part depends on what a reader makes of the first.
    var builder = NetworkBuilder()
    let first = builder.add(dense(4, width, adaptation))
    let inner = builder.add(dense(width, 5))
    let second = builder.add(dense(5, width, adaptation))
    let stream = builder.add(Addition(columns: width), first, second)
    let left = builder.add(dense(width, 3), stream)
    let right = builder.add(dense(width, 3), stream)
    builder.add(Addition(columns: 3), left, right)
    network = Network(nodes: builder.nodes, problem: .classification)
    #expect(inner == 1)
    let rows = 12
    batch = Batch(
      inputs: Matrix(rows: rows, columns: 4, (0..<4 * rows).map { _ in Float(random.normal()) }),
      labels: (0..<rows).map { _ in Int32(random.below(3)) })
  }

  private func loss(_ network: Network) -> Double {
    var workspace = Workspace()
    return network.lossAndGradients(batch, &workspace)
  }

  private func output(_ network: Network) -> [Float] {
    var workspace = Workspace()
    network.forward(batch, &workspace)
    return workspace.output.elements
  }

  @Test func writersWhoseOutputsMeetAreOneLayer() {
    #expect(network.adaptiveLayers.count == 1)
    #expect(network.adaptiveLayers[0].writers == [0, 2])
    #expect(network.adaptiveLayers[0].carriers == [3])
    #expect(network.adaptiveLayers[0].readers == [1, 4, 5])
    #expect(network.widths == [network.blocks[0].outputs] && network.adaptations.count == 1)
  }

  @Test func theGradientOfTheRateIsTheSumOverTheWriters() {
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, &workspace)
    let analytic = network.rateGradient(layer: 0, workspace)
    func moved(_ by: Double) -> Double {
      var copy = network
      copy.setRate(layer: 0, network.adaptation(0).rate + by)
      return loss(copy)
    }
    let h = 2e-3
    // Two central differences and Richardson's extrapolation.
    let numeric = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)
    #expect(abs(numeric - analytic) <= 2e-3 * abs(numeric), "\(numeric), \(analytic)")
    let parts = network.adaptiveLayers[0].writers.map {
      network.adaptation(0).rateGradient(
        importanceGradient: workspace.buffers[$0].importanceGradient, observations: 1)
    }
    #expect(parts.allSatisfy { abs($0) > 1e-4 })
  }

  /// f_n · ∂NLL/∂f_n = ⟨U_n, ∂NLL/∂U_n⟩ with U_n the weights of all readers.
  @Test func importanceGradientsAreThoseOfTheReadersWeights() {
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, &workspace)
    let layer = network.adaptiveLayers[0]
    for neuron in 0..<network.widths[0] {
      let written = layer.writers.reduce(0.0) {
        $0 + Double(workspace.buffers[$1].importanceGradient[0, neuron])
          * Double(network.adaptation(0).importances[0, neuron])
      }
      var read = 0.0
      for index in layer.readers {
        var block = network.blocks[index]
        block.forEachParameter { parameter, number in
          guard number == 0 else { return }
          for column in 0..<parameter.value.columns {
            read +=
              Double(parameter.value[neuron, column])
              * Double(workspace.buffers[index].gradients[0][neuron, column])
          }
        }
      }
      #expect(abs(written - read) <= 1e-6 + 1e-4 * abs(read), "neuron \(neuron): \(written), \(read)")
    }
  }

  @Test func trainingKeepsBothInStep() {
    var trained = network
    var (workspace, growth) = (Workspace(), RandomStream(seed: 1, purpose: "growth"))
    var optimizer = Optimizer(kind: .adam, learningRate: 0.05)
    var widths: Set<Int> = []
    for _ in 0..<60 {
      _ = trained.adjustWidths(random: &growth)
      widths.insert(trained.widths[0])
      _ = trained.lossAndGradients(batch, &workspace)
      optimizer.begin()
      trained.update(by: optimizer, workspace, objective: objective)
      let states = [0, 2].map { trained.blocks[$0].adaptation?.state(withMoments: true) }
      #expect(states[0] == states[1])
    }
    #expect(widths.count > 1, "the width has changed")
    #expect([0, 2, 3].allSatisfy { trained.blocks[$0].outputs == trained.widths[0] })
    #expect([1, 4, 5].allSatisfy { trained.blocks[$0].inputs == trained.widths[0] })
    #expect(loss(trained) < loss(network))
  }

  @Test func cutsAndGrowthReachEveryBlock() {
    let width = network.widths[0]
    for policy in WidthPolicy.allCases {
      var cut = network
      cut.truncate(layer: 0, to: width / 2, policy: policy)
      #expect([0, 2, 3].allSatisfy { cut.blocks[$0].outputs == width / 2 })
      #expect(cut.parameterCount() == network.parameterCount(widths: [width / 2]))
      #expect(cut.multiplyAdds() == network.multiplyAdds(widths: [width / 2]))
      // A refit of the rate changes no output.
      let plain = output(network.truncated(to: [width / 2], policy: .hold))
      #expect(zip(output(cut), plain).allSatisfy { abs($0 - $1) < 1e-5 })
    }
    var grown = network
    grown.setRate(layer: 0, network.adaptation(0).rate / 2)
    var random = RandomStream(seed: 1, purpose: "growth")
    let adjustment = grown.adjustWidths(random: &random)
    #expect(adjustment.grown == grown.widths[0] - width && adjustment.grown > 0)
    #expect([1, 4, 5].allSatisfy { grown.blocks[$0].inputs == grown.widths[0] })
    #expect(output(grown).allSatisfy { $0.isFinite })
  }

  @Test func curvesPromiseWhatCutsGive() {
    let rows = EvaluationRows(batches: [batch])
    var workspace = Workspace()
    let curve = network.tradeoff(layer: 0, rows, step: 0, &workspace)
    #expect(curve.points.count == network.widths[0])
    for point in curve.points {
      let cut = network.measure(widths: point.widths, rows, &workspace)
      #expect(abs(cut.metrics.loss - point.metrics.loss) < 1e-6)
      #expect(cut.parameters == point.parameters)
    }
    #expect(network.contributions(rows, &workspace)[0].count == network.widths[0])
    let orders = network.orderComparison(of: curve, layer: 0, rows, draws: 2, &workspace)
    let whole = network.evaluate(rows, &workspace).loss
    // All neurons, in whatever order, are the network as it is.
    #expect(abs((orders.byContribution.last?.loss ?? .nan) - whole) < 1e-5)
  }

  @Test func aLearnedWidthDoesNotMeetAFixedOneOrAnotherRate() {
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    var random = RandomStream(seed: 1, purpose: "refused")
    let width = network.widths[0]
    nodes[2].block = Dense(inputs: 5, outputs: width, function: .tanh, variance: 1, random: &random)
    #expect(
      Network.validationError(in: nodes) == "block 3 reads a value of learned width and one of fixed width")
    var other = Adaptation(options: options, prior: prior)
    other.setRate(network.adaptation(0).rate * 1.01)
    nodes[2].block = Dense(
      inputs: 5, outputs: width, function: .tanh, adaptation: other, variance: 1, random: &random)
    #expect(Network.validationError(in: nodes) == "blocks 0 and 2 share a width, but not its rate")
  }
}
