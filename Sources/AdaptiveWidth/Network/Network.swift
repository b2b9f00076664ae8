import Experiment
import LinearAlgebra

/// Blocks in the order they are computed, some of whose widths are learned; each reads the batch or blocks before it.
///
/// A value: assigning it is taking a snapshot. Adaptive layers are found among the blocks and numbered from 0, the
/// input's side first; an edit of one reaches the layer, what consumes it, and the moments of both.
public struct Network: Sendable {
  public internal(set) var blocks: [any Block]
  /// For each block what it reads: indices of blocks before it, or `LayerNode.batch`.
  public let sources: [[Int]]
  public let problem: Problem
  /// Columns of the batch's inputs; 0 if the network reads tokens.
  public let inputs: Int
  /// Indices of the blocks that have a learned width; never the last block.
  public let adaptiveBlocks: [Int]
  /// For each block those that read it.
  let consumers: [[Int]]
  /// Whether a block has parameters, or reads what depends on some: others need no gradient.
  let isLearned: [Bool]
  /// Blocks that learn statistics.
  let statisticalBlocks: [Int]

  /// - Precondition: `Network.mistake(in:)` finds none.
  public init(nodes: [LayerNode], problem: Problem) {
    if let mistake = Self.mistake(in: nodes) { preconditionFailure(mistake) }
    blocks = nodes.map(\.block)
    sources = nodes.map(\.sources)
    inputs =
      nodes.lazy.compactMap { node in
        node.sources.firstIndex(of: LayerNode.batch).map { node.block.inputColumns[$0] }
      }.first ?? 0
    self.problem = problem
    adaptiveBlocks = nodes.indices.filter { nodes[$0].block.adaptation != nil }
    statisticalBlocks = nodes.indices.filter { !nodes[$0].block.buffers.isEmpty }
    consumers = Self.consumers(of: nodes)
    isLearned = nodes.reduce(into: []) { learned, node in
      learned.append(
        node.block.parameterMatrices > 0 || node.sources.contains { $0 != LayerNode.batch && learned[$0] })
    }
  }

  /// A chain.
  public init(blocks: [any Block], problem: Problem) {
    self.init(nodes: blocks.enumerated().map { LayerNode($1, [$0 - 1]) }, problem: problem)
  }

  private static func consumers(of nodes: [LayerNode]) -> [[Int]] {
    var result = nodes.map { _ in [Int]() }
    for (index, node) in nodes.enumerated() {
      for source in Set(node.sources) where source != LayerNode.batch { result[source].append(index) }
    }
    return result
  }

  /// Why these are not the blocks of a network, as a clause; `nil`: they are.
  public static func mistake(in nodes: [LayerNode]) -> String? {
    guard let last = nodes.last else { return "the network has no blocks" }
    if last.block.adaptation != nil { return "the last block's width is learned" }
    var features: Int?
    for (index, node) in nodes.enumerated() {
      let columns = node.block.inputColumns
      if node.sources.count != columns.count {
        return "block \(index) reads \(columns.count) values, not \(node.sources.count)"
      }
      for (source, count) in zip(node.sources, columns) {
        guard (LayerNode.batch..<index).contains(source) else {
          return "block \(index) reads a block that is not before it"
        }
        let found = source == LayerNode.batch ? features ?? count : nodes[source].block.outputs
        if source == LayerNode.batch { features = found }
        if found != count { return "block \(index) has \(count) inputs, but what it reads \(found) columns" }
      }
    }
    let consumers = consumers(of: nodes)
    for index in nodes.indices.dropLast() {
      if consumers[index].isEmpty { return "nothing reads block \(index)" }
      let block = nodes[index].block
      if block.adaptation != nil, !block.consumesItself,
        !consumers[index].allSatisfy({ nodes[$0].block.hasElasticInputs })
      {
        return "the width of block \(index) is learned, but what reads it cannot follow"
      }
    }
    return nil
  }

  /// An MLP as configured, initialised as METHOD §1 says ("Kaiming+"): He's variance 2/inputs for the first layer
  /// and for ordinary ones; 2/Σf² behind an adaptive one, because importances shrink the signal.
  public init(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: Int, outputs: Int, problem: Problem,
    seed: UInt64
  ) {
    var random = RandomStream(seed: seed, purpose: "initial weights")
    let layers = Self.denseLayers(
      options: options, ratePrior: ratePrior, inputs: inputs, outputs: outputs, random: &random)
    self.init(blocks: layers, problem: problem)
  }

  /// The hidden layers that the options ask for, and an affine one.
  static func denseLayers(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: Int, outputs: Int, random: inout RandomStream
  ) -> [Dense] {
    let function = ElementFunction(options.activation)
    var layers: [Dense] = []
    var (fanIn, variance) = (inputs, 2 / Double(inputs))
    for layer in 0..<(options.fixedWidths?.count ?? options.hiddenLayers) {
      let adaptation = options.fixedWidths == nil ? Adaptation(options: options, prior: ratePrior) : nil
      let width = options.fixedWidths?[layer] ?? adaptation!.width
      layers.append(
        Dense(
          inputs: fanIn, outputs: width, function: function, adaptation: adaptation, variance: variance,
          biasScale: layer == 0 ? options.initialBiasScale : 0, random: &random))
      fanIn = width
      variance = 2 / (adaptation?.importances.sumOfSquares ?? Double(width))
    }
    layers.append(
      Dense(inputs: fanIn, outputs: outputs, function: .identity, variance: variance, random: &random))
    return layers
  }

  public var outputs: Int { blocks[blocks.count - 1].outputs }

  /// Inputs, then every block's outputs.
  public var shape: [Int] { [inputs] + blocks.map(\.outputs) }

  /// Whether every block reads the one before it, and nothing else.
  public var isChain: Bool { sources.enumerated().allSatisfy { $1 == [$0 - 1] } }

  /// Of the adaptive layers.
  public var widths: [Int] { adaptiveBlocks.map { blocks[$0].adaptation!.width } }

  public var adaptations: [Adaptation] { adaptiveBlocks.compactMap { blocks[$0].adaptation } }

  public func adaptation(_ layer: Int) -> Adaptation { blocks[adaptiveBlocks[layer]].adaptation! }

  /// Weights and biases, if the adaptive layers had these widths.
  public func parameterCount(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.parameterCount(inputs: $1, width: $2) }
  }

  /// Multiply-adds of one row's way through every block, if the adaptive layers had these widths. Rows are
  /// observations of tables and images, steps, tokens or nodes elsewhere.
  public func multiplyAdds(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.multiplyAdds(inputs: $1, width: $2) }
  }

  private func sum(_ widths: [Int]?, _ cost: (any Block, _ inputs: Int, _ width: Int) -> Int) -> Int {
    var (outputs, neurons) = (blocks.map(\.outputs), blocks.map(\.outputs))
    for (index, width) in zip(adaptiveBlocks, widths ?? self.widths) {
      neurons[index] = width
      if !blocks[index].consumesItself { outputs[index] = width }
    }
    return blocks.indices.reduce(0) { total, index in
      let source = sources[index].first ?? LayerNode.batch
      return total
        + cost(
          blocks[index], source == LayerNode.batch ? blocks[index].inputs : outputs[source], neurons[index])
    }
  }

  /// Whether no parameter has overflowed or become undefined.
  public var isFinite: Bool {
    blocks.allSatisfy { $0.sumOfSquares.isFinite } && adaptations.allSatisfy { $0.raw.isFinite }
  }

  /// All parameter matrices, block by block.
  package var parameters: [Parameter] {
    var result: [Parameter] = []
    for var block in blocks { block.forEachParameter { parameter, _ in result.append(parameter) } }
    return result
  }

  /// For evaluation: without the optimiser's moments.
  public var inferenceCopy: Network {
    var copy = self
    for index in blocks.indices { copy.blocks[index] = blocks[index].inferenceCopy }
    return copy
  }
}

extension ElementFunction {
  /// The function an activation names.
  public init(_ activation: Activation) {
    switch activation {
    case .relu6: self = .relu6
    case .tanh: self = .tanh
    case .relu: self = .relu
    case .leakyReLU: self = .leakyReLU
    }
  }
}
