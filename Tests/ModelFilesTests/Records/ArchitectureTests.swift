import AdaptiveWidth
import Experiment
import LinearAlgebra
import ModelFiles
import Testing

/// Which networks training could have made of one another.
@Suite struct ArchitectureTests {
  private static func network(_ options: NetworkOptions) -> Network {
    let (inputs, outputs): (InputShape, Int) =
      switch options.kind {
      case .mlp: (.features(3), 2)
      case .cnn, .resnet20: (.image(width: 8, height: 8, channels: 3), 2)
      case .rnn: (.steps(features: 3), 2)
      case .gin: (.nodes(features: 3), 2)
      case .transformer: (.translation(vocabulary: 30), 30)
      }
    return Network(
      options: options, ratePrior: nil, inputs: inputs, outputs: outputs, problem: .classification, seed: 1)
  }

  private static func options(_ kind: NetworkKind) -> NetworkOptions {
    var options = NetworkOptions(hiddenLayers: 2, initialRate: 0.5)
    (options.kind, options.stateSize, options.modelSize, options.heads) = (kind, 4, 8, 2)
    (options.depth, options.channels) = (1, 4)
    return options
  }

  @Test(arguments: NetworkKind.allCases) func learnedWidthsMayDiffer(kind: NetworkKind) {
    let (options, network) = (Self.options(kind), Self.network(Self.options(kind)))
    var other = options
    other.initialRate = 0.2
    #expect(network.architectureDifference(of: Self.network(other)) == nil)
    #expect(kind == .resnet20 || network.widths != Self.network(other).widths)
  }

  private static let changes: [(NetworkKind, String, @Sendable (inout NetworkOptions) -> Void)] = [
    (.mlp, "2 hidden layers instead of 1 hidden layer", { $0.hiddenLayers = 1 }),
    (.mlp, "block 1 of the checkpoint's network (dense) has another activation", { $0.activation = .tanh }),
    (.mlp, "(dense) has a learned width", { $0.fixedWidths = [4, 4] }),
    (.mlp, "has another quantile, 0.9", { $0.quantile = 0.8 }),
    (.rnn, "another backpropagation_steps: none instead of 2", { $0.backpropagationSteps = 2 }),
    (.rnn, "has another activation", { $0.activation = .tanh }),
    (.rnn, "learns 2 widths instead of 3: give the same --adapt", { $0.adapt = .all }),
    (.rnn, "learns 2 widths instead of 1: give the same --adapt", { $0.adapt = .stream }),
    (.gin, "another pooling: \"sum\" instead of \"mean\"", { $0.pooling = .mean }),
    (.gin, "has 4 outputs instead of 5", { $0.channels = 5 }),
    (.transformer, "another heads: 2 instead of 4", { $0.heads = 4 }),
    (.cnn, "blocks instead of", { $0.kind = .resnet20 }),
    (.transformer, "learns 2 widths instead of 5: give the same --adapt", { $0.adapt = .attention }),
    (.resnet20, "learns 2 widths instead of 11: give the same --adapt", { $0.adapt = .inner }),
    (
      .cnn, "another convolution: filters 32 instead of 64; give the same --width-multiplier",
      { $0.widthMultiplier = 2 }
    ),
    (
      .resnet20, "another convolution: filters 16 instead of 8; give the same --width-multiplier",
      { $0.widthMultiplier = 0.5 }
    ),
  ]

  @Test(arguments: changes.indices) func everythingElseMayNot(index: Int) throws {
    let (kind, clause, change) = Self.changes[index]
    var options = Self.options(kind)
    options.pooling = .sum
    let saved = Self.network(options)
    change(&options)
    let difference = try #require(Self.network(options).architectureDifference(of: saved))
    #expect(difference.contains(clause), "\(difference)")
  }

  /// The width of a sum is learned if those of its terms are.
  @Test func sharedWidthsMayDiffer() {
    func network(rate: Double) -> Network {
      var random = RandomStream(seed: 1, purpose: "tied layers")
      let adaptation = Adaptation(options: NetworkOptions(initialRate: rate), prior: nil)
      func dense(_ inputs: Int, _ outputs: Int, _ adaptation: Adaptation?) -> Dense {
        Dense(
          inputs: inputs, outputs: outputs, function: .tanh, adaptation: adaptation, variance: 0.3,
          random: &random)
      }
      var builder = NetworkBuilder()
      let first = builder.add(dense(3, adaptation.width, adaptation), LayerNode.batch)
      let second = builder.add(dense(3, adaptation.width, adaptation), LayerNode.batch)
      builder.add(Addition(columns: adaptation.width), first, second)
      builder.add(dense(adaptation.width, 2, nil))
      return Network(nodes: builder.nodes, problem: .regression)
    }
    #expect(network(rate: 0.5).widths != network(rate: 0.2).widths)
    #expect(network(rate: 0.5).architectureDifference(of: network(rate: 0.2)) == nil)
  }

  /// The width of a state is learned, whatever the neurons inside its block are.
  @Test(arguments: [AdaptedLayers.stream, .all]) func statesMayDiffer(_ adapt: AdaptedLayers) {
    var options = Self.options(.rnn)
    options.adapt = adapt
    let network = Self.network(options)
    options.stateSize = 3
    #expect(network.widths != Self.network(options).widths)
    #expect(network.architectureDifference(of: Self.network(options)) == nil)
  }

  @Test func sourcesMayNotDiffer() throws {
    func network(_ sources: [Int]) -> Network {
      var builder = NetworkBuilder()
      builder.add(LayerNorm(columns: 3))
      builder.add(LayerNorm(columns: 3))
      builder.add(Addition(columns: 3), reading: sources)
      return Network(nodes: builder.nodes, problem: .regression)
    }
    let difference = try #require(network([0, 1]).architectureDifference(of: network([1, 1])))
    #expect(difference.hasSuffix("(addition) reads other blocks: 2, 2 instead of 1, 2"))
  }
}
