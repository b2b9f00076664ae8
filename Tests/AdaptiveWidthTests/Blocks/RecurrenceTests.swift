import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Recurrent cells")
struct RecurrenceTests {
  @Test func agreesWithAnIndependentImplementation() throws {
    let oracle: RecurrentOracle = try NetworkOracle.load("recurrence")
    #expect(oracle.cases.count == 4)
    for item in oracle.cases {
      let (network, batch) = (item.network, item.batch)
      var workspace = Workspace()
      #expect(agree(network.lossAndGradients(batch, &workspace), item.loss), "\(item.name)")
      #expect(agree(workspace.output, item.logits), "\(item.name)")
      let gradients = workspace.buffers.flatMap(\.gradients)
      #expect(gradients.count == item.gradients.count)
      for (number, gradient) in gradients.enumerated() {
        #expect(agree(gradient, item.gradients[number]), "\(item.name), matrix \(number)")
      }
      for (layer, index) in network.adaptiveBlocks.enumerated() {
        let gradient = network.adaptation(layer).rateGradient(
          importanceGradient: workspace.buffers[index].importanceGradient, observations: 1)
        #expect(agree(gradient, item.rate_gradients[layer]), "\(item.name), rate \(layer)")
      }
    }
  }

  /// The same run as PyTorch's, step by step: losses, and with them every update before.
  @Test func learnsAsAnIndependentImplementationDoes() throws {
    let curve = try (NetworkOracle.load("recurrence") as RecurrentOracle).curve
    var network = recurrentNetwork(curve.parameters, curve.rates)
    let batch = packed(curve.sequences, curve.labels)
    let objective = Objective(weightScale: curve.weight_scale, observations: curve.labels.count)
    var optimizer = Optimizer(kind: .adam, learningRate: curve.learning_rate)
    var workspace = Workspace()
    for (step, expected) in curve.losses.enumerated() {
      let loss = network.lossAndGradients(batch, &workspace)
      #expect(abs(loss - expected) <= 2e-4 * expected, "step \(step)")
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: objective)
      // Importances follow the rates; the widths stay.
      for layer in 0..<2 { network.setRate(layer: layer, network.adaptation(layer).rate) }
    }
    #expect(curve.losses.last! < 0.6 * curve.losses[0])
  }

  @Test(arguments: [Activation.relu6, .tanh], [nil, [6, 7]])
  func gradientsAreThoseOfDifferences(_ activation: Activation, _ fixedWidths: [Int]?) {
    let options = NetworkOptions(fixedWidths: fixedWidths, initialRate: 0.3)
    let item = RecurrentCase(options: options, activation: activation, seed: 3)
    var workspace = Workspace()
    let network = item.network
    _ = network.lossAndGradients(item.batch, &workspace)
    for index in network.blocks.indices {
      var block = network.blocks[index]
      block.forEachParameter { parameter, number in
        let analytic = workspace.buffers[index].gradients[number]
        var (error, norm) = (0.0, 0.0)
        for row in 0..<analytic.rows {
          for column in 0..<analytic.columns {
            let numeric = difference(item, index, number, row, column)
            error += (numeric - Double(analytic[row, column])) * (numeric - Double(analytic[row, column]))
            norm += numeric * numeric
          }
        }
        #expect(error.squareRoot() <= 0.02 * norm.squareRoot() + 1e-4, "block \(index), matrix \(number)")
      }
    }
    for (layer, index) in network.adaptiveBlocks.enumerated() {
      let analytic = network.adaptation(layer).rateGradient(
        importanceGradient: workspace.buffers[index].importanceGradient,
        observations: item.objective.observations)
      let numeric = (rateMoved(item, layer, 1e-3) - rateMoved(item, layer, -1e-3)) / 2e-3
      #expect(abs(numeric - analytic) <= 0.01 * abs(numeric) + 2e-3, "layer \(layer)")
    }
  }

  private func difference(_ item: RecurrentCase, _ index: Int, _ number: Int, _ row: Int, _ column: Int)
    -> Double
  {
    let h: Float = 1e-3
    func moved(_ by: Float) -> Double {
      var blocks = item.network.blocks
      blocks[index].forEachParameter { if $1 == number { $0.value[row, column] += by } }
      var workspace = Workspace()
      return Network(blocks: blocks, problem: .classification).lossAndGradients(item.batch, &workspace)
    }
    return (moved(h) - moved(-h)) / Double(2 * h)
  }

  private func rateMoved(_ item: RecurrentCase, _ layer: Int, _ by: Double) -> Double {
    var network = item.network
    network.setRate(layer: layer, network.adaptation(layer).rate + by)
    var workspace = Workspace()
    return network.lossAndGradients(item.batch, &workspace) + item.objective.ratePriorTerm(network)
  }

  @Test func theGradientReachesTheLastStepsOnly() {
    let item = RecurrentCase(reach: 2)
    var workspace = Workspace()
    _ = item.network.lossAndGradients(item.batch, &workspace)
    let cut = workspace.buffers[0].gradients[0]
    var far = item
    far.network = RecurrentCase(reach: 6).network
    _ = far.network.lossAndGradients(item.batch, &workspace)
    let whole = workspace.buffers[0].gradients[0]
    var full = item
    full.network = RecurrentCase().network
    _ = full.network.lossAndGradients(item.batch, &workspace)
    #expect(workspace.buffers[0].gradients[0] == whole)
    #expect(cut != whole)
  }

  @Test func eachObservationHasItsOwnAnswer() {
    let item = RecurrentCase()
    for (index, sequence) in item.sequences.enumerated() {
      let alone = item.network.outputs(of: packed([sequence], [0]))
      let together = item.outputs[3 * index..<3 * index + 3]
      #expect(zip(alone, together).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  /// A thread whose share of a minibatch is empty adds nothing.
  @Test func withoutSequencesGradientsAreZero() {
    let item = RecurrentCase()
    var workspace = Workspace()
    _ = item.network.lossAndGradients(item.batch, &workspace)
    var empty = Batch(inputs: Matrix(rows: 0, columns: 2), labels: [])
    empty.structure = BatchStructure()
    #expect(item.network.lossAndGradients(empty, ofRows: 5, &workspace) == 0)
    for buffers in workspace.buffers {
      #expect(
        (buffers.gradients + [buffers.importanceGradient]).allSatisfy { $0.elements.allSatisfy { $0 == 0 } })
    }
  }
}
