import AdaptiveWidth
import LinearAlgebra

/// The values of an attention, of learned width: `weights` [inputs, heads · width] and `bias` [1, heads · width], head by
/// head.
struct HeadProjectionRecord: BlockRecord {
  static let kind = "value_projection"
  static let hasElasticParameters = false
  private let heads: Int

  init(_ block: HeadProjection) { heads = block.headCount }

  func validationError(_ extents: BlockExtents) -> String? {
    guard let width = extents.width else { return "it has no adaptation" }
    guard 1...BlockExtents.largest ~= heads, extents.outputs / heads == width, extents.outputs % heads == 0
    else { return "its \(extents.outputs) outputs are not \(width) in each of \(heads) heads" }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    [TensorShape("weights", extents.inputs, extents.outputs), TensorShape("bias", 1, extents.outputs)]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> HeadProjection {
    guard let adaptation else { preconditionFailure("validationError has not been asked for") }
    return HeadProjection(
      weights: parameters[0], bias: parameters[1], heads: heads, adaptation: adaptation)
  }
}
