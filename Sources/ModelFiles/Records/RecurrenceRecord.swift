import AdaptiveWidth
import LinearAlgebra

/// The recurrent part of a cell: `hidden.weights` [H, width], `hidden.bias` [1, width], `output.weights` [width, H] and
/// `output.bias` [1, H].
struct RecurrenceRecord: BlockRecord {
  static let kind = "recurrence"
  private let activation: DenseRecord.Function
  /// Of its hidden layer, where that is not learned.
  private let fixedWidth: Int?
  private let backpropagationSteps: Int?

  private enum CodingKeys: String, CodingKey {
    case activation
    case fixedWidth = "fixed_width"
    case backpropagationSteps = "backpropagation_steps"
  }

  init?(_ block: any Block) {
    guard let recurrence = block as? Recurrence else { return nil }
    activation = DenseRecord.Function(recurrence.hidden.function)
    fixedWidth = recurrence.adaptation == nil ? recurrence.width : nil
    backpropagationSteps = recurrence.backpropagationSteps
  }

  func problem(_ extents: BlockExtents) -> String? {
    if extents.inputs != extents.outputs { return "a recurrence has as many outputs as inputs" }
    if (fixedWidth == nil) == (extents.width == nil) { return "a recurrence has one width, learned or fixed" }
    if let fixedWidth, !(1...BlockEntry.largestExtent).contains(fixedWidth) {
      return "the fixed width must lie between 1 and \(BlockEntry.largestExtent)"
    }
    if let backpropagationSteps, backpropagationSteps < 1 {
      return "the gradient must go back through at least one step"
    }
    return nil
  }

  func parameters(_ extents: BlockExtents) -> [TensorShape] {
    let (states, width) = (extents.inputs, extents.width ?? fixedWidth ?? 0)
    return [
      TensorShape(name: "hidden.weights", rows: states, columns: width),
      TensorShape(name: "hidden.bias", rows: 1, columns: width),
      TensorShape(name: "output.weights", rows: width, columns: states),
      TensorShape(name: "output.bias", rows: 1, columns: states),
    ]
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block {
    Recurrence(
      hidden: Dense(
        weights: parameters[0], bias: parameters[1], function: activation.function, adaptation: adaptation),
      output: Dense(weights: parameters[2], bias: parameters[3], function: .identity),
      backpropagationSteps: backpropagationSteps)
  }
}
