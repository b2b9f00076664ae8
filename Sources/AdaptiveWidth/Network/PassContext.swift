import LinearAlgebra

/// One pass over a minibatch as a block sees it: what it reads, and where the gradients of that belong.
///
/// Valid during the call it is passed to.
public struct PassContext {
  let batchPointer: UnsafePointer<Batch>
  let stages: UnsafeMutablePointer<BlockBuffers>
  let sources: [Int]
  /// For each source, where its gradient is written; `nil` in forward passes and for the batch's own inputs.
  let gradients: UnsafeMutablePointer<UnsafeMutablePointer<Matrix>?>?
  /// Whether statistics are those of the minibatch, not the running ones.
  public let isTraining: Bool

  init(
    batch: UnsafePointer<Batch>, stages: UnsafeMutablePointer<BlockBuffers>, sources: [Int], isTraining: Bool,
    gradients: UnsafeMutablePointer<UnsafeMutablePointer<Matrix>?>? = nil
  ) {
    batchPointer = batch
    self.stages = stages
    self.sources = sources
    self.isTraining = isTraining
    self.gradients = gradients
  }

  public var batch: Batch {
    _read { yield batchPointer.pointee }
  }

  /// The `position`-th of the values the block reads.
  public func input(_ position: Int = 0) -> Matrix {
    let source = sources[position]
    return source == LayerNode.batch ? batchPointer.pointee.inputs : stages[source].output
  }

  /// ∂objective/∂input: to be given its shape and overwritten. `nil`: nobody asks for it.
  ///
  /// What several blocks read has its gradients added by the network.
  public func inputGradient(_ position: Int = 0) -> UnsafeMutablePointer<Matrix>? {
    gradients?[position]
  }
}

/// A block and the values it reads: indices of earlier blocks, or `LayerNode.batch`.
public struct LayerNode: Sendable {
  /// Stands for the batch's own inputs.
  public static let batch = -1

  public var block: any Block
  public var sources: [Int]

  public init(_ block: any Block, _ sources: [Int]) {
    self.block = block
    self.sources = sources
  }
}

/// Lists blocks, each by what it reads.
public struct NetworkBuilder {
  public private(set) var nodes: [LayerNode] = []

  public init() {}

  /// The index of the block added last; `LayerNode.batch` before the first.
  public var last: Int { nodes.count - 1 }

  /// - Parameter sources: what the block reads; by default the block added before it.
  /// - Returns: the index of the block.
  @discardableResult
  public mutating func add(_ block: any Block, _ sources: Int...) -> Int {
    add(block, reading: sources.isEmpty ? [last] : sources)
  }

  /// - Returns: the index of the block.
  @discardableResult
  public mutating func add(_ block: any Block, reading sources: [Int]) -> Int {
    nodes.append(LayerNode(block, sources))
    return last
  }
}
