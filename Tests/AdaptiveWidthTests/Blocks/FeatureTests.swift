import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// A graph network whose features between layers have learned widths.
enum FeatureCase {
  static func options(fixed: [Int]? = nil) -> NetworkOptions {
    var options = NetworkOptions(fixedWidths: fixed, initialRate: 0.3)
    (options.kind, options.method, options.adapt) = (.gin, .settle, .all)
    (options.depth, options.channels, options.pooling) = (2, 6, .sum)
    return options
  }

  static func network(_ options: NetworkOptions, _ oracle: GraphOracle) -> Network {
    Network(
      options: options, ratePrior: nil, inputs: .nodes(features: oracle.features), outputs: oracle.classes,
      problem: .classification, seed: 3)
  }

  static func make() -> (network: Network, batch: Batch) {
    guard let oracle = try? GraphOracle.load(.sum) else { preconditionFailure("the oracle is missing") }
    var (network, workspace) = (network(options(), oracle), Workspace())
    for _ in 0..<20 {
      _ = network.lossAndGradients(oracle.batch(), &workspace)
      network.learnStatistics(from: workspace)
    }
    return (network, oracle.batch())
  }
}

@Suite("Features of learned width")
struct FeatureTests {
  private let network = FeatureCase.make().network
  private let batch = FeatureCase.make().batch
  private static let features = [1, 3]

  @Test func everyLayerHasFeaturesOfItsOwn() {
    #expect(network.widths == [8, 6, 8, 6])
    #expect(
      network.layerNames == ["layer 1, hidden", "layer 1, features", "layer 2, hidden", "layer 2, features"])
    // A layer's features are pooled, and summed over neighbors.
    #expect(network.adaptiveLayers.map(\.carriers.count) == [0, 2, 0, 1])
    #expect(network.adaptiveLayers.map(\.readers.count) == [1, 2, 1, 1])
    #expect(!network.hasLearnedChannels && Self.features.allSatisfy(network.isOfFeatures))
  }

  @Test func givenWidthsAreThoseOfAllLayers() throws {
    let widths = [5, 4, 3, 2]
    let fixed = FeatureCase.network(FeatureCase.options(fixed: widths), try GraphOracle.load(.sum))
    #expect(fixed.widths.isEmpty && fixed.parameterCount() == network.parameterCount(widths: widths))
    #expect(fixed.multiplyAdds() == network.multiplyAdds(widths: widths))
  }

  /// Normalization and a bounded rectifier behind a dense layer, as separate blocks compute them.
  @Test func aLayerIsADenseOneWithNormalization() throws {
    let index = network.adaptiveBlocks[1]
    let block = try #require(network.blocks[index] as? ConvolutionBlock)
    var workspace = Workspace()
    network.forward(batch, &workspace)
    let hidden = workspace.buffers[network.sources[index][0]].output
    let output = workspace.buffers[index].output
    for row in 0..<hidden.rows {
      for column in 0..<block.outputs {
        var sum = 0.0
        for inner in 0..<hidden.columns {
          sum += Double(hidden[row, inner]) * Double(block.weights.value[inner, column])
        }
        let deviation = (Double(block.runningStatistics[1][0, column]) + ConvolutionBlock.epsilon)
          .squareRoot()
        let value =
          (sum - Double(block.runningStatistics[0][0, column])) / deviation
          * Double(block.scale.value[0, column]) + Double(block.shift.value[0, column])
        let expected = min(6, max(0, value)) * Double(network.adaptation(1).importances[0, column])
        #expect(abs(Double(output[row, column]) - expected) <= 1e-4 * max(1, expected))
      }
    }
  }

  @Test(arguments: features) func growthChangesNoOutput(_ layer: Int) {
    var (grown, random) = (network, RandomStream(seed: 2, purpose: "growth"))
    grown.grow(layer: layer, to: 11, random: &random)
    #expect(grown.widths[layer] == 11)
    expectClose(grown.outputs(of: batch), network.outputs(of: batch), 1e-4)
  }

  @Test func aCutChangesParametersAsSaid() {
    var cut = network
    for (layer, width) in [4, 3, 5, 2].enumerated() { cut.truncate(layer: layer, to: width) }
    #expect(cut.parameterCount() == network.parameterCount(widths: [4, 3, 5, 2]))
    #expect(
      cut.parameterCount() == cut.parameters.reduce(0) { $0 + $1.value.rows * $1.value.columns })
  }
}
