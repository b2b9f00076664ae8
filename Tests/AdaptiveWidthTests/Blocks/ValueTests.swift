import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Values of attention whose width is learned: layers, gradients, growth and moments.
@Suite("Values of learned width")
struct ValueTests {
  private let text = ValueCase(isTranslation: false)
  private let translation = ValueCase(isTranslation: true)
  private var all: [ValueCase] { [text, translation] }

  @Test func everyAttentionHasAWidthOfItsOwn() {
    #expect(text.network.widths == [4, 8] && translation.network.widths == [4, 8, 4, 4, 8])
    #expect(text.network.layerNames == ["encoder 1, attention", "encoder 1, feed-forward"])
    #expect(
      ValueCase(isTranslation: true, depth: 2).network.layerNames == [
        "encoder 1, attention", "encoder 1, feed-forward", "encoder 2, attention", "encoder 2, feed-forward",
        "decoder 1, attention", "decoder 1, cross-attention", "decoder 1, feed-forward",
        "decoder 2, attention", "decoder 2, cross-attention", "decoder 2, feed-forward",
      ])
    for item in all {
      for layer in item.network.attentionLayers.map({ item.network.adaptiveLayers[$0] }) {
        #expect(layer.writers.count == 1 && layer.carriers.count == 1 && layer.readers.count == 1)
        #expect(item.network.blocks[layer.carriers[0]] is Attention)
      }
    }
  }

  /// Widths that are given are those of an ordinary network of the same layers.
  @Test func givenWidthsAreThoseOfAllLayers() {
    var options = NetworkOptions(fixedWidths: [3, 7, 2, 1, 6])
    (options.kind, options.adapt) = (.transformer, .attention)
    (options.modelSize, options.heads, options.depth) = (8, 2, 1)
    let network = Network(
      options: options, ratePrior: nil, inputs: .translation(vocabulary: 9), outputs: 9,
      problem: .classification, seed: 1)
    #expect(network.widths.isEmpty && network.layerNames == nil)
    let learned = translation.network
    #expect(network.parameterCount() == learned.parameterCount(widths: [3, 7, 2, 1, 6]))
    #expect(network.multiplyAdds() == learned.multiplyAdds(widths: [3, 7, 2, 1, 6]))
  }

  /// Without learned values a Transformer is what it was.
  @Test func feedForwardBlocksAloneAreTheDefault() {
    func network(_ adapt: AdaptedLayers?) -> Network {
      var options = NetworkOptions(initialRate: 0.3)
      (options.kind, options.adapt) = (.transformer, adapt)
      (options.modelSize, options.heads, options.depth) = (8, 2, 1)
      return Network(
        options: options, ratePrior: nil, inputs: .translation(vocabulary: 9), outputs: 9,
        problem: .classification, seed: 1)
    }
    let batch = translation.batch
    #expect(network(.feedForward).outputs(of: batch) == network(nil).outputs(of: batch))
    #expect(network(nil).layerNames == nil && network(nil).widths.count == 2)
  }

  /// f_n · ∂NLL/∂f_n = ⟨U_n, ∂NLL/∂U_n⟩ with U_n the weights that leave the n-th values of all heads.
  @Test func importanceGradientsAreThoseOfTheReadersWeights() throws {
    for item in all {
      let network = item.network
      var workspace = Workspace()
      _ = network.lossAndGradients(item.batch, &workspace)
      for layer in network.attentionLayers {
        let (writer, reader) = (network.adaptiveBlocks[layer], network.adaptiveLayers[layer].readers[0])
        let (width, block) = (network.widths[layer], try #require(network.blocks[reader] as? Dense))
        let gradient = workspace.buffers[reader].gradients[0]
        for neuron in 0..<width {
          let written =
            Double(workspace.buffers[writer].importanceGradient[0, neuron])
            * Double(network.adaptation(layer).importances[0, neuron])
          var read = 0.0
          for head in 0..<ValueCase.heads {
            for column in 0..<block.outputs {
              let row = head * width + neuron
              read += Double(block.weights.value[row, column]) * Double(gradient[row, column])
            }
          }
          #expect(abs(written - read) <= 1e-6 + 1e-4 * abs(read), "neuron \(neuron): \(written), \(read)")
        }
      }
    }
  }

  @Test func growthChangesNoOutput() {
    for item in all {
      for layer in item.network.attentionLayers {
        var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
        network.grow(layer: layer, to: 7, random: &random)
        #expect(network.widths[layer] == 7)
        expectClose(network.outputs(of: item.batch), item.network.outputs(of: item.batch))
        // The new values get a gradient through their new weights.
        var workspace = Workspace()
        _ = network.lossAndGradients(item.batch, &workspace)
        let gradient = workspace.buffers[network.adaptiveLayers[layer].readers[0]].gradients[0]
        #expect((4..<7).allSatisfy { gradient[$0, 0] != 0 && gradient[7 + $0, 0] != 0 })
      }
    }
  }

  @Test(arguments: [OptimizerKind.adam, .sgd]) func aStepAfterGrowthAndCutsIsFinite(_ kind: OptimizerKind) {
    var (network, random) = (translation.network, RandomStream(seed: 2, purpose: "growth"))
    var (workspace, optimizer) = (Workspace(), Optimizer(kind: kind, learningRate: 0.01))
    let objective = Objective(weightScale: 1, observations: 100)
    func steps(_ count: Int) {
      for _ in 0..<count {
        _ = network.lossAndGradients(translation.batch, &workspace)
        optimizer.begin()
        network.update(by: optimizer, workspace, objective: objective)
      }
    }
    steps(2)
    network.grow(layer: 2, to: 9, random: &random)
    steps(2)
    network.truncate(layer: 0, to: 2)
    network.truncate(layer: 3, to: 1)
    steps(2)
    #expect(network.isFinite && network.widths == [2, 8, 9, 1, 8])
  }

  /// Values, weights behind them and moments of both, head by head.
  @Test func momentsGoWithTheirNeurons() throws {
    let network = text.trained
    let (writer, reader) = (network.adaptiveBlocks[0], network.adaptiveLayers[0].readers[0])
    var cut = network.permuted(layer: 0, by: [2, 0, 3, 1])
    cut.truncate(layer: 0, to: 2, policy: .hold)
    let before = try #require(network.blocks[writer] as? HeadProjection)
    let after = try #require(cut.blocks[writer] as? HeadProjection)
    let (read, readAfter) = (
      try #require(network.blocks[reader] as? Dense), try #require(cut.blocks[reader] as? Dense)
    )
    for head in 0..<2 {
      for (new, old) in [2, 0].enumerated() {
        #expect(after.weights.value[3, head * 2 + new] == before.weights.value[3, head * 4 + old])
        #expect(after.weights.first[3, head * 2 + new] == before.weights.first[3, head * 4 + old])
        #expect(after.bias.second[0, head * 2 + new] == before.bias.second[0, head * 4 + old])
        #expect(readAfter.weights.value[head * 2 + new, 1] == read.weights.value[head * 4 + old, 1])
        #expect(readAfter.weights.second[head * 2 + new, 1] == read.weights.second[head * 4 + old, 1])
      }
    }
  }

  /// Queries and keys keep their width, and so do values that stand beside keys.
  @Test func aLearnedWidthOfQueriesIsRefused() {
    var random = RandomStream(seed: 1, purpose: "refused")
    let size = 6
    let adaptation = Adaptation(options: NetworkOptions(initialRate: 0.5), prior: nil, width: size)
    func error(queries: Bool, apart: Bool) -> String? {
      var builder = NetworkBuilder()
      let x = builder.add(
        Embedding(side: .source, vocabulary: 5, columns: size, random: &random), LayerNode.batch)
      func dense(_ outputs: Int, _ adaptation: Adaptation? = nil) -> Dense {
        Dense(
          inputs: size, outputs: outputs, function: .identity, adaptation: adaptation, variance: 1,
          random: &random)
      }
      let first = builder.add(dense(size, queries ? adaptation : nil), x)
      let attention =
        apart
        ? Attention(.source, heads: 1, columns: size / 2, valuesOfHead: size)
        : Attention(.source, heads: 1, columns: size / 3)
      let second = apart ? [builder.add(dense(size, adaptation), x)] : []
      builder.add(attention, reading: [first] + second)
      builder.add(
        Dense(inputs: attention.outputs, outputs: 2, function: .identity, variance: 1, random: &random))
      return Network.validationError(in: builder.nodes)
    }
    #expect(error(queries: false, apart: true) == nil)
    #expect(error(queries: true, apart: true)?.contains("cannot follow") == true)
    #expect(error(queries: true, apart: false)?.contains("cannot follow") == true)
  }
}
