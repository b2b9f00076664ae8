import AdaptiveWidth
import LinearAlgebra

/// A recurrent block of H states: `hidden.weights` [H, width], `hidden.bias` [1, width], `output.weights` [width, H]
/// and `output.bias` [1, H].
struct RecurrenceRecord: BlockRecord {
  static let kind = "recurrence"
  private let activation: DenseRecord.Function
  /// Width of the hidden layer if it is not learned.
  private let fixedWidth: Int?
  private let backpropagationSteps: Int?

  private enum CodingKeys: String, CodingKey {
    case activation
    case fixedWidth = "fixed_width"
    case backpropagationSteps = "backpropagation_steps"
  }

  init(_ block: Recurrence) {
    activation = DenseRecord.Function(block.hidden.function)
    fixedWidth = block.adaptation == nil ? block.width : nil
    backpropagationSteps = block.backpropagationSteps
  }

  func validationError(_ extents: BlockExtents) -> String? {
    if extents.inputs != extents.outputs { return "a recurrence has as many outputs as inputs" }
    if (fixedWidth == nil) == (extents.width == nil) { return "a recurrence has one width, learned or fixed" }
    if let fixedWidth, !(1...BlockExtents.largest).contains(fixedWidth) {
      return "the fixed width must lie between 1 and \(BlockExtents.largest)"
    }
    if let backpropagationSteps, backpropagationSteps < 1 {
      return "the gradient must go back through at least one step"
    }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    let (states, width) = (extents.inputs, extents.width ?? fixedWidth ?? 0)
    return [
      TensorShape("hidden.weights", states, width), TensorShape("hidden.bias", 1, width),
      TensorShape("output.weights", width, states), TensorShape("output.bias", 1, states),
    ]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Recurrence {
    Recurrence(
      hidden: Dense(
        weights: parameters[0], bias: parameters[1], function: activation.function, adaptation: adaptation),
      output: Dense(weights: parameters[2], bias: parameters[3], function: .identity),
      backpropagationSteps: backpropagationSteps)
  }
}
