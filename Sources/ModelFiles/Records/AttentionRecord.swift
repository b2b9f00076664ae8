import AdaptiveWidth
import LinearAlgebra

/// Attention between tokens, without tensors.
struct AttentionRecord: BlockRecord {
  static let kind = "attention"
  private let attention: Attention.Kind
  private let heads: Int

  init(_ block: Attention) { (attention, heads) = (block.kind, block.heads) }

  func validationError(_ extents: BlockExtents) -> String? {
    guard heads > 0, extents.outputs % heads == 0 else {
      return "its \(extents.outputs) columns cannot be divided among \(heads) heads"
    }
    return extents.validationError(
      expectedInputs: attention == .cross ? extents.outputs : 3 * extents.outputs)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Attention {
    Attention(attention, heads: heads, columns: extents.outputs)
  }
}
