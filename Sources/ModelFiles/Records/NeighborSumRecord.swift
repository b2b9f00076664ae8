import AdaptiveWidth
import LinearAlgebra

/// The sum of each node and its neighbors, without tensors.
struct NeighborSumRecord: BlockRecord {
  static let kind = "neighbour-sum"

  init(_ block: NeighborSum) {}

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> NeighborSum {
    NeighborSum(columns: extents.inputs)
  }
}
