import LinearAlgebra

// What blocks do with neurons of a learned width: write them, read them, pass them on.

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
