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
public struct BlockBuffers: Sendable {
  /// [rows, outputs]
  public internal(set) var output: Matrix
  /// ∂objective/∂output, [rows, outputs]; written by what reads the output, used up by `backward`.
  var outputGradient: Matrix
  /// One for each parameter of the block, in its order.
  public package(set) var gradients: [Matrix]
  /// ∂NLL/∂f, [1, neurons]; of adaptive blocks.
  public package(set) var importanceGradient: Matrix
  /// Whatever the block keeps from its forward to its backward pass.
  var scratch: [Matrix] = []
  /// Gradients of inputs that another block has written to before, to be added; one for each source.
  var spareGradients: [Matrix] = []

  init(parameterMatrices: Int, isElastic: Bool, scratch: Int = 0) {
    output = Matrix(isElastic: isElastic)
    outputGradient = Matrix(isElastic: isElastic)
    gradients = (0..<parameterMatrices).map { _ in Matrix() }
    importanceGradient = Matrix(isElastic: isElastic)
    self.scratch = (0..<scratch).map { _ in Matrix() }
  }
}

/// One stage of a network: a function with parameters, its backward pass, and the edits a width can need.
///
/// Blocks are values; what a minibatch needs lies in a `BlockBuffers`. All values are matrices, one row an observation, a step,
/// a token or a node.
public protocol Block: Sendable {
  /// Columns of its first input; 0 if it reads tokens.
  var inputs: Int { get }
  /// Columns of its output.
  var outputs: Int { get }
  /// Columns of each value it reads.
  var inputColumns: [Int] { get }
  /// Set if the block has neurons of a learned width: its outputs, or those of a layer inside it.
  var adaptation: Adaptation? { get }
  /// Whether its neurons are read inside the block alone.
  var consumesItself: Bool { get }
  /// Whether it can follow what it reads to another width.
  var hasElasticInputs: Bool { get }
  /// The width that the rate of an adaptive block means now.
  var wantedWidth: Int? { get }
  /// Number of parameter matrices.
  var parameterMatrices: Int { get }
  /// What is learned without a gradient, such as running statistics.
  var buffers: [Matrix] { get set }

  /// Weights and biases, if it had so many inputs and so many neurons: outputs, if it has none of a learned width.
  func parameterCount(inputs: Int, width: Int) -> Int
  /// Multiply-adds for one row, if it had these extents.
  func multiplyAdds(inputs: Int, width: Int) -> Int

  /// Buffers without memory yet.
  func makeBuffers() -> BlockBuffers
  /// From what it reads to `stage.output`, which gets its shape here.
  func forward(_ flow: PassContext, _ stage: inout BlockBuffers)
  /// `stage.outputGradient` → the stage's gradients, and those of what it reads.
  func backward(_ flow: PassContext, _ stage: inout BlockBuffers)
  /// Moves running statistics by a share of the way to those of a minibatch.
  mutating func learnStatistics(from stage: BlockBuffers, share: Double)

  mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void)
  /// Changes the adaptation in place, if there is one.
  mutating func editAdaptation(_ edit: (inout Adaptation) -> Void)
  /// Σ ρ² of weights and biases.
  var sumOfSquares: Double { get }
  /// Without optimiser moments.
  var inferenceCopy: Self { get }

  // Of blocks with a learned width:

  /// The neurons of a pass, importances and all: [rows, width].
  func neurons(_ stage: BlockBuffers) -> Matrix
  /// Keeps the first neurons; new ones get weights and biases from N(0, 1).
  mutating func resizeNeurons(to count: Int, random: inout RandomStream)

  // Of blocks with elastic inputs, and of those that consume themselves, whose input neurons are their own:

  /// Euclidean norm of the weights that leave each input neuron.
  var outgoingNorms: [Float] { get }
  /// Input neuron `order[n]` becomes the n-th.
  mutating func permuteInputs(by order: [Int])
  /// Multiplies what leaves each input neuron, so that a change of scale upstream changes no output.
  mutating func scaleInputs(by factors: [Float])

  // Of blocks with elastic inputs:

  mutating func resizeInputs(to count: Int, random: inout RandomStream)
  /// The share of input neurons `neurons` in the pre-activation, added to `sum` [rows, outputs].
  func accumulate(_ input: Matrix, neurons: Range<Int>, into sum: inout Matrix)
  /// From pre-activations without bias, `sum`, to the stage's output.
  func finish(_ stage: inout BlockBuffers, from sum: Matrix)
}

/// What a block without parameters, of given extents, need not say.
extension Block {
  public var inputColumns: [Int] { [inputs] }
  public var adaptation: Adaptation? { nil }
  public var consumesItself: Bool { false }
  public var hasElasticInputs: Bool { false }
  public var wantedWidth: Int? { adaptation?.wantedWidth }
  public var parameterMatrices: Int { 0 }
  public var buffers: [Matrix] {
    get { [] }
    set { precondition(newValue.isEmpty, "a block without buffers") }
  }
  public func parameterCount(inputs: Int, width: Int) -> Int { 0 }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 0 }
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: parameterMatrices, isElastic: false)
  }
  public mutating func learnStatistics(from stage: BlockBuffers, share: Double) {}
  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {}
  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) {}
  public var sumOfSquares: Double { 0 }
  public var inferenceCopy: Self { self }

  public func neurons(_ stage: BlockBuffers) -> Matrix { stage.output }
  public mutating func resizeNeurons(to count: Int, random: inout RandomStream) { rigid() }
  public var outgoingNorms: [Float] { rigid() }
  public mutating func permuteInputs(by order: [Int]) { rigid() }
  public mutating func scaleInputs(by factors: [Float]) { rigid() }
  public mutating func resizeInputs(to count: Int, random: inout RandomStream) { rigid() }
  public func accumulate(_ input: Matrix, neurons: Range<Int>, into sum: inout Matrix) { rigid() }
  public func finish(_ stage: inout BlockBuffers, from sum: Matrix) { rigid() }

  private func rigid() -> Never { preconditionFailure("\(Self.self) has no width to edit") }
}
