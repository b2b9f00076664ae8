import AdaptiveWidth
import LinearAlgebra

/// Attention between tokens, without tensors. Its outputs are the columns of its values: with `separate_values` those are
/// an input of their own, and otherwise as many as its queries have.
struct AttentionRecord: BlockRecord {
  static let kind = "attention"
  private let attention: Attention.Kind
  private let heads: Int
  /// `nil`: they are beside the keys, as in files from before there was a choice.
  private let separateValues: Bool?

  private enum CodingKeys: String, CodingKey {
    case attention, heads
    case separateValues = "separate_values"
  }

  init(_ block: Attention) {
    (attention, heads) = (block.kind, block.heads)
    separateValues = block.readsValuesApart ? true : nil
  }

  private var readsValuesApart: Bool { separateValues ?? false }

  /// The columns of queries; `nil` if the first input is not of queries, and of keys where they are beside them.
  private func columns(_ extents: BlockExtents) -> Int? {
    guard readsValuesApart else { return extents.outputs }
    if attention == .cross { return extents.inputs }
    return extents.inputs % 2 == 0 ? extents.inputs / 2 : nil
  }

  func validationError(_ extents: BlockExtents) -> String? {
    guard heads > 0, extents.outputs % heads == 0 else {
      return "its \(extents.outputs) columns cannot be divided among \(heads) heads"
    }
    guard let columns = columns(extents), columns > 0, columns % heads == 0 else {
      return "its \(extents.inputs) inputs cannot be divided among \(heads) heads"
    }
    let expected = attention == .cross ? columns : (readsValuesApart ? 2 : 3) * columns
    return extents.validationError(expectedInputs: expected)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Attention {
    guard let columns = columns(extents) else {
      preconditionFailure("validationError has not been asked for")
    }
    return Attention(
      attention, heads: heads, columns: columns,
      valuesOfHead: readsValuesApart ? extents.outputs / heads : nil)
  }
}
