import AdaptiveWidth
import Experiment
import LinearAlgebra

/// The sum of nodes and their neighbours.
struct NeighbourSumRecord: BlockRecord {
  static let kind = "neighbour-sum"

  init?(_ block: any Block) {
    guard block is NeighbourSum else { return nil }
  }

  func problem(_ extents: BlockExtents) -> String? { extents.sameColumnsProblem }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    NeighbourSum(columns: extents.inputs)
  }
}

/// Nodes that become a graph.
struct SegmentPoolRecord: BlockRecord {
  static let kind = "segment-pool"
  private let pooling: Pooling

  init?(_ block: any Block) {
    guard let pool = block as? SegmentPool else { return nil }
    pooling = pool.pooling
  }

  func problem(_ extents: BlockExtents) -> String? { extents.sameColumnsProblem }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    SegmentPool(columns: extents.inputs, pooling: pooling)
  }
}

/// Values side by side, each of so many columns.
struct ConcatenationRecord: BlockRecord {
  static let kind = "concatenation"
  private let columns: [Int]

  init?(_ block: any Block) {
    guard let concatenation = block as? Concatenation else { return nil }
    columns = concatenation.inputColumns
  }

  func problem(_ extents: BlockExtents) -> String? {
    let isPossible = columns.allSatisfy { $0 > 0 && $0 <= BlockEntry.largestExtent }
    guard extents.width == nil, isPossible, columns.first == extents.inputs,
      columns.reduce(0, +) == extents.outputs
    else { return "its columns do not add up to its outputs" }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    Concatenation(columns: columns)
  }
}

/// Batch normalization: `scale` and `shift`, and the running `mean` and `variance`, all [1, columns].
struct BatchNormRecord: BlockRecord {
  static let kind = "batch-norm"
  private let isRectified: Bool

  private enum CodingKeys: String, CodingKey { case isRectified = "rectified" }

  init?(_ block: any Block) {
    guard let norm = block as? BatchNorm else { return nil }
    isRectified = norm.isRectified
  }

  func problem(_ extents: BlockExtents) -> String? { extents.sameColumnsProblem }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    ["scale", "shift"].map { TensorShape(name: $0, rows: 1, columns: extents.inputs) }
  }

  func buffers(_ extents: BlockExtents) -> [TensorShape] {
    ["mean", "variance"].map { TensorShape(name: $0, rows: 1, columns: extents.inputs) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    BatchNorm(scale: parameters[0], shift: parameters[1], isRectified: isRectified)
  }
}

extension BlockExtents {
  /// Of a block whose output has the columns of its input, and no width of its own.
  fileprivate var sameColumnsProblem: String? {
    if width != nil { return "it has an adaptation, but no neurons" }
    return inputs == outputs ? nil : "it has \(inputs) inputs, but \(outputs) outputs"
  }
}
