import Experiment
import LinearAlgebra

/// A chain of blocks, some of whose widths are learned.
///
/// A value: assigning it is taking a snapshot. Adaptive layers are found among the blocks and numbered from 0, the
/// input's side first; an edit of one reaches the layer, what consumes it, and the moments of both.
public struct Network: Sendable {
  public internal(set) var blocks: [any Block]
  public let problem: Problem
  /// Indices of the blocks whose width is learned; never the last block.
  public let adaptiveBlocks: [Int]

  public init(blocks: [any Block], problem: Problem) {
    precondition(!blocks.isEmpty, "a network has at least one block")
    for (block, next) in zip(blocks, blocks.dropFirst()) {
      precondition(block.outputs == next.inputs, "shapes do not fit")
    }
    precondition(blocks.last?.adaptation == nil, "the outputs are given, not learned")
    self.blocks = blocks
    self.problem = problem
    adaptiveBlocks = blocks.indices.filter { blocks[$0].adaptation != nil }
  }

  /// An MLP as configured, initialised as METHOD §1 says ("Kaiming+"): He's variance 2/inputs for the first layer
  /// and for ordinary ones; 2/Σf² behind an adaptive one, because importances shrink the signal.
  public init(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: Int, outputs: Int, problem: Problem,
    seed: UInt64
  ) {
    var random = RandomStream(seed: seed, purpose: "initial weights")
    let function = ElementFunction(options.activation)
    var blocks: [any Block] = []
    var (fanIn, variance) = (inputs, 2 / Double(inputs))
    for layer in 0..<(options.fixedWidths?.count ?? options.hiddenLayers) {
      let adaptation = options.fixedWidths == nil ? Adaptation(options: options, prior: ratePrior) : nil
      let width = options.fixedWidths?[layer] ?? adaptation!.width
      blocks.append(
        Dense(
          inputs: fanIn, outputs: width, function: function, adaptation: adaptation, variance: variance,
          biasScale: layer == 0 ? options.initialBiasScale : 0, random: &random))
      fanIn = width
      variance = 2 / (adaptation?.importances.sumOfSquares ?? Double(width))
    }
    blocks.append(
      Dense(inputs: fanIn, outputs: outputs, function: .identity, variance: variance, random: &random))
    self.init(blocks: blocks, problem: problem)
  }

  /// Inputs, then every block's outputs.
  public var shape: [Int] { [blocks[0].inputs] + blocks.map(\.outputs) }

  /// Of the adaptive layers.
  public var widths: [Int] { adaptiveBlocks.map { blocks[$0].outputs } }

  public var adaptations: [Adaptation] { adaptiveBlocks.compactMap { blocks[$0].adaptation } }

  public func adaptation(_ layer: Int) -> Adaptation { blocks[adaptiveBlocks[layer]].adaptation! }

  /// Weights and biases, if the adaptive layers had these widths.
  public func parameterCount(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.parameterCount(inputs: $1, outputs: $2) }
  }

  /// Multiply-adds of one row's forward pass, if the adaptive layers had these widths.
  public func multiplyAdds(widths: [Int]? = nil) -> Int {
    sum(widths) { $0.multiplyAdds(inputs: $1, outputs: $2) }
  }

  private func sum(_ widths: [Int]?, _ cost: (any Block, _ inputs: Int, _ outputs: Int) -> Int) -> Int {
    var outputs = blocks.map(\.outputs)
    for (index, width) in zip(adaptiveBlocks, widths ?? self.widths) { outputs[index] = width }
    return blocks.indices.reduce(0) {
      $0 + cost(blocks[$1], $1 == 0 ? blocks[0].inputs : outputs[$1 - 1], outputs[$1])
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
