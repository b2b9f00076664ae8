import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Residual streams of learned width.
@Suite("Streams of learned width")
struct StreamTests {
  private let item = ChannelCase(learnsStreams: true, trained: 40)
  private static let streams = [0, 3]

  @Test func allBlocksOfAStageShareALayer() {
    let network = item.network
    #expect(network.widths == [4, 6, 8, 7, 9])
    #expect(
      network.layerNames == [
        "stage 1, stream", "stage 1, block 1", "stage 2, block 1", "stage 2, stream", "head",
      ])
    #expect(network.adaptiveLayers.map(\.writers) == [[0, 2], [1], [3], [4], [6]])
    #expect(network.adaptiveLayers.map(\.readers) == [[1, 3], [2], [4], [6], [7]])
    #expect(network.adaptiveLayers.map(\.carriers) == [[], [], [], [5], []])
    #expect(network.adaptiveLayers.map(\.followers) == [[4], [], [], [], []])
  }

  @Test func aResNet20HasThirteenLayers() {
    func network(_ adapt: AdaptedLayers, fixed: [Int]? = nil) -> Network {
      var options = NetworkOptions(fixedWidths: fixed, initialRate: 0.3)
      (options.kind, options.adapt, options.method) = (.resnet20, adapt, .settle)
      let network = Network(
        options: options, ratePrior: nil, inputs: .image(width: 8, height: 8, channels: 3), outputs: 3,
        problem: .classification, seed: 1)
      #expect(fixed != nil || network.widths == options.initialWidths)
      return network
    }
    let (all, streams) = (network(.all), network(.stream))
    #expect(all.widths == [16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64, 8])
    #expect(all.layerNames?[0] == "stage 1, stream" && all.layerNames?[5] == "stage 2, stream")
    #expect(streams.widths == [16, 32, 64, 8])
    #expect(streams.layerNames == ["stage 1, stream", "stage 2, stream", "stage 3, stream", "head"])
    // Widths that are given are those of an ordinary network of the same layers.
    let widths = [10, 9, 8, 7, 20, 19, 18, 17, 40, 39, 38, 37, 6]
    let fixed = network(.all, fixed: widths)
    #expect(fixed.widths.isEmpty && fixed.parameterCount() == all.parameterCount(widths: widths))
    #expect(fixed.multiplyAdds() == all.multiplyAdds(widths: widths))
  }

  /// A rectifier is homogeneous: a stream whose writers are scaled once is one whose every read is.
  @Test func scaledWritesAreScaledReads() throws {
    // Of one stage: a shortcut into another would carry the importances there.
    let network = item.network
    let importances = network.adaptation(3).importances.elements
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    let writer = item.convolution(4)
    var (scale, shift) = (writer.scale.value, writer.shift.value)
    for (channel, importance) in importances.enumerated() {
      scale[0, channel] *= importance
      shift[0, channel] *= importance
    }
    var plain = ConvolutionBlock(
      writer.convolution, shortcut: writer.shortcut, weights: writer.weights.value, scale: scale, shift: shift
    )
    plain.runningStatistics = writer.runningStatistics
    nodes[4].block = plain
    let unscaled = Network(nodes: nodes, problem: .classification)
    #expect(unscaled.widths == [4, 6, 8, 9])
    expectClose(unscaled.outputs(of: item.batch), network.outputs(of: item.batch))
  }

  @Test(arguments: streams) func growthChangesNoOutput(_ layer: Int) {
    var (network, random) = (item.network, RandomStream(seed: 2, purpose: "growth"))
    network.grow(layer: layer, to: 10, random: &random)
    #expect(network.widths[layer] == 10)
    expectClose(network.outputs(of: item.batch), item.network.outputs(of: item.batch), 1e-4)
  }

  /// What reads a stream cannot make up for importances where a shortcut carries it on: its writers do.
  @Test(arguments: streams, WidthPolicy.allCases) func aPolicyChangesNoOutput(
    _ layer: Int, _ policy: WidthPolicy
  ) {
    var held = item.network
    held.truncate(layer: layer, to: 3, policy: .hold)
    var cut = item.network
    cut.truncate(layer: layer, to: 3, policy: policy)
    expectClose(cut.outputs(of: item.batch), held.outputs(of: item.batch), 1e-4)
  }

  @Test(arguments: streams) func anOrderChangesNoOutput(_ layer: Int) {
    let order = [2, 0, 3, 1] + (4..<item.network.widths[layer])
    let permuted = item.network.permuted(layer: layer, by: order)
    expectClose(permuted.outputs(of: item.batch), item.network.outputs(of: item.batch), 1e-4)
    // And back, after a cut of the other stage's stream.
    var cut = permuted
    cut.truncate(layer: 3 - layer, to: 2, policy: .hold)
    var direct = item.network
    direct.truncate(layer: 3 - layer, to: 2, policy: .hold)
    expectClose(cut.outputs(of: item.batch), direct.outputs(of: item.batch), 1e-4)
  }

  /// A cut stream is one whose last channels nobody writes.
  @Test(arguments: streams) func aCutIsASilencedTail(_ layer: Int) {
    let network = item.network
    var cut = network
    cut.truncate(layer: layer, to: 2, policy: .hold)
    #expect(cut.parameterCount() == network.parameterCount(widths: cut.widths))
    #expect(cut.multiplyAdds() == network.multiplyAdds(widths: cut.widths))
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    for writer in network.adaptiveLayers[layer].writers {
      nodes[writer].block.forEachParameter { parameter, number in
        guard number > 0 else { return }
        for channel in 2..<parameter.value.columns { parameter.value[0, channel] = 0 }
      }
    }
    var silenced = Network(nodes: nodes, problem: .classification)
    if layer == 3 {
      // What the first stage's shortcut adds to the channels that go.
      let block = item.convolution(4, of: silenced)
      var narrower = ConvolutionBlock(
        block.convolution, shortcut: Shortcut(block.shortcut!.image, targets: [0, 1, nil, nil]),
        adaptation: block.adaptation, weights: block.weights.value, scale: block.scale.value,
        shift: block.shift.value)
      narrower.runningStatistics = block.runningStatistics
      nodes[4].block = narrower
      silenced = Network(nodes: nodes, problem: .classification)
    }
    expectClose(cut.outputs(of: item.batch), silenced.outputs(of: item.batch), 1e-4)
  }

  /// On the rows it was fitted on, for both streams and jointly.
  @Test func aRepairIsCloserToTheUncutNetwork() {
    let fitting = [ChannelCase.images(40, seed: 8), ChannelCase.images(24, seed: 9)]
    let rows = EvaluationRows(
      batches: fitting, calibration: [ChannelCase.images(20, seed: 7)], fitting: fitting)
    // Most of what a cut of the first stage takes is what its shortcut carries on.
    for widths in [[3, 6, 8, 7, 9], [4, 6, 8, 5, 9], [3, 5, 6, 5, 9]] {
      func distance(_ method: CutMethod) -> Double {
        var cutter = Cutter(item.network, method, rows)
        return cutter.network(keeping: widths, policy: .hold).squaredDistance(to: item.network, on: fitting)
      }
      #expect(distance(.repaired) < 0.8 * distance(.plain), "\(widths)")
      #expect(distance(.best) < distance(.plain), "\(widths)")
    }
  }
}
