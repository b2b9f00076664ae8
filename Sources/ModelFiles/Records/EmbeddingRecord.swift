import AdaptiveWidth
import LinearAlgebra

/// An embedding: `table` [vocabulary, outputs].
struct EmbeddingRecord: BlockRecord {
  static let kind = "embedding"
  private let side: Embedding.Side
  private let vocabulary: Int

  init(_ block: Embedding) { (side, vocabulary) = (block.side, block.vocabulary) }

  func validationError(_ extents: BlockExtents) -> String? {
    guard (1...BlockExtents.largest).contains(vocabulary) else {
      return "the vocabulary is \(vocabulary)"
    }
    return extents.validationError(expectedInputs: 0)
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    [TensorShape("table", vocabulary, extents.outputs)]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Embedding {
    Embedding(side: side, table: parameters[0])
  }
}
