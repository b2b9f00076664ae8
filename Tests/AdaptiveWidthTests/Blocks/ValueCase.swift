import AdaptiveWidth
import Experiment
import LinearAlgebra

/// A small Transformer whose attention has values of learned width, or queries, too, with texts.
struct ValueCase {
  static let vocabulary = 9
  static let heads = 2
  var network: Network
  let rows: EvaluationRows
  var batch: Batch { rows.batches[0] }

  /// Values and queries begin with four columns a head, feed-forward blocks with eight neurons.
  init(isTranslation: Bool, adapting adapt: AdaptedLayers = .attention, depth: Int = 1) {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.method, options.adapt) = (.transformer, .settle, adapt)
    (options.modelSize, options.heads, options.depth) = (8, Self.heads, depth)
    network = Network(
      options: options, ratePrior: nil,
      inputs: isTranslation
        ? .translation(vocabulary: Self.vocabulary) : .tokens(vocabulary: Self.vocabulary),
      outputs: isTranslation ? Self.vocabulary : 3, problem: .classification, seed: 1)
    let batches = (1...3).map { isTranslation ? Self.pairs($0) : Self.texts($0) }
    rows = EvaluationRows(batches: [batches[0]], fitting: [batches[1], batches[2]])
    // Biases that are not the usual 0.
    var random = RandomStream(seed: 4, purpose: "biases")
    var nodes = zip(network.blocks, network.sources).map { LayerNode($0, $1) }
    for index in nodes.indices
    where nodes[index].block is HeadProjection || nodes[index].block is QueryKeyAttention {
      nodes[index].block.forEachParameter { parameter, number in
        guard number == 1 else { return }
        for column in 0..<parameter.value.columns { parameter.value[0, column] = Float(random.normal()) }
      }
    }
    network = Network(nodes: nodes, problem: .classification)
  }

  /// The network after one step, with moments.
  var trained: Network {
    var (network, workspace) = (network, Workspace())
    var optimizer = Optimizer(kind: .adam, learningRate: 0.01)
    _ = network.lossAndGradients(batch, &workspace)
    optimizer.begin()
    network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 100))
    return network
  }

  private static func texts(_ seed: Int) -> Batch {
    var random = RandomStream(seed: UInt64(seed), purpose: "texts")
    return Batch(
      texts: (0..<40).map { _ in (0..<1 + random.below(7)).map { _ in Int32(random.below(vocabulary)) } },
      labels: (0..<40).map { _ in Int32(random.below(3)) })
  }

  private static func pairs(_ seed: Int) -> Batch {
    var random = RandomStream(seed: UInt64(seed), purpose: "pairs")
    func text(_ least: Int) -> [Int32] {
      (0..<least + random.below(6)).map { _ in Int32(random.below(vocabulary)) }
    }
    return Batch(pairs: (0..<30).map { _ in [text(1), text(2)] })
  }
}

extension Network {
  /// Layers of values, and of queries and keys.
  var attentionLayers: [Int] { adaptiveLayers.indices.filter { heads($0) != nil } }

  /// Layers of queries and keys.
  var queryLayers: [Int] {
    adaptiveLayers.indices.filter { blocks[adaptiveBlocks[$0]] is QueryKeyAttention }
  }
}
