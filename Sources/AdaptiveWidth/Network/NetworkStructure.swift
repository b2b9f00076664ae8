import Experiment

/// The part of a network that no edit changes: the blocks that each block reads, and what follows from them.
///
/// It is a class so that copies of a network share it. Every step and every evaluation copies networks, and copying all
/// these lists takes as long as the products of a small one.
final class NetworkStructure: Sendable {
  /// The inputs of each block: indices of blocks before it, or `LayerNode.batch`.
  let sources: [[Int]]
  let problem: Problem
  /// Columns of the batch's inputs; 0 if the network reads tokens.
  let inputs: Int
  /// The layers of learned width.
  let adaptiveLayers: [AdaptiveLayer]
  /// The first block that writes the neurons of each adaptive layer; never the last block.
  let adaptiveBlocks: [Int]
  /// Indices of the blocks with running statistics.
  let statisticalBlocks: [Int]
  /// The blocks that read each block's output.
  let consumers: [[Int]]
  /// Whether a block has parameters, or reads what depends on some: others need no gradient.
  let isLearned: [Bool]
  /// The capabilities of each block.
  let capabilities: [Capabilities]
  /// The kind of the output rows of each block that dropout is applied to; `nil` for the others.
  let droppedRows: [RowKind?]
  /// Likewise of nested dropout.
  let nestedRows: [RowKind?]
  /// A bit mask for each block: bit i is set if parameter i holds weights.
  let weightIndices: [UInt64]
  /// Whether a block normalizes what leaves channels of a learned width: its weight prior is on the folded weights.
  let hasFoldedPrior: [Bool]

  /// - Precondition: `Network.validationError(in:)` is `nil`.
  init(_ nodes: [LayerNode], _ problem: Problem) {
    self.problem = problem
    sources = nodes.map(\.sources)
    inputs =
      nodes.lazy.compactMap { node in
        node.sources.firstIndex(of: LayerNode.batch).map { node.block.inputColumns[$0] }
      }.first ?? 0
    let capabilities = nodes.map { Capabilities(of: $0.block) }
    self.capabilities = capabilities
    consumers = Self.consumers(of: nodes)
    droppedRows = Network.droppedRows(nodes, consumers: consumers)
    nestedRows = Network.nestedRows(nodes)
    weightIndices = nodes.map { node in
      (0..<node.block.parameterMatrices).reduce(0) { $0 | (node.block.isWeight($1) ? 1 << $1 : 0) }
    }
    adaptiveLayers =
      (try? AdaptiveLayer.layers(sources: sources, consumers: consumers, capabilities).get()) ?? []
    adaptiveBlocks = adaptiveLayers.map { $0.writers[0] }
    let readers = Set(adaptiveLayers.flatMap(\.readers))
    hasFoldedPrior = nodes.indices.map { readers.contains($0) && capabilities[$0].foldedPrior != nil }
    statisticalBlocks = nodes.indices.filter { capabilities[$0].normalizing != nil }
    isLearned = nodes.reduce(into: []) { learned, node in
      learned.append(
        node.block.parameterMatrices > 0 || node.sources.contains { $0 != LayerNode.batch && learned[$0] })
    }
  }

  static func consumers(of nodes: [LayerNode]) -> [[Int]] {
    var result = nodes.map { _ in [Int]() }
    for (index, node) in nodes.enumerated() {
      for source in Set(node.sources) where source != LayerNode.batch { result[source].append(index) }
    }
    return result
  }
}

extension Network {
  /// The inputs of each block: indices of blocks before it, or `LayerNode.batch`.
  public var sources: [[Int]] { structure.sources }
  public var problem: Problem { structure.problem }
  /// Columns of the batch's inputs; 0 if the network reads tokens.
  public var inputs: Int { structure.inputs }
  /// The layers of learned width.
  public var adaptiveLayers: [AdaptiveLayer] { structure.adaptiveLayers }
  /// The first block that writes the neurons of each adaptive layer; never the last block.
  public var adaptiveBlocks: [Int] { structure.adaptiveBlocks }
  /// Indices of the blocks with running statistics.
  public var statisticalBlocks: [Int] { structure.statisticalBlocks }
  var consumers: [[Int]] { structure.consumers }
  var isLearned: [Bool] { structure.isLearned }
  var capabilities: [Capabilities] { structure.capabilities }
  var droppedRows: [RowKind?] { structure.droppedRows }
  var nestedRows: [RowKind?] { structure.nestedRows }
  var weightIndices: [UInt64] { structure.weightIndices }
  var hasFoldedPrior: [Bool] { structure.hasFoldedPrior }
}
