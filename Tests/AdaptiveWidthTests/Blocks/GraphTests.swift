import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Graph isomorphism networks")
struct GraphTests {
  @Test(arguments: Pooling.allCases)
  func outputsAndGradientsAreThoseOfPyTorch(_ pooling: Pooling) throws {
    let oracle = try GraphOracle.load(pooling)
    var network = oracle.network
    #expect(network.widths == oracle.widths)
    var workspace = Workspace()
    let loss = network.lossAndGradients(oracle.batch(), &workspace)
    #expect(agree(loss, oracle.loss))
    #expect(agree(workspace.output, oracle.output))
    var number = 0
    for (index, var block) in network.blocks.enumerated() {
      block.forEachParameter { _, position in
        #expect(
          agree(workspace.buffers[index].gradients[position], oracle.gradients[number]),
          "block \(index), matrix \(position)")
        number += 1
      }
    }
    #expect(number == oracle.parameters.count)
    for (layer, index) in network.adaptiveBlocks.enumerated() {
      let gradient = network.adaptation(layer).rateGradient(
        importanceGradient: workspace.buffers[index].importanceGradient, observations: 1)
      #expect(agree(gradient, oracle.rate_gradients[layer]), "layer \(layer)")
    }
    network.learnStatistics(from: workspace)
    let norms = network.blocks.filter { !$0.runningStatistics.isEmpty }
    for (layer, norm) in norms.enumerated() {
      for (statistic, expected) in zip(norm.runningStatistics, oracle.running[layer]) {
        #expect(agree(statistic, [expected]), "layer \(layer)")
      }
    }
  }

  @Test(arguments: Pooling.allCases)
  func lossCurvesAreThoseOfPyTorch(_ pooling: Pooling) throws {
    let oracle = try GraphOracle.load(pooling)
    var network = oracle.network
    var workspace = Workspace()
    var optimizer = Optimizer(kind: .adam, learningRate: oracle.learning_rate)
    for (step, expected) in oracle.losses.enumerated() {
      let batch = oracle.batch(oracle.batches[step % oracle.batches.count])
      let loss = network.lossAndGradients(batch, &workspace)
      #expect(abs(loss - expected) <= 2e-3 * max(1, abs(expected)), "step \(step): \(loss), \(expected)")
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: oracle.objective)
      // The importances follow their rates; the widths stay, as in PyTorch.
      for layer in network.widths.indices {
        network.setRate(layer: layer, network.adaptation(layer).rate)
      }
    }
    #expect(oracle.losses.last! < 0.5 * oracle.losses.first!)
    network.forward(oracle.batch(), &workspace)
    for (ours, theirs) in zip(workspace.output.elements, oracle.predicted.flatMap { $0 }) {
      #expect(abs(Double(ours) - theirs) <= 5e-3 * max(1, abs(theirs)))
    }
  }

  @Test(arguments: Pooling.allCases)
  func gradientsAreCentralDifferences(_ pooling: Pooling) throws {
    let oracle = try GraphOracle.load(pooling)
    let (network, batch) = (oracle.network, oracle.batch())
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, &workspace)
    var other = Workspace()
    for (index, var block) in network.blocks.enumerated() {
      block.forEachParameter { parameter, number in
        let analytic = workspace.buffers[index].gradients[number]
        var (error, norm) = (0.0, 0.0)
        for row in 0..<analytic.rows {
          for column in 0..<analytic.columns {
            func moved(_ by: Float) -> Double {
              var block = network.blocks[index]
              block.forEachParameter { if $1 == number { $0.value[row, column] += by } }
              return network.replacing(index, block).lossAndGradients(batch, &other)
            }
            // So little that few nodes cross the rectifier's kink; the oracle is the exact test.
            let numeric = (moved(5e-4) - moved(-5e-4)) / 1e-3
            error += (numeric - Double(analytic[row, column])) * (numeric - Double(analytic[row, column]))
            norm += numeric * numeric
          }
        }
        // In front of batch normalization, biases have no gradient but what rounding leaves.
        #expect(error.squareRoot() <= 0.06 * norm.squareRoot() + 4e-3, "block \(index), matrix \(number)")
      }
    }
  }

  /// What a block passes back to what it reads, through an affine layer in front of it.
  @Test func inputsOfGraphBlocksGetTheirGradients() throws {
    let oracle = try GraphOracle.load(.mean)
    let batch = oracle.batch()
    var random = RandomStream(seed: 5, purpose: "blocks")
    func affine(_ inputs: Int, _ outputs: Int) -> Dense {
      Dense(
        inputs: inputs, outputs: outputs, function: .identity, variance: 0.5, biasScale: 0.3,
        random: &random)
    }
    var builder = NetworkBuilder()
    let first = builder.add(affine(oracle.features, 3))
    let sums = builder.add(NeighborSum(columns: 3), first)
    let norm = builder.add(BatchNorm(columns: 3, isRectified: false), sums)
    // One value read by several blocks, and twice by one.
    let both = builder.add(Concatenation(columns: [3, 3, 3]), first, norm, first)
    builder.add(SegmentPool(columns: 9, pooling: .mean), both)
    builder.add(affine(9, oracle.classes))
    let network = Network(nodes: builder.nodes, problem: .classification)
    var (workspace, other) = (Workspace(), Workspace())
    _ = network.lossAndGradients(batch, &workspace)
    let analytic = workspace.buffers[0].gradients[0]
    for row in 0..<analytic.rows {
      for column in 0..<analytic.columns {
        func moved(_ by: Float) -> Double {
          var block = network.blocks[0]
          block.forEachParameter { if $1 == 0 { $0.value[row, column] += by } }
          return network.replacing(0, block).lossAndGradients(batch, &other)
        }
        let numeric = (moved(4e-3) - moved(-4e-3)) / 8e-3
        #expect(abs(numeric - Double(analytic[row, column])) <= 0.01 * abs(numeric) + 1e-3)
      }
    }
  }

  @Test func learnedWidthsAreNotReadWhereTheyCannotBeFollowed() {
    var random = RandomStream(seed: 1, purpose: "refused")
    let adaptation = Adaptation(options: NetworkOptions(initialRate: 0.5), prior: nil)
    let dense = Dense(
      inputs: 4, outputs: adaptation.width, function: .relu6, adaptation: adaptation, variance: 1,
      random: &random)
    let width = adaptation.width
    let readers: [any Block] = [
      Concatenation(columns: [width]), BatchNorm(columns: width, isRectified: true),
      LayerNorm(columns: width),
    ]
    for reader in readers {
      let mistake = Network.validationError(in: [LayerNode(dense, [-1]), LayerNode(reader, [0])])
      #expect(mistake == "the width of block 0 is learned, but what reads it cannot follow")
    }
    #expect(Network.validationError(in: [LayerNode(Concatenation(columns: [2, 3]), [-1])]) != nil)
  }

  @Test func nodesAreNumberedInAnyOrder() throws {
    // A graph alone, and among others, has the same output: nothing leaks between graphs.
    let oracle = try GraphOracle.load(.sum)
    let network = oracle.network
    var workspace = Workspace()
    network.forward(oracle.batch(), &workspace)
    let all = workspace.output
    for index in oracle.graphs.indices {
      network.forward(oracle.batch([index]), &workspace)
      for column in 0..<all.columns {
        #expect(abs(workspace.output[0, column] - all[index, column]) <= 1e-4)
      }
    }
  }

  @Test func widthsAreEditedAndCurvesMeasured() throws {
    let oracle = try GraphOracle.load(.sum)
    let network = oracle.network
    var workspace = Workspace()
    let rows = EvaluationRows(batches: [oracle.batch()])
    for layer in network.widths.indices {
      let curve = network.tradeoff(layer: layer, rows, step: 0, &workspace)
      #expect(curve.points.count == network.widths[layer])
      for point in curve.points {
        var cut = network
        cut.truncate(layer: layer, to: point.width, policy: .hold)
        let metrics = cut.evaluate(rows, &workspace)
        #expect(abs(metrics.loss - point.metrics.loss) < 1e-4)
        #expect(cut.parameterCount() == point.parameters)
      }
      // A refitted rate changes no output.
      var cut = network
      cut.truncate(layer: layer, to: 2, policy: .cap)
      let before = network.truncated(to: cut.widths, policy: .hold).evaluate(rows, &workspace)
      #expect(abs(cut.evaluate(rows, &workspace).loss - before.loss) < 1e-4)
    }
  }
}
