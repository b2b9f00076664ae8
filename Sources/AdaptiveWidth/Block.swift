import Experiment
import LinearAlgebra

/// One parameter matrix with its optimiser's moments, so that an edit of one is an edit of all.
public struct Parameter: Sendable {
  public var value: Matrix
  /// Adam's first moment, or SGD's velocity.
  public var first: Matrix
  /// Adam's second moment.
  public var second: Matrix

  /// A value with moments of zero.
  public init(_ value: Matrix) {
    self.value = value
    first = Matrix(rows: value.rows, columns: value.columns, isElastic: value.isElastic)
    second = first
  }

  /// Keeps what lies in both shapes; new values and moments are zero.
  mutating func resize(rows: Int, columns: Int) {
    let hadMoments = hasMoments
    value.resize(rows: rows, columns: columns)
    guard hadMoments else { return }
    first.resize(rows: rows, columns: columns)
    second.resize(rows: rows, columns: columns)
  }

  var hasMoments: Bool { first.rows == value.rows && first.columns == value.columns }

  /// For a copy that will not be trained: the value alone.
  var withoutMoments: Parameter {
    var copy = self
    copy.first = Matrix()
    copy.second = Matrix()
    return copy
  }
}

/// The buffers of one block for one worker: rewritten every minibatch, reshaped when a width moves.
public struct Stage: Sendable {
  /// [rows, outputs]
  public internal(set) var output: Matrix
  /// ∂objective/∂output, [rows, outputs]; written by the consumer, used up by `backward`.
  var outputGradient: Matrix
  /// One for each parameter of the block, in its order.
  public package(set) var gradients: [Matrix]
  /// ∂NLL/∂f, [1, outputs]; of adaptive blocks.
  public package(set) var importanceGradient: Matrix

  init(parameterMatrices: Int, isElastic: Bool) {
    output = Matrix(isElastic: isElastic)
    outputGradient = Matrix(isElastic: isElastic)
    gradients = (0..<parameterMatrices).map { _ in Matrix() }
    importanceGradient = Matrix(isElastic: isElastic)
  }
}

/// One stage of a network: a function with parameters, its backward pass, and the edits a width can need.
///
/// Blocks are values; what a minibatch needs lies in a `Stage`. All shapes are [rows, features].
public protocol Block: Sendable {
  var inputs: Int { get }
  var outputs: Int { get }
  /// Set if the block's outputs are neurons of a learned width.
  var adaptation: Adaptation? { get }
  /// The width that the rate of an adaptive block means now.
  var wantedWidth: Int? { get }
  /// Number of parameter matrices.
  var parameterMatrices: Int { get }

  /// Weights and biases, if it had these extents.
  func parameterCount(inputs: Int, outputs: Int) -> Int
  /// Multiply-adds for one row, if it had these extents.
  func multiplyAdds(inputs: Int, outputs: Int) -> Int

  /// Buffers without memory yet.
  func makeStage() -> Stage
  /// Gives the stage's buffers the shapes of `rows` rows.
  func prepare(_ stage: inout Stage, rows: Int)
  /// The share of input neurons `neurons` in the pre-activation, added to `sum` [rows, outputs].
  func accumulate(_ input: Matrix, neurons: Range<Int>, into sum: inout Matrix)
  /// From pre-activations without bias, `sum`, to the stage's output.
  func finish(_ stage: inout Stage, from sum: Matrix)
  /// input [rows, inputs] → `stage.output`
  func forward(_ input: Matrix, _ stage: inout Stage)
  /// `stage.outputGradient` → the stage's gradients, and that of the input unless it is nil.
  func backward(_ input: Matrix, _ stage: inout Stage, inputGradient: UnsafeMutablePointer<Matrix>?)

  mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void)
  /// Changes the adaptation in place, if there is one.
  mutating func editAdaptation(_ edit: (inout Adaptation) -> Void)
  /// Σ ρ² of weights and biases.
  var sumOfSquares: Double { get }
  /// Euclidean norm of the weights that leave each input neuron.
  var outgoingNorms: [Float] { get }

  /// Keeps the first neurons; new ones get weights and biases from N(0, 1).
  mutating func resizeOutputs(to count: Int, random: inout RandomStream)
  mutating func resizeInputs(to count: Int, random: inout RandomStream)
  /// Input neuron `order[n]` becomes the n-th.
  mutating func permuteInputs(by order: [Int])
  /// Multiplies what leaves each input neuron, so that a change of scale upstream changes no output.
  mutating func scaleInputs(by factors: [Float])
  /// Without optimiser moments.
  var inferenceCopy: Self { get }
}
