import AdaptiveWidth
import LinearAlgebra

/// Layer normalization: `gain` and `bias` [1, columns].
struct LayerNormRecord: BlockRecord {
  static let kind = "layer_norm"

  init(_ block: LayerNorm) {}

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    ["gain", "bias"].map { TensorShape($0, 1, extents.outputs) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> LayerNorm {
    LayerNorm(gain: parameters[0], bias: parameters[1])
  }
}
