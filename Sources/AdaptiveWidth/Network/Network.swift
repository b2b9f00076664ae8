import Experiment
import LinearAlgebra

/// Blocks in the order they are computed, some of whose widths are learned; each reads the batch or blocks before it.
///
/// A value: assigning it is taking a snapshot. Adaptive layers are found among the blocks and numbered from 0, the
/// input's side first; an edit of one reaches the blocks that write its neurons, those that read them, and the moments
/// of both.
public struct Network: Sendable {
  public internal(set) var blocks: [any Block]
  /// The sources of the blocks, and all else that no edit changes. All copies share it.
  let structure: NetworkStructure
  /// The widths of the adaptive layers: those of their adaptations, kept here because every step asks for them.
  public internal(set) var widths: [Int]
  /// Whether every width is what its rate asks for and no gradient moves a rate: until the next edit, steps have nothing
  /// to do with them.
  public internal(set) var hasSteadyWidths = false

  /// - Precondition: `Network.validationError(in:)` is `nil`.
  public init(nodes: [LayerNode], problem: Problem) {
    if let error = Self.validationError(in: nodes) { preconditionFailure(error) }
    blocks = nodes.map(\.block)
    let structure = NetworkStructure(nodes, problem)
    self.structure = structure
    widths = structure.adaptiveBlocks.map { nodes[$0].block.adaptation!.width }
  }

  /// A chain.
  public init(blocks: [any Block], problem: Problem) {
    self.init(nodes: LayerNode.chain(blocks), problem: problem)
  }

  /// Why these are not the nodes of a network, as a clause; `nil` if they are.
  public static func validationError(in nodes: [LayerNode]) -> String? {
    guard let last = nodes.last else { return "the network has no blocks" }
    if last.block.adaptation != nil { return "the last block's width is learned" }
    var features: Int?
    for (index, node) in nodes.enumerated() {
      let columns = node.block.inputColumns
      if node.sources.count != columns.count {
        return "block \(index) reads \(columns.count) values, not \(node.sources.count)"
      }
      for (source, count) in zip(node.sources, columns) {
        guard source == LayerNode.batch || (0..<index).contains(source) else {
          return "block \(index) reads a block that is not before it"
        }
        let found = source == LayerNode.batch ? features ?? count : nodes[source].block.outputs
        if source == LayerNode.batch { features = found }
        if found != count { return "block \(index) has \(count) inputs, but what it reads \(found) columns" }
      }
    }
    let consumers = NetworkStructure.consumers(of: nodes)
    if let unread = nodes.indices.dropLast().first(where: { consumers[$0].isEmpty }) {
      return "nothing reads block \(unread)"
    }
    switch AdaptiveLayer.layers(
      sources: nodes.map(\.sources), consumers: consumers, nodes.map { Capabilities(of: $0.block) })
    {
    case .failure(let error): return error.clause
    case .success(let layers):
      if layers.contains(where: { $0.carriers.last == nodes.count - 1 || $0.state == nodes.count - 1 }) {
        return "the last block's width is learned"
      }
      return layers.lazy.compactMap { disagreement(in: $0, nodes) }.first
    }
  }

  /// Blocks that share a width share its rate, its policy and its importances.
  private static func disagreement(in layer: AdaptiveLayer, _ nodes: [LayerNode]) -> String? {
    let states = layer.writers.map { writer in
      let block = nodes[writer].block
      let adaptation =
        writer == layer.state ? (block as? any StateBlock)?.stateAdaptation : block.adaptation
      return adaptation?.state(withMoments: true)
    }
    guard let other = states.firstIndex(where: { $0 != states[0] }) else { return nil }
    return "blocks \(layer.writers[0]) and \(layer.writers[other]) share a width, but not its rate"
  }

  public var outputs: Int { blocks[blocks.count - 1].outputs }

  /// The number of inputs, then the number of outputs of every block.
  public var shape: [Int] { [inputs] + blocks.map(\.outputs) }

  /// Whether every block reads the one before it, and nothing else.
  public var isChain: Bool {
    sources.enumerated().allSatisfy { $1 == [$0 == 0 ? LayerNode.batch : $0 - 1] }
  }

  /// The adaptations of the adaptive layers.
  public var adaptations: [Adaptation] { adaptiveLayers.indices.map(adaptation) }

  /// The rate, width and importances of an adaptive layer: those of its first writer, which all others equal.
  public func adaptation(_ layer: Int) -> Adaptation {
    let index = adaptiveBlocks[layer]
    return capabilities[index].adaptive!.adaptation(of: blocks[index])
  }

  /// Whether all rates are numbers.
  package var hasFiniteRates: Bool {
    hasSteadyWidths || adaptiveLayers.indices.allSatisfy { adaptation($0).raw.isFinite }
  }

  /// The importances, [1, D], of the neurons of learned width that a block reads of another one; `nil` if it reads none.
  public func importances(readBy index: Int) -> Matrix? {
    if capabilities[index].readsOwnNeurons || capabilities[index].state != nil { return nil }
    return adaptiveLayers.firstIndex { $0.readers.contains(index) }.map { adaptation($0).importances }
  }

  /// The same, unless the neurons are a residual stream's: what is written to one is scaled already.
  public func unappliedImportances(readBy index: Int) -> Matrix? {
    let isScaled = adaptiveLayers.contains { layer in
      layer.readers.contains(index) && capabilities[layer.writers[0]].absorbsImportances
    }
    return isScaled ? nil : importances(readBy: index)
  }

  /// Weights and biases, if the adaptive layers had these widths.
  public func parameterCount(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.parameterCount(inputs: $1, width: $2) }
  }

  /// Multiply-adds of all blocks for one row, if the adaptive layers had these widths. Rows are observations of tables
  /// and images, and steps, tokens or nodes elsewhere.
  public func multiplyAdds(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.multiplyAdds(inputs: $1, width: $2) }
  }

  private func sum(_ widths: [Int]?, _ cost: (any Block, _ inputs: Int, _ width: Int) -> Int) -> Int {
    var (outputs, neurons) = (blocks.map(\.outputs), blocks.map(\.outputs))
    let current = self.widths
    for (number, width) in (widths ?? current).enumerated() {
      let layer = adaptiveLayers[number]
      // A channel has a column for each pixel.
      func columns(_ index: Int) -> Int { blocks[index].outputs / current[number] * width }
      for index in layer.writers {
        if index == layer.state {
          outputs[index] = width
          continue
        }
        neurons[index] = width
        if !capabilities[index].readsOwnNeurons { outputs[index] = columns(index) }
      }
      for index in layer.carriers { outputs[index] = columns(index) }
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
    blocks.allSatisfy { $0.sumOfSquares.isFinite } && hasFiniteRates
  }

  /// Σ ρ² of what the weight prior is on: weights and biases, but in a block that normalizes what leaves channels of a
  /// learned width the weights as they are after normalization.
  var priorSumOfSquares: Double {
    blocks.indices.reduce(0) { sum, index in
      guard hasFoldedPrior[index] else { return sum + blocks[index].sumOfSquares }
      return sum + capabilities[index].foldedPrior!.foldedSumOfSquares(of: blocks[index])
    }
  }

  /// The factors of the weight prior for each parameter of a block, one per column, which live in the block; empty: 1
  /// everywhere.
  mutating func priorFactors(_ index: Int) -> [Matrix] {
    hasFoldedPrior[index] ? capabilities[index].foldedPrior!.updatePriorFactors(of: &blocks[index]) : []
  }

  /// All parameter matrices, block by block.
  package var parameters: [Parameter] {
    var result: [Parameter] = []
    for var block in blocks { block.forEachParameter { parameter, _ in result.append(parameter) } }
    return result
  }

  /// A copy for evaluation, without the optimizer's moments.
  public var inferenceCopy: Network {
    var copy = self
    for index in blocks.indices { copy.blocks[index] = blocks[index].inferenceCopy }
    return copy
  }
}
