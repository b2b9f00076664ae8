import AdaptiveWidth
import LinearAlgebra

/// Attention whose queries and keys have a dimension of their own: `query.weights` [d, heads · width], `query.bias`
/// [1, heads · width] and `key.weights` [heads · width, d], head by head.
struct QueryKeyAttentionRecord: BlockRecord {
  static let kind = "query_key_attention"
  static let hasElasticParameters = false
  private let attention: Attention.Kind
  private let heads: Int
  private let temperature: Float
  /// Columns of each head's queries if their number is not learned.
  private let fixedWidth: Int?

  private enum CodingKeys: String, CodingKey {
    case attention, heads, temperature
    case fixedWidth = "fixed_width"
  }

  init(_ block: QueryKeyAttention) {
    (attention, heads, temperature) = (block.kind, block.headCount, block.temperature)
    fixedWidth = block.adaptation == nil ? block.width : nil
  }

  func validationError(_ extents: BlockExtents) -> String? {
    guard 1...BlockExtents.largest ~= heads, extents.outputs % heads == 0 else {
      return "its \(extents.outputs) columns cannot be divided among \(heads) heads"
    }
    guard temperature > 0, temperature.isFinite else { return "its temperature is not a positive number" }
    guard (fixedWidth == nil) != (extents.width == nil) else {
      return "its queries have one width, learned or fixed"
    }
    let width = extents.width ?? fixedWidth ?? 0
    guard 1...BlockExtents.largest / heads ~= width else {
      return "its queries have \(width) columns in each of \(heads) heads"
    }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    let columns = heads * (extents.width ?? fixedWidth ?? 0)
    return [
      TensorShape("query.weights", extents.inputs, columns), TensorShape("query.bias", 1, columns),
      TensorShape("key.weights", columns, extents.inputs),
    ]
  }

  func block(
    _ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?
  ) -> QueryKeyAttention {
    QueryKeyAttention(
      attention,
      query: HeadProjection(
        weights: parameters[0], bias: parameters[1], heads: heads, adaptation: adaptation),
      keyWeights: parameters[2], temperature: temperature, valueSize: extents.outputs / heads)
  }
}
