import AdaptiveWidth
import LinearAlgebra

/// The sum of each node and its neighbors, without tensors.
struct NeighbourSumRecord: BlockRecord {
  static let kind = "neighbour-sum"

  init(_ block: NeighbourSum) {}

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> NeighbourSum {
    NeighbourSum(columns: extents.inputs)
  }
}
