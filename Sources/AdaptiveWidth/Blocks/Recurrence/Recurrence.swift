import Experiment
import LinearAlgebra

/// The recurrent part of h_t = tanh(u_t + MLP(h_{t−1})), h_0 = 0: from u, computed for all steps at once by what lies
/// before, to the last state of each sequence.
///
/// MLP(h) = (φ(h W₁ + b₁) · f) W₂ + b₂ has a hidden layer of learned width inside the block. Shapes: u [steps of all
/// sequences, H], ordered as `BatchStructure.active` says; W₁ [H, width], W₂ [width, H]; output [observations, H].
///
/// The state can have a learned width, too, with importances g: every read of it, by W₁ at each step and by what reads
/// the output, sees g · h. tanh stands between one read and the next, so that g enters once and never accumulates. What
/// lies before is a summand of the state, and has the same adaptation.
public struct Recurrence: SelfReadingBlock, StateBlock {
  /// H → width, adaptive unless the width is given.
  public private(set) var hidden: Dense
  /// width → H, affine.
  public private(set) var output: Dense
  /// The adaptation of the state; `nil`: its width is fixed.
  public private(set) var stateAdaptation: Adaptation?
  /// The scale of the weights that add inputs to the state, as a fraction of the usual initialization: hundreds of steps
  /// must fit into a state that tanh bounds.
  static let inputShare = 0.1

  /// How many of its last steps the gradient of a sequence goes back through; `nil`: all.
  public let backpropagationSteps: Int?

  public init(
    hidden: Dense, output: Dense, stateAdaptation: Adaptation? = nil, backpropagationSteps: Int? = nil
  ) {
    precondition(
      output.isAffine && hidden.outputs == output.inputs && output.outputs == hidden.inputs,
      "an MLP from states to states")
    precondition(stateAdaptation.map { $0.width == hidden.inputs } ?? true, "importances do not fit")
    precondition(backpropagationSteps ?? 1 >= 1, "the gradient reaches one step at least")
    self.hidden = hidden
    self.output = output
    self.stateAdaptation = stateAdaptation
    self.backpropagationSteps = backpropagationSteps
  }

  public var inputs: Int { hidden.inputs }
  public var outputs: Int { hidden.inputs }
  public var width: Int { hidden.outputs }
  public var adaptation: Adaptation? { hidden.adaptation }
  public func rows(reading kinds: [RowKind]) -> RowKind? { kinds == [.steps] ? .observations : nil }
  public func parameterCount(inputs: Int, width: Int) -> Int {
    (2 * inputs + 1) * hiddenWidth(width) + inputs
  }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 2 * inputs * hiddenWidth(width) }

  /// A network passes the outputs as the width of a cell whose width is fixed.
  private func hiddenWidth(_ given: Int) -> Int { adaptation == nil ? width : given }

  public func isWeight(_ index: Int) -> Bool { index % 2 == 0 }
  /// Between layers, not from step to step (Zaremba et al. 2014).
  public var isDropped: Bool { true }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    hidden.forEachParameter { body(&$0, $1) }
    output.forEachParameter { body(&$0, 2 + $1) }
  }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) { hidden.editAdaptation(edit) }
}

// MARK: Edits

extension Recurrence {
  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = width
    hidden.resizeNeurons(to: count, initialization, random: &random)
    output.resizeInputs(from: old, to: count, initialization, random: &random)
  }

  public var outgoing: (weights: Matrix, bias: Matrix) { output.outgoing }

  /// - Precondition: a row for each neuron.
  public mutating func setOutgoing(weights: Matrix, bias: Matrix) {
    precondition(weights.rows == width, "a row for each neuron")
    output.setOutgoing(weights: weights, bias: bias)
  }

  public mutating func permuteNeurons(by order: [Int]) {
    hidden.permuteNeurons(by: order)
    output.permuteInputs(by: order)
  }

  public mutating func scaleInputs(by factors: [Float]) { output.scaleInputs(by: factors) }
}

// MARK: Edits of the state

extension Recurrence {
  /// The same block with a state of learned width.
  public func adaptingState(by adaptation: Adaptation) -> Recurrence {
    precondition(adaptation.width == inputs, "importances do not fit")
    var result = self
    result.stateAdaptation = adaptation
    return result
  }

  public mutating func editStateAdaptation(_ edit: (inout Adaptation) -> Void) {
    if stateAdaptation != nil { edit(&stateAdaptation!) }
  }

  public mutating func resizeState(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = inputs
    var own = initialization
    if case .zeroOutgoing = initialization {
      own = .zeroOutgoing(variance: heVariance(behind: width, adaptation))
    }
    output.resizeNeurons(to: count, own, random: &random)
    hidden.resizeInputs(from: old, to: count, initialization, random: &random)
  }

  public mutating func permuteState(by order: [Int]) {
    output.permuteNeurons(by: order)
    hidden.permuteInputs(by: order)
  }

  public mutating func scaleStateReads(by factors: [Float]) { hidden.scaleInputs(by: factors) }

  public var stateReads: (weights: Matrix, bias: Matrix) { hidden.outgoing }

  public mutating func setStateReads(weights: Matrix, bias: Matrix) {
    precondition(weights.rows == inputs, "a row for each neuron of the state")
    hidden.setOutgoing(weights: weights, bias: bias)
  }
}
