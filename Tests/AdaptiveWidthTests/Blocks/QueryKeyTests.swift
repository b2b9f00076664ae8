import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Queries and keys of attention whose dimension is learned.
@Suite("Queries and keys of learned width")
struct QueryKeyTests {
  private let text = ValueCase(isTranslation: false, adapting: .all)
  private let translation = ValueCase(isTranslation: true, adapting: .all)
  private var all: [ValueCase] { [text, translation] }

  @Test func everyAttentionHasAWidthOfItsOwn() {
    #expect(text.network.widths == [4, 4, 8] && translation.network.widths == [4, 4, 8, 4, 4, 4, 4, 8])
    #expect(
      ValueCase(isTranslation: true, adapting: .all, depth: 2).network.layerNames?.prefix(8) == [
        "encoder 1, query/key", "encoder 1, attention", "encoder 1, feed-forward", "encoder 2, query/key",
        "encoder 2, attention", "encoder 2, feed-forward", "decoder 1, query/key", "decoder 1, attention",
      ])
    #expect(
      translation.network.layerNames?.suffix(3) == [
        "decoder 1, cross query/key", "decoder 1, cross-attention", "decoder 1, feed-forward",
      ])
    #expect(text.network.queryLayers == [0] && translation.network.queryLayers == [0, 3, 5])
    for item in all {
      for layer in item.network.queryLayers.map({ item.network.adaptiveLayers[$0] }) {
        #expect(layer.writers == layer.readers && layer.carriers.isEmpty)
      }
    }
  }

  /// Widths that are given are those of an ordinary network of the same layers.
  @Test func givenWidthsAreThoseOfAllLayers() {
    let widths = [3, 5, 7, 2, 4, 1, 6, 8]
    var options = NetworkOptions(fixedWidths: widths)
    (options.kind, options.adapt) = (.transformer, .all)
    (options.modelSize, options.heads, options.depth) = (8, 2, 1)
    let network = Network(
      options: options, ratePrior: nil, inputs: .translation(vocabulary: 9), outputs: 9,
      problem: .classification, seed: 1)
    #expect(network.widths.isEmpty && network.layerNames == nil)
    let learned = translation.network
    #expect(network.parameterCount() == learned.parameterCount(widths: widths))
    #expect(network.multiplyAdds() == learned.multiplyAdds(widths: widths))
    var cut = learned
    for (layer, width) in [3, 4, 7, 2, 4, 1, 4, 8].enumerated() { cut.truncate(layer: layer, to: width) }
    #expect(cut.parameterCount() == learned.parameterCount(widths: [3, 4, 7, 2, 4, 1, 4, 8]))
    #expect(
      cut.parameterCount()
        == cut.parameters.reduce(0) { $0 + $1.value.rows * $1.value.columns })
  }

  /// f_n · ∂NLL/∂f_n = ⟨K_n, ∂NLL/∂K_n⟩ with K_n the weights of the n-th keys of all heads.
  @Test func importanceGradientsAreThoseOfTheKeys() throws {
    for item in all {
      let network = item.network
      var workspace = Workspace()
      _ = network.lossAndGradients(item.batch, &workspace)
      for layer in network.queryLayers {
        let (index, width) = (network.adaptiveBlocks[layer], network.widths[layer])
        let block = try #require(network.blocks[index] as? QueryKeyAttention)
        let buffers = workspace.buffers[index]
        for neuron in 0..<width {
          let written =
            Double(buffers.importanceGradient[0, neuron])
            * Double(network.adaptation(layer).importances[0, neuron])
          var read = 0.0
          for head in 0..<ValueCase.heads {
            for column in 0..<block.inputs {
              let row = head * width + neuron
              read +=
                Double(block.keyWeights.value[row, column]) * Double(buffers.gradients[2][row, column])
            }
          }
          #expect(abs(written - read) <= 1e-6 + 1e-4 * abs(read), "neuron \(neuron): \(written), \(read)")
        }
      }
    }
  }

  @Test func growthChangesNoOutput() throws {
    for item in all {
      for layer in item.network.queryLayers {
        var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
        network.grow(layer: layer, to: 7, random: &random)
        #expect(network.widths[layer] == 7)
        expectClose(network.outputs(of: item.batch), item.network.outputs(of: item.batch))
        // The new queries get a gradient through their new keys.
        var workspace = Workspace()
        _ = network.lossAndGradients(item.batch, &workspace)
        let gradient = workspace.buffers[network.adaptiveBlocks[layer]].gradients[2]
        #expect((4..<7).allSatisfy { gradient[$0, 0] != 0 && gradient[7 + $0, 0] != 0 })
      }
    }
  }

  /// The scores of the queries that stay are what they were, whatever happens to the rate.
  @Test(arguments: WidthPolicy.allCases) func aCutLeavesTheTemperature(_ policy: WidthPolicy) throws {
    var (held, cut) = (text.network, text.network)
    held.truncate(layer: 0, to: 2, policy: .hold)
    cut.truncate(layer: 0, to: 2, policy: policy)
    expectClose(cut.outputs(of: text.batch), held.outputs(of: text.batch))
  }

  /// Queries that are sums of those before them: what they add to the scores, the keys of the others can.
  @Test func aRepairedCutOfSuperfluousQueriesChangesNothing() throws {
    for item in all {
      for layer in item.network.queryLayers {
        let network = try withSuperfluousQueries(item.network, layer)
        for method in [CutMethod.repaired, .best] {
          var widths = network.widths
          widths[layer] = 2
          var cutter = Cutter(network, method, item.rows)
          let cut = cutter.network(keeping: widths)
          let distance = cut.squaredDistance(to: network, on: item.rows.batches)
          let plain = Cutter.plain(network, widths, item.rows).squaredDistance(
            to: network, on: item.rows.batches)
          #expect(distance < 1e-4 * plain, "\(method): \(distance), \(plain)")
        }
      }
    }
  }

  /// The last two of four queries of every head become sums of the first two, importances included.
  private func withSuperfluousQueries(_ network: Network, _ layer: Int) throws -> Network {
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    let index = network.adaptiveBlocks[layer]
    let importances = network.adaptation(layer).importances.elements
    nodes[index].block.forEachParameter { parameter, number in
      guard number < 2 else { return }
      for row in 0..<parameter.value.rows {
        for first in [0, 4] {
          let (a, b) = (
            importances[0] * parameter.value[row, first], importances[1] * parameter.value[row, first + 1]
          )
          parameter.value[row, first + 2] = (a - 2 * b) / importances[2]
          parameter.value[row, first + 3] = (a + b) / importances[3]
        }
      }
    }
    return Network(nodes: nodes, problem: network.problem)
  }

  /// Queries, keys and moments of both, head by head.
  @Test func momentsGoWithTheirNeurons() throws {
    let network = text.trained
    var cut = network.permuted(layer: 0, by: [2, 0, 3, 1])
    expectClose(cut.outputs(of: text.batch), network.outputs(of: text.batch))
    cut.truncate(layer: 0, to: 2, policy: .hold)
    let index = network.adaptiveBlocks[0]
    let before = try #require(network.blocks[index] as? QueryKeyAttention)
    let after = try #require(cut.blocks[index] as? QueryKeyAttention)
    for head in 0..<2 {
      for (new, old) in [2, 0].enumerated() {
        let (to, from) = (head * 2 + new, head * 4 + old)
        #expect(after.query.weights.value[3, to] == before.query.weights.value[3, from])
        #expect(after.query.bias.second[0, to] == before.query.bias.second[0, from])
        #expect(after.keyWeights.value[to, 5] == before.keyWeights.value[from, 5])
        #expect(after.keyWeights.first[to, 5] == before.keyWeights.first[from, 5])
      }
    }
  }
}

extension Cutter {
  fileprivate static func plain(_ network: Network, _ widths: [Int], _ rows: EvaluationRows) -> Network {
    var cutter = Cutter(network, .plain, rows)
    return cutter.network(keeping: widths)
  }
}
