/// A block and the values it reads: indices of earlier blocks, or `LayerNode.batch`.
public struct LayerNode: Sendable {
  /// Stands for the batch's own inputs among the indices of blocks. Model files store it too.
  public static let batch = -1

  public var block: any Block
  public var sources: [Int]

  public init(_ block: any Block, _ sources: [Int]) {
    self.block = block
    self.sources = sources
  }

  /// The nodes of a chain: every block reads the one before it, and the first one the batch.
  public static func chain(_ blocks: [any Block]) -> [LayerNode] {
    blocks.enumerated().map { LayerNode($1, [$0 == 0 ? batch : $0 - 1]) }
  }
}

/// Collects blocks, each with the values it reads.
public struct NetworkBuilder {
  public private(set) var nodes: [LayerNode] = []

  public init() {}

  /// The index of the block added last; `LayerNode.batch` before the first.
  public var last: Int { nodes.isEmpty ? LayerNode.batch : nodes.count - 1 }

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
