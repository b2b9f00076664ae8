import AdaptiveWidth
import Experiment
import LinearAlgebra

/// The sum or mean of the rows of each observation, without tensors.
struct SegmentPoolRecord: BlockRecord {
  static let kind = "segment-pool"
  private let pooling: Pooling

  init(_ block: SegmentPool) { pooling = block.pooling }

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> SegmentPool {
    SegmentPool(columns: extents.inputs, pooling: pooling)
  }
}
