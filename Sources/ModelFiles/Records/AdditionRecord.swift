import AdaptiveWidth
import LinearAlgebra

/// A sum of two values, without tensors.
struct AdditionRecord: BlockRecord {
  static let kind = "addition"

  init(_ block: Addition) {}

  func validationError(_ extents: BlockExtents) -> String? {
    extents.validationError(expectedInputs: extents.outputs)
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Addition {
    Addition(columns: extents.outputs)
  }
}
