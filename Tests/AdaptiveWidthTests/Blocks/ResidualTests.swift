import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Convolutions, shortcuts and pools")
struct ResidualTests {
  let oracle: ResidualOracle

  init() throws { oracle = try NetworkOracle.load("residual") }

  @Test func agreesWithPyTorch() {
    var network = ResidualCase().network
    var workspace = Workspace()
    let loss = network.lossAndGradients(ResidualCase.batch(0), &workspace)
    #expect(abs(loss - oracle.loss) < 1e-5)
    var number = 0
    for (buffers, var block) in zip(workspace.buffers, network.blocks) {
      block.forEachParameter { _, index in
        #expect(oracle.gradients[number].describes(buffers.gradients[index].elements), "gradient \(number)")
        number += 1
      }
    }
    #expect(number == oracle.gradients.count)

    network.learnStatistics(from: workspace)
    let convolutions = network.blocks.compactMap { $0 as? ConvolutionBlock }
    for (block, (means, variances)) in zip(convolutions, zip(oracle.means, oracle.variances)) {
      #expect(means.describes(block.runningStatistics[0].elements))
      #expect(variances.describes(block.runningStatistics[1].elements))
    }
    network.inferenceCopy.forward(ResidualCase.batch(0), &workspace)
    for (ours, theirs) in zip(workspace.output.elements, oracle.logits) {
      #expect(abs(Double(ours) - theirs) < 1e-4)
    }
  }

  @Test func followsPyTorchsLossCurve() {
    var network = ResidualCase().network
    var workspace = Workspace()
    var optimizer = Optimizer(kind: .adam, learningRate: 0.003)
    let objective = Objective(weightScale: 1e6, observations: 1_000_000)
    for (step, expected) in oracle.losses.enumerated() {
      let loss = network.lossAndGradients(ResidualCase.batch(step % 4), &workspace)
      #expect(abs(loss - expected) < 2e-3 + 2e-3 * expected, "step \(step): \(loss), not \(expected)")
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: objective)
    }
  }

  /// What it takes of the architecture's channels is rounded, and never none.
  @Test(arguments: [(0.5, [8, 16, 32]), (0.3, [5, 10, 19]), (0.05, [1, 2, 3]), (1.5, [24, 48, 96])])
  func multipliesChannels(_ multiplier: Double, _ widths: [Int]) {
    func network(_ adapt: AdaptedLayers) -> Network {
      var options = NetworkOptions(initialRate: 0.2)
      (options.kind, options.adapt, options.widthMultiplier) = (.resnet20, adapt, multiplier)
      let network = Network(
        options: options, ratePrior: nil, inputs: .image(width: 8, height: 8, channels: 3), outputs: 3,
        problem: .classification, seed: 2)
      #expect(network.widths == options.initialWidths)
      return network
    }
    let inner = network(.inner)
    #expect(Array(inner.widths.dropLast()) == widths.flatMap { Array(repeating: $0, count: 3) })
    let convolutions = network(.head).blocks.compactMap { $0 as? ConvolutionBlock }.map(\.convolution.outputs)
    let stages = widths.flatMap { Array(repeating: $0, count: 6) }
    #expect(convolutions == [widths[0]] + stages)
    let all = network(.all)
    #expect(Set(all.widths.dropLast()) == Set(widths))
    var workspace = Workspace()
    all.inferenceCopy.forward(Matrix(rows: 2, columns: 192), &workspace)
    let isFinite = workspace.output.elements.allSatisfy(\.isFinite)
    #expect(isFinite)
  }

  @Test(arguments: [NetworkKind.resnet20, .cnn])
  func gradientsAgainstCentralDifferences(_ kind: NetworkKind) {
    var options = NetworkOptions(activation: .tanh, initialRate: 0.2)
    options.kind = kind
    let network = Network(
      options: options, ratePrior: nil, inputs: .image(width: 8, height: 8, channels: 3), outputs: 3,
      problem: .classification, seed: 2)
    var random = RandomStream(seed: 3, purpose: "case")
    let x = (0..<16 * 192).map { _ in Float(random.normal()) }
    let batch = Batch(inputs: Matrix(rows: 16, columns: 192, x), labels: (0..<16).map { Int32($0 % 3) })
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, &workspace)
    // Along a random direction in each parameter matrix: kinks of rectifiers average out.
    var (error, norm) = (0.0, 0.0)
    for index in network.blocks.indices {
      for number in 0..<network.blocks[index].parameterMatrices {
        let gradient = workspace.buffers[index].gradients[number]
        var direction = gradient
        for row in 0..<direction.rows {
          for column in 0..<direction.columns { direction[row, column] = Float(random.normal()) }
        }
        let length = direction.sumOfSquares.squareRoot()
        let analytic = zip(gradient.elements, direction.elements).reduce(0) {
          $0 + Double($1.0) * Double($1.1) / length
        }
        let h = 2e-3
        func moved(_ by: Double) -> Double {
          var blocks = network.blocks
          blocks[index].forEachParameter {
            guard $1 == number else { return }
            for row in 0..<direction.rows {
              for column in 0..<direction.columns {
                $0.value[row, column] += Float(by / length) * direction[row, column]
              }
            }
          }
          let nodes = zip(blocks, network.sources).map { LayerNode($0, $1) }
          return Network(nodes: nodes, problem: .classification).objective(
            batch, Objective(weightScale: 1e6, observations: 1_000_000))
        }
        let numeric = (moved(h) - moved(-h)) / (2 * h)
        error += (numeric - analytic) * (numeric - analytic)
        norm += numeric * numeric
      }
    }
    #expect(error.squareRoot() < 0.03 * norm.squareRoot(), "\(error.squareRoot()) of \(norm.squareRoot())")
  }

  @Test func resNet20HasItsShape() {
    var options = NetworkOptions(initialRate: 0.02)
    options.kind = .resnet20
    let network = Network(
      options: options, ratePrior: nil, inputs: .image(width: 32, height: 32, channels: 3), outputs: 10,
      problem: .classification, seed: 0)
    let convolutions = network.blocks.compactMap { $0 as? ConvolutionBlock }
    #expect(convolutions.count == 19)
    #expect(convolutions.count { $0.shortcut != nil } == 9)
    #expect(network.widths == [116])
    // 0.27 million, as the paper says, and the head.
    #expect(network.parameterCount() == 269_072 + 65 * 116 + 117 * 10)
    #expect(network.multiplyAdds() == 40_550_400 + 64 * 116 + 116 * 10)
    let resized = network.parameterCount(widths: [20])
    #expect(resized == 269_072 + 65 * 20 + 21 * 10)
  }

  @Test func aCutOfTheHeadKeepsTheConvolutions() throws {
    var options = NetworkOptions(initialRate: 0.2)
    options.kind = .cnn
    var network = Network(
      options: options, ratePrior: nil, inputs: .image(width: 6, height: 6, channels: 1), outputs: 3,
      problem: .classification, seed: 4)
    let x = Matrix(rows: 2, columns: 36, ResidualCase.sequence(72, key: 5, scale: 2))
    var workspace = Workspace()
    network.forward(x, &workspace)
    let (hidden, before) = (workspace.buffers[4].output, network)
    network.truncate(layer: 0, to: 4, policy: .hold)
    #expect(network.widths == [4])
    network.forward(x, &workspace)
    for row in 0..<2 {
      for neuron in 0..<4 {
        #expect(abs(workspace.buffers[4].output[row, neuron] - hidden[row, neuron]) < 1e-6)
      }
    }
    #expect(network.blocks[0].sumOfSquares == before.blocks[0].sumOfSquares)
  }

  @Test func poolsChooseTheFirstOfEqualsAndLeaveOutAnOddEdge() {
    let network = Network(
      nodes: [
        LayerNode(MaxPool(ImageExtent(height: 3, width: 3, channels: 1)), [LayerNode.batch])
      ], problem: .regression)
    var workspace = Workspace()
    network.forward(Matrix(rows: 1, columns: 9, [1, 3, 9, 3, 2, 9, 9, 9, 9]), &workspace)
    #expect(workspace.output.elements == [3])
    var (back, value) = (Matrix(), Matrix())
    value = Matrix(rows: 1, columns: 9, [1, 3, 9, 3, 2, 9, 9, 9, 9])
    ImagePooling.largestBackward(
      Matrix(rows: 1, columns: 1, [5]), value: value, result: workspace.output, height: 3, width: 3,
      channels: 1, to: &back)
    #expect(back.elements == [0, 5, 0, 0, 0, 0, 0, 0, 0])
  }
}
