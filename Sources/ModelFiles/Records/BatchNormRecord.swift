import AdaptiveWidth
import LinearAlgebra

/// Batch normalization: `scale` and `shift`, and the running `mean` and `variance`, all [1, columns].
struct BatchNormRecord: BlockRecord {
  static let kind = "batch-norm"
  private let isRectified: Bool

  private enum CodingKeys: String, CodingKey { case isRectified = "rectified" }

  init(_ block: BatchNorm) { isRectified = block.isRectified }

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    ["scale", "shift"].map { TensorShape($0, 1, extents.inputs) }
  }

  func runningStatistics(_ extents: BlockExtents) -> [TensorShape] {
    ["mean", "variance"].map { TensorShape($0, 1, extents.inputs) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> BatchNorm {
    BatchNorm(scale: parameters[0], shift: parameters[1], isRectified: isRectified)
  }
}
