import Experiment
import LinearAlgebra

/// The recurrent part of h_t = tanh(u_t + MLP(h_{t−1})), h_0 = 0: from u, computed for all steps at once by what lies
/// before, to the last state of each sequence.
///
/// MLP(h) = (φ(h W₁ + b₁) · f) W₂ + b₂ has a hidden layer of learned width inside the block. Shapes: u [steps of all
/// sequences, H], ordered as `BatchStructure.active` says; W₁ [H, width], W₂ [width, H]; output [observations, H].
public struct Recurrence: Block {
  /// H → width, adaptive unless the width is given.
  public private(set) var hidden: Dense
  /// width → H, affine.
  public private(set) var output: Dense
  /// How many of its last steps the gradient of a sequence goes back through; `nil`: all.
  public let backpropagationSteps: Int?

  public init(hidden: Dense, output: Dense, backpropagationSteps: Int? = nil) {
    precondition(
      output.isAffine && hidden.outputs == output.inputs && output.outputs == hidden.inputs,
      "an MLP from states to states")
    precondition(backpropagationSteps ?? 1 >= 1, "the gradient reaches one step at least")
    self.hidden = hidden
    self.output = output
    self.backpropagationSteps = backpropagationSteps
  }

  public var inputs: Int { hidden.inputs }
  public var outputs: Int { hidden.inputs }
  public var width: Int { hidden.outputs }
  public var adaptation: Adaptation? { hidden.adaptation }
  public var consumesItself: Bool { true }
  public var parameterMatrices: Int { 4 }
  public func parameterCount(inputs: Int, width: Int) -> Int {
    (2 * inputs + 1) * hiddenWidth(width) + inputs
  }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 2 * inputs * hiddenWidth(width) }
  public var sumOfSquares: Double { hidden.sumOfSquares + output.sumOfSquares }

  /// Of a cell of given width, a network passes the outputs instead.
  private func hiddenWidth(_ asked: Int) -> Int { adaptation == nil ? width : asked }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    hidden.forEachParameter { body(&$0, $1) }
    output.forEachParameter { body(&$0, 2 + $1) }
  }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) { hidden.editAdaptation(edit) }

  public var inferenceCopy: Recurrence {
    var copy = self
    copy.hidden = hidden.inferenceCopy
    copy.output = output.inferenceCopy
    return copy
  }
}

// MARK: Edits

extension Recurrence {
  public mutating func resizeNeurons(to count: Int, random: inout RandomStream) {
    hidden.resizeNeurons(to: count, random: &random)
    output.resizeInputs(to: count, random: &random)
  }

  public var outgoingNorms: [Float] { output.outgoingNorms }

  public mutating func permuteInputs(by order: [Int]) {
    hidden.forEachParameter { parameter, _ in
      let hadMoments = parameter.hasMoments
      parameter.value.gather(columns: order, from: parameter.value)
      guard hadMoments else { return }
      parameter.first.gather(columns: order, from: parameter.first)
      parameter.second.gather(columns: order, from: parameter.second)
    }
    output.permuteInputs(by: order)
  }

  public mutating func scaleInputs(by factors: [Float]) { output.scaleInputs(by: factors) }
}
