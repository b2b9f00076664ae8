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

/// A block with neurons of a learned width: its outputs, or those of a layer inside it.
///
/// Several adaptive blocks can share a width (see `AdaptiveLayer`): the network then edits all of them alike.
public protocol AdaptiveBlock: Block {
  /// The rate and the importances; `nil` if the width is fixed.
  var adaptation: Adaptation? { get }
  /// Changes the adaptation in place, if there is one.
  mutating func editAdaptation(_ edit: (inout Adaptation) -> Void)
  /// The neurons of a pass, scaled by their importances: [rows, width], or [rows, pixels · width] of channels.
  func neurons(_ buffers: BlockBuffers) -> Matrix
  /// Keeps the first `count` neurons; new ones begin as `initialization` says. The importances are not touched.
  mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream)
  /// Neuron `order[n]` becomes the n-th. The importances are not touched.
  mutating func permuteNeurons(by order: [Int])
  /// The heads in each of which a neuron has a column; `nil`, the default: a neuron is one column.
  var heads: Int? { get }
  /// Whether the block itself makes up for changes of its importances, and not what reads it; by default it does not.
  var absorbsImportances: Bool { get }
  /// Multiplies each neuron by a factor before its importance, in a block that absorbs changes of importances.
  mutating func scaleNeurons(by factors: [Float])
}

extension AdaptiveBlock {
  public func neurons(_ buffers: BlockBuffers) -> Matrix { buffers.output }
  public var heads: Int? { nil }
  public var absorbsImportances: Bool { false }
  public mutating func scaleNeurons(by factors: [Float]) {
    preconditionFailure("what reads the neurons makes up for their importances")
  }
}

/// A block whose weights multiply neurons of a learned width: those of its input, or its own.
public protocol NeuronReader: Block {
  /// Rows of `outgoing` that belong to each neuron, side by side; by default one.
  var columnsPerNeuron: Int { get }
  /// The weights that leave each neuron, [neurons · columnsPerNeuron, columns], and the biases that are added to their
  /// sum, [1, columns].
  var outgoing: (weights: Matrix, bias: Matrix) { get }
  /// Replaces both, for as many neurons as there are rows. The optimizer's moments, which described others, become
  /// zero.
  mutating func setOutgoing(weights: Matrix, bias: Matrix)
  /// The same, given mean and variance of the sums without bias, [1, columns], for blocks that normalize them.
  mutating func setOutgoing(weights: Matrix, bias: Matrix, means: Matrix, variances: Matrix)
  /// Multiplies the weights that leave each neuron by a factor, so that a change of scale upstream changes no output.
  mutating func scaleInputs(by factors: [Float])
}

extension NeuronReader {
  public var columnsPerNeuron: Int { 1 }

  public mutating func setOutgoing(weights: Matrix, bias: Matrix, means: Matrix, variances: Matrix) {
    setOutgoing(weights: weights, bias: bias)
  }

  /// Euclidean norm of the weights that leave each neuron, one per neuron.
  public var outgoingNorms: [Float] {
    let (weights, group) = (outgoing.weights, columnsPerNeuron)
    return (0..<weights.rows / group).map { neuron in
      var sum: Float = 0
      for row in neuron * group..<(neuron + 1) * group {
        for column in 0..<weights.columns { sum += weights[row, column] * weights[row, column] }
      }
      return sum.squareRoot()
    }
  }
}

/// A block that follows the first value it reads to another width.
public protocol ElasticReader: NeuronReader {
  /// Keeps the first `count` of the `old` neurons that it reads; the weights of new ones begin as `initialization`
  /// says.
  mutating func resizeInputs(
    from old: Int, to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream)
  /// The `order[n]`-th of the neurons it reads becomes the n-th.
  mutating func permuteInputs(by order: [Int])
}

/// A block whose pre-activations are a running sum over the neurons that it reads. Of images it reads the neurons of
/// each pixel, side by side.
public protocol PrefixReader: ElasticReader {
  /// Makes the block read h A + c at every pixel in place of h, for A [new neurons, neurons] and c [1, neurons].
  mutating func composeInputs(by weights: Matrix, _ bias: Matrix)
  /// Adds the part of the inputs `neurons` in the pre-activations to `sum`, [rows, outputs].
  func accumulate(_ input: Matrix, neurons: Range<Int>, into sum: inout Matrix)
  /// Writes `buffers.output` from pre-activations without bias, [rows, outputs].
  func finish(_ buffers: inout BlockBuffers, from sum: Matrix)
  /// Weights [inputs, outputs] and biases [1, outputs], if x W + b is all it computes.
  var affineMap: (weights: Matrix, bias: Matrix)? { get }
}

extension PrefixReader {
  public var affineMap: (weights: Matrix, bias: Matrix)? { nil }
}

/// An adaptive block whose neurons are read inside the block alone.
public protocol SelfReadingBlock: AdaptiveBlock, NeuronReader {}

/// A block whose n-th neuron is a function of the n-th neurons of its inputs that is scaled as they are, and of nothing
/// else but values of fixed width: what it reads and what it puts out have one width, which may be learned.
public protocol NeuronwiseBlock: Block {
  /// Follows what it reads to another width.
  mutating func resizeColumns(to count: Int)
  /// Positions of the inputs whose neurons it passes on, by default all. The other inputs keep their width, as the
  /// queries and keys of an attention do.
  var carriedInputs: [Int] { get }
}

extension NeuronwiseBlock {
  public var carriedInputs: [Int] { Array(inputColumns.indices) }
}

/// A block that normalizes its output, whose weights have no scale of their own: behind neurons of a learned width the
/// weight prior is on the weights as they are after normalization.
public protocol FoldedPriorBlock: Block {
  /// Factors of the prior's gradient, one for each column of each parameter, as of the last `updatePriorFactors`; an
  /// empty list: 1.
  var priorFactors: [[Float]] { get }
  /// Computes the factors from the parameters, in memory of its own.
  mutating func updatePriorFactors()
  /// Σ of squares of what the prior is on.
  var foldedSumOfSquares: Double { get }
}

/// A block that adds a value to what it computes, as a residual block adds its shortcut.
public protocol ShortcutReader: Block {
  /// The position of the added input if its neurons are the block's own, of one learned width: both belong to one stream.
  var addedInput: Int? { get }
  /// Positions of added inputs whose width has nothing to do with the block's own: what is missing counts as 0.
  var followedInputs: [Int] { get }
  /// Follows an input of `followedInputs` to another width. New neurons are added to nothing.
  mutating func resizeFollowed(to count: Int)
  /// The `order[n]`-th neuron of such an input becomes the n-th.
  mutating func permuteFollowed(by order: [Int])
}

/// A block that carries a state from step to step.
public protocol RecurrentBlock: Block {
  /// The state after each step of the last pass, [steps of all sequences, columns].
  func states(_ buffers: BlockBuffers) -> Matrix
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
