import Experiment
import LinearAlgebra

/// One layer of a network: a function with parameters, and its backward pass.
///
/// Blocks are values; what a minibatch needs lies in `BlockBuffers`. All inputs and outputs are matrices with one row
/// per observation, step, token or node. A block that can do more conforms to a further protocol: `AdaptiveBlock` has
/// neurons of a learned width, `ElasticReader` follows what it reads to another width, `NeuronwiseBlock` passes neurons
/// on, `NormalizingBlock` has running statistics.
public protocol Block: Sendable {
  /// Columns of its first input; 0 if it reads tokens.
  var inputs: Int { get }
  /// Columns of its output.
  var outputs: Int { get }
  /// Columns of each value it reads. By default `[inputs]`.
  var inputColumns: [Int] { get }

  /// The kind of rows of its output, given the kinds of its inputs' rows; `nil` if the block cannot read them. A block
  /// that treats every row alike returns `.rowwise(kinds)`.
  func rows(reading kinds: [RowKind]) -> RowKind?

  /// Writes `buffers.output`, which gets its shape here, from the inputs of the context.
  func forward(_ context: PassContext, _ buffers: inout BlockBuffers)
  /// Turns `buffers.outputGradient` into `buffers.gradients` and the gradients of the context's inputs.
  func backward(_ context: PassContext, _ buffers: inout BlockBuffers)

  /// Calls `body` with every parameter, in place, and its index from 0. By default there are none.
  mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void)
  /// Adds an update of every parameter, in place. By default with `forEachParameter`. It is a requirement so that the
  /// default is compiled for each block, without calls of closures, which take long in the step of a small network.
  ///
  /// - Parameters:
  ///   - gradients: one for each parameter.
  ///   - factors: of the weight prior, one for each parameter, or none.
  ///   - weights: the bits of the parameters that hold weights.
  mutating func collectUpdates(
    _ gradients: UnsafeBufferPointer<Matrix>, factors: UnsafeBufferPointer<Matrix>, weights: UInt64,
    into updates: inout [MatrixUpdate])
  /// Whether a parameter holds weights, which weight decay shrinks, and not a bias or the scale of a normalization. By
  /// default only the first parameter holds weights.
  func isWeight(_ index: Int) -> Bool
  /// Whether dropout applies to the block's output, if the network has dropout. By default it does not.
  var isDropped: Bool { get }
  /// The number of weights and biases if the block had `inputs` inputs and `width` neurons (outputs, unless its learned
  /// width is inside). By default the number that it has, whatever the arguments: right for blocks of fixed extents.
  func parameterCount(inputs: Int, width: Int) -> Int
  /// The multiply-adds for one row if the block had these extents. By default none.
  func multiplyAdds(inputs: Int, width: Int) -> Int

  /// Makes buffers that have no memory yet. By default they have no scratch space.
  func makeBuffers() -> BlockBuffers
  /// A copy that is not trained: by default without optimizer moments.
  var inferenceCopy: Self { get }
}

extension Block {
  public var inputColumns: [Int] { [inputs] }
  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {}
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 0 }
  public func isWeight(_ index: Int) -> Bool { index == 0 }
  public var isDropped: Bool { false }

  public func parameterCount(inputs: Int, width: Int) -> Int {
    var copy = self
    var count = 0
    copy.forEachParameter { parameter, _ in count += parameter.value.rows * parameter.value.columns }
    return count
  }

  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: parameterMatrices, isElastic: false)
  }

  public var inferenceCopy: Self {
    var copy = self
    copy.forEachParameter { parameter, _ in parameter = parameter.withoutMoments }
    return copy
  }

  /// Number of parameter matrices.
  public var parameterMatrices: Int {
    var copy = self
    var count = 0
    copy.forEachParameter { _, _ in count += 1 }
    return count
  }

  /// Σ ρ² over all weights and biases ρ.
  public var sumOfSquares: Double {
    var copy = self
    var sum = 0.0
    copy.forEachParameter { parameter, _ in sum += parameter.value.sumOfSquares }
    return sum
  }

  /// The adaptation of a block with a learned width; `nil` for all others. A dynamic cast, not for hot paths.
  public var adaptation: Adaptation? { (self as? any AdaptiveBlock)?.adaptation }
  /// The running statistics of a normalizing block; empty for all others. A dynamic cast, not for hot paths.
  public var runningStatistics: [Matrix] { (self as? any NormalizingBlock)?.runningStatistics ?? [] }
}

/// A block that normalizes by running statistics outside of training: parameters without a gradient.
public protocol NormalizingBlock: Block {
  /// The running statistics, [1, channels] each.
  ///
  /// - Precondition: a new value has the shapes of the old one.
  var runningStatistics: [Matrix] { get set }
  /// running ← (1 − share) · running + share · minibatch, from the channels' moments that a forward pass in
  /// training left in its buffers.
  mutating func learnStatistics(from buffers: BlockBuffers, share: Double)
}

/// The initialization of new neurons.
public enum NeuronInitialization: Sendable {
  /// Weights, biases and outgoing weights from N(0, 1), as the paper has it.
  case standardNormal
  /// The function of the network does not change: outgoing weights 0, weights from N(0, `variance`), and the biases of
  /// existing neurons, drawn at random.
  case zeroOutgoing(variance: Double)
}

/// A block that normalizes its output, whose weights have no scale of their own: behind neurons of a learned width the
/// weight prior is on the weights as they are after normalization.
public protocol FoldedPriorBlock: Block {
  /// Factors of the prior's gradient, one for each column of each parameter, as of the last `updatePriorFactors`; an
  /// empty list: 1.
  var priorFactors: [Matrix] { get }
  /// Computes the factors from the parameters, in memory of its own.
  mutating func updatePriorFactors()
  /// Σ of squares of what the prior is on.
  var foldedSumOfSquares: Double { get }
}

/// A block that carries a state from step to step.
public protocol RecurrentBlock: Block {
  /// The state after each step of the last pass, scaled by its importances, [steps of all sequences, columns].
  func states(_ buffers: BlockBuffers) -> Matrix
}

/// A recurrent block whose state can have a learned width, whatever neurons it has inside. What it reads is a summand of
/// the state's neurons. Its own weights read the state at each step, and other blocks its last value.
public protocol StateBlock: RecurrentBlock {
  /// The rate and the importances of the state; `nil` if its width is fixed.
  var stateAdaptation: Adaptation? { get }
  /// Changes the adaptation of the state in place, if there is one.
  mutating func editStateAdaptation(_ edit: (inout Adaptation) -> Void)
  /// Keeps the first `count` neurons of the state, in what writes and in what reads them inside the block; new ones
  /// begin as `initialization` says.
  mutating func resizeState(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream)
  /// Neuron `order[n]` of the state becomes the n-th.
  mutating func permuteState(by order: [Int])
  /// Multiplies the weights that read each neuron of the state inside the block by a factor.
  mutating func scaleStateReads(by factors: [Float])
  /// The weights that read the state inside the block, [neurons, columns], and their biases, [1, columns].
  var stateReads: (weights: Matrix, bias: Matrix) { get }
  /// Replaces both; the optimizer's moments become zero.
  mutating func setStateReads(weights: Matrix, bias: Matrix)
}

/// A block that reads tokens of a batch.
public protocol TokenReader: Block {
  /// The side of the batch whose tokens the block reads.
  var side: TokenSide { get }
  /// The size of the vocabulary: every token is below it.
  var vocabulary: Int { get }
}

/// The side of a batch that tokens belong to.
public enum TokenSide: String, Codable, Sendable {
  /// The texts, or the texts to be translated.
  case source
  /// The translations, as far as they are known.
  case target
}
