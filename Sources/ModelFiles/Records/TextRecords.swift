import AdaptiveWidth
import LinearAlgebra

/// An embedding: `table` [vocabulary, outputs].
struct EmbeddingRecord: BlockRecord {
  static let kind = "embedding"
  private let side: Embedding.Side
  private let vocabulary: Int

  init?(_ block: any Block) {
    guard let embedding = block as? Embedding else { return nil }
    (side, vocabulary) = (embedding.side, embedding.vocabulary)
  }

  func problem(_ extents: BlockExtents) -> String? {
    guard (1...BlockEntry.largestExtent).contains(vocabulary) else {
      return "the vocabulary is \(vocabulary)"
    }
    return extents.inputs == 0 && extents.width == nil ? nil : "an embedding reads tokens alone"
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    [TensorShape(name: "table", rows: vocabulary, columns: extents.outputs)]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    Embedding(side: side, table: parameters[0])
  }
}

/// A layer norm: `gain` and `bias` [1, columns].
struct LayerNormRecord: BlockRecord {
  static let kind = "layer_norm"

  init?(_ block: any Block) {
    guard block is LayerNorm else { return nil }
  }

  func problem(_ extents: BlockExtents) -> String? { extents.rigidProblem(inputs: extents.outputs) }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    ["gain", "bias"].map { TensorShape(name: $0, rows: 1, columns: extents.outputs) }
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    LayerNorm(gain: parameters[0], bias: parameters[1])
  }
}

/// Attention, without parameters.
struct AttentionRecord: BlockRecord {
  static let kind = "attention"
  private let attention: Attention.Kind
  private let heads: Int

  init?(_ block: any Block) {
    guard let block = block as? Attention else { return nil }
    (attention, heads) = (block.kind, block.heads)
  }

  func problem(_ extents: BlockExtents) -> String? {
    guard heads > 0, extents.outputs % heads == 0 else { return "\(heads) heads do not share the columns" }
    return extents.rigidProblem(inputs: attention == .cross ? extents.outputs : 3 * extents.outputs)
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    Attention(attention, heads: heads, columns: extents.outputs)
  }
}

/// A sum of two values, without parameters.
struct AdditionRecord: BlockRecord {
  static let kind = "addition"

  init?(_ block: any Block) {
    guard block is Addition else { return nil }
  }

  func problem(_ extents: BlockExtents) -> String? { extents.rigidProblem(inputs: extents.outputs) }
  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    Addition(columns: extents.outputs)
  }
}

extension BlockExtents {
  /// Of a block whose outputs decide its inputs, and whose width is not learned.
  fileprivate func rigidProblem(inputs expected: Int) -> String? {
    if width != nil { return "an adaptation belongs to no block of this kind" }
    return inputs == expected ? nil : "\(inputs) inputs do not go with \(outputs) outputs"
  }
}
