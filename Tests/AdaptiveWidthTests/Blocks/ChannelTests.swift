import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Learned channels inside residual blocks and in front of pools: gradients, growth and the weight prior.
@Suite("Channels of learned width")
struct ChannelTests {
  private let item = ChannelCase(trained: 40)

  @Test func everyBlockHasAWidthOfItsOwn() {
    let network = item.network
    #expect(network.widths == [6, 8, 9])
    #expect(network.adaptiveLayers.map(\.writers) == [[1], [3], [6]])
    #expect(network.adaptiveLayers.map(\.readers) == [[2], [4], [7]])
    #expect(network.layerNames == ["stage 1, block 1", "stage 2, block 1", "head"])
  }

  /// f_n · ∂NLL/∂f_n = ⟨U_n, ∂NLL/∂U_n⟩ with U_n the weights that leave channel n.
  @Test func importanceGradientsAreThoseOfTheReadersWeights() {
    let network = item.network
    var workspace = Workspace()
    _ = network.lossAndGradients(item.batch, &workspace)
    for (layer, (writer, reader)) in [(1, 2), (3, 4)].enumerated() {
      let (width, block) = (network.widths[layer], item.convolution(reader))
      for channel in 0..<width {
        let written =
          Double(workspace.buffers[writer].importanceGradient[0, channel])
          * Double(network.adaptation(layer).importances[0, channel])
        var read = 0.0
        for tap in 0..<9 {
          for column in 0..<block.convolution.outputs {
            let row = tap * width + channel
            read +=
              Double(block.weights.value[row, column])
              * Double(workspace.buffers[reader].gradients[0][row, column])
          }
        }
        #expect(abs(written - read) <= 1e-6 + 1e-4 * abs(read), "channel \(channel): \(written), \(read)")
      }
    }
  }

  // MARK: Growth

  @Test func growthChangesNoOutputAndNewStatisticsAreThoseOfTheNextMinibatch() {
    var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
    let before = network.outputs(of: item.batch)
    network.grow(layer: 0, to: 10, random: &random)
    #expect(network.widths == [10, 8, 9])
    expectClose(network.outputs(of: item.batch), before)
    var (workspace, other) = (Workspace(), Workspace())
    let loss = network.lossAndGradients(item.batch, &workspace)
    let old = item.network.lossAndGradients(item.batch, &other)
    #expect(abs(loss - old) <= 1e-5 * old)
    network.learnStatistics(from: workspace)
    let (means, variances) = (network.blocks[1].runningStatistics[0], network.blocks[1].runningStatistics[1])
    #expect((6..<10).allSatisfy { variances[0, $0] > 0.01 && means[0, $0] != 0 })
    let scale = item.convolution(1, of: network).scale.value
    #expect((6..<10).allSatisfy { scale[0, $0] == 1 })
    // In the first minibatch after them the new channels get a gradient through their new weights.
    #expect((6..<10).contains { workspace.buffers[2].gradients[0][$0, 0] != 0 })
  }

  @Test(arguments: [OptimizerKind.adam, .sgd]) func aStepAfterGrowthAndCutsIsFinite(_ kind: OptimizerKind) {
    var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
    var (workspace, optimizer) = (Workspace(), Optimizer(kind: kind, learningRate: 0.01))
    let objective = Objective(weightScale: 1, observations: 100)
    func steps(_ count: Int) {
      for _ in 0..<count {
        _ = network.lossAndGradients(item.batch, &workspace)
        optimizer.begin()
        network.update(by: optimizer, workspace, objective: objective)
      }
    }
    steps(2)
    network.grow(layer: 1, to: 13, random: &random)
    steps(2)
    network.truncate(layer: 0, to: 2)
    steps(2)
    #expect(network.isFinite && network.widths == [2, 13, 9])
    #expect(network.evaluate(EvaluationRows(batches: [item.batch]), &workspace).loss.isFinite)
  }

  // MARK: Convolutions with pools behind them

  @Test func aPlainNetworksConvolutionsAreLayers() {
    let (network, batch) = ChannelCase.plain()
    #expect(network.widths == [6, 8, 8] && network.layerNames == ["convolution 1", "convolution 2", "head"])
    #expect(network.adaptiveLayers.map(\.carriers) == [[1], [3], []])
    for (layer, reader) in [(0, 2), (1, 4)] {
      var cut = network
      cut.truncate(layer: layer, to: 3)
      expectClose(
        cut.outputs(of: batch), network.silencingPixels(of: reader, from: 3).outputs(of: batch), 1e-4)
      #expect(cut.parameterCount() == network.parameterCount(widths: cut.widths))
      #expect(cut.multiplyAdds() == network.multiplyAdds(widths: cut.widths))
      var (grown, random) = (network, RandomStream(seed: 1, purpose: "growth"))
      grown.grow(layer: layer, to: 11, random: &random)
      expectClose(grown.outputs(of: batch), network.outputs(of: batch))
      let permuted = network.permuted(layer: layer, by: [2, 0, 1, 5, 4, 3] + (6..<network.widths[layer]))
      expectClose(permuted.outputs(of: batch), network.outputs(of: batch))
    }
  }

  /// f_n · ∂NLL/∂f_n = ⟨U_n, ∂NLL/∂U_n⟩, behind a pool too, with the weights of all pixels.
  @Test func importanceGradientsReachThroughPools() {
    let (network, batch) = ChannelCase.plain()
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, &workspace)
    for (layer, (writer, reader)) in [(0, 2), (2, 4)].enumerated() {
      var block = network.blocks[reader]
      let (width, gradient) = (network.widths[layer], workspace.buffers[reader].gradients[0])
      block.forEachParameter { parameter, number in
        guard number == 0 else { return }
        for channel in 0..<width {
          var read = 0.0
          for row in stride(from: channel, to: parameter.value.rows, by: width) {
            for column in 0..<parameter.value.columns {
              read += Double(parameter.value[row, column]) * Double(gradient[row, column])
            }
          }
          let written =
            Double(workspace.buffers[writer].importanceGradient[0, channel])
            * Double(network.adaptation(layer).importances[0, channel])
          #expect(abs(written - read) <= 1e-6 + 1e-4 * abs(read), "channel \(channel): \(written), \(read)")
        }
      }
    }
  }

  /// Behind the last pool a channel that repeats another one is not needed.
  @Test func aCopyBehindAPoolCostsNothingInBestOrder() throws {
    var (network, batch) = ChannelCase.plain()
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    nodes[2].block.forEachParameter { parameter, _ in
      for row in 0..<parameter.value.rows { parameter.value[row, 7] = parameter.value[row, 2] }
    }
    var block = try #require(nodes[2].block as? ConvolutionBlock)
    var statistics = block.runningStatistics
    for number in 0..<2 { statistics[number][0, 7] = statistics[number][0, 2] }
    block.runningStatistics = statistics
    nodes[2].block = block
    network = Network(nodes: nodes, problem: .classification)
    batch = ChannelCase.images(16, size: 8, seed: 5)
    let fitting = ChannelCase.images(60, size: 8, seed: 6)
    for method in [CutMethod.best, .repaired] {
      var cutter = Cutter(network, method, EvaluationRows(batches: [batch], fitting: [fitting]))
      let cut = cutter.network(keeping: [6, 7, 8])
      let scale = network.outputs(of: batch).reduce(0) { $0 + Double($1 * $1) }
      #expect(cut.squaredDistance(to: network, on: [batch]) < 1e-4 * scale)
    }
  }

  // MARK: The weight prior

  /// On γ W/σ of a block that reads channels of learned width, with σ held.
  @Test func thePriorOfAReaderIsOnItsFoldedWeights() {
    let objective = Objective(weightScale: 0.05, observations: 50)
    var (network, workspace) = (item.network, Workspace())
    _ = network.lossAndGradients(item.batch, &workspace)
    let gradients = workspace.buffers.map { $0.gradients.map(\.elements) }
    var optimizer = Optimizer(kind: .sgd, learningRate: 1, momentum: 0)
    optimizer.begin()
    network.update(by: optimizer, workspace, objective: objective)
    for index in [1, 2] {
      var (before, after) = (item.network.blocks[index], network.blocks[index])
      var (old, new) = ([Matrix](), [Matrix]())
      before.forEachParameter { parameter, _ in old.append(parameter.value) }
      after.forEachParameter { parameter, _ in new.append(parameter.value) }
      for number in 0..<3 {
        let found = Double(old[number][0, 1] - new[number][0, 1] - gradients[index][number][1])
        func term(_ by: Float) -> Double {
          var block = item.network.blocks[index]
          block.forEachParameter { if $1 == number { $0.value[0, 1] += by } }
          return objective.weightPriorTerm(item.network.replacing(index, block))
        }
        let expected = (term(0.05) - term(-0.05)) / 0.1
        #expect(abs(found - expected) <= 2e-3 * abs(expected) + 1e-5, "block \(index), \(number)")
      }
    }
  }
}

extension Network {
  /// Without the neurons from a number on, in every pixel.
  fileprivate func silencingPixels(of reader: Int, from first: Int) -> Network {
    let layer = adaptiveLayers.firstIndex { $0.readers.contains(reader) } ?? 0
    guard var block = blocks[reader] as? any NeuronReader else { return self }
    block.scaleInputs(by: (0..<widths[layer]).map { $0 < first ? 1 : 0 })
    return replacing(reader, block)
  }
}
