import LinearAlgebra

/// What a block can do beyond `Block`, as types. Found by dynamic casts once for each block of a network, so that no
/// step casts.
struct Capabilities: Sendable {
  /// `nil` if the block's width is fixed.
  let adaptive: (any AdaptiveBlock.Type)?
  /// See `AdaptiveBlock.absorbsImportances`.
  let absorbsImportances: Bool
  let reader: (any NeuronReader.Type)?
  let elastic: (any ElasticReader.Type)?
  let prefix: (any PrefixReader.Type)?
  let neuronwise: (any NeuronwiseBlock.Type)?
  /// See `AdaptiveBlock.heads`.
  let heads: Int?
  /// See `NeuronwiseBlock.carriedInputs`; empty for other blocks.
  let carriedInputs: [Int]
  let shortcut: (any ShortcutReader.Type)?
  /// See `ShortcutReader.addedInput`; of a state the summand.
  let addedInput: Int?
  /// See `ShortcutReader.followedInputs`; empty for other blocks.
  let followedInputs: [Int]
  /// `nil` if the block has no state of a learned width.
  let state: (any StateBlock.Type)?
  /// See `Dense.isSummand`.
  let isSummand: Bool
  let normalizing: (any NormalizingBlock.Type)?
  let foldedPrior: (any FoldedPriorBlock.Type)?

  init(of block: any Block) {
    let type = type(of: block)
    adaptive = block.adaptation == nil ? nil : type as? any AdaptiveBlock.Type
    heads = adaptive == nil ? nil : (block as? any AdaptiveBlock)?.heads
    absorbsImportances = (block as? any AdaptiveBlock)?.absorbsImportances ?? false
    reader = type as? any NeuronReader.Type
    elastic = type as? any ElasticReader.Type
    prefix = type as? any PrefixReader.Type
    neuronwise = type as? any NeuronwiseBlock.Type
    carriedInputs = (block as? any NeuronwiseBlock)?.carriedInputs ?? []
    shortcut = type as? any ShortcutReader.Type
    state = (block as? any StateBlock)?.stateAdaptation == nil ? nil : type as? any StateBlock.Type
    isSummand = (block as? Dense)?.isSummand ?? false
    addedInput = state == nil ? (block as? any ShortcutReader)?.addedInput : 0
    followedInputs = (block as? any ShortcutReader)?.followedInputs ?? []
    normalizing = type as? any NormalizingBlock.Type
    foldedPrior = type as? any FoldedPriorBlock.Type
  }

  /// Whether the block's neurons are read inside the block alone.
  var readsOwnNeurons: Bool { adaptive is any SelfReadingBlock.Type }
  /// Whether the block's output is its neurons, of learned width.
  var writesOutput: Bool { state != nil || adaptive != nil && !readsOwnNeurons }
}

// A block in a network is an `any Block`. Casting it to another protocol would copy it, and with it every matrix that
// is then edited. These call methods of a capability in place, given the block's own type.

extension Block {
  /// - Precondition: `block` is of this type.
  fileprivate static func edit<B: Block, Result>(_ block: inout B, _ body: (inout Self) -> Result) -> Result {
    precondition(ObjectIdentifier(B.self) == ObjectIdentifier(Self.self), "a capability of another block")
    return withUnsafeMutablePointer(to: &block) {
      body(&UnsafeMutableRawPointer($0).assumingMemoryBound(to: Self.self).pointee)
    }
  }

  /// - Precondition: `block` is of this type.
  fileprivate static func read<B: Block, Result>(_ block: B, _ body: (Self) -> Result) -> Result {
    precondition(ObjectIdentifier(B.self) == ObjectIdentifier(Self.self), "a capability of another block")
    return withUnsafePointer(to: block) {
      body(UnsafeRawPointer($0).assumingMemoryBound(to: Self.self).pointee)
    }
  }
}

extension AdaptiveBlock {
  static func adaptation(of block: some Block) -> Adaptation { read(block) { $0.adaptation! } }
  static func neurons(of block: some Block, _ buffers: BlockBuffers) -> Matrix {
    read(block) { $0.neurons(buffers) }
  }
  static func editAdaptation(of block: inout some Block, _ change: (inout Adaptation) -> Void) {
    edit(&block) { $0.editAdaptation(change) }
  }
  static func resizeNeurons(
    of block: inout some Block, to count: Int, _ initialization: NeuronInitialization,
    _ random: inout RandomStream
  ) {
    edit(&block) { $0.resizeNeurons(to: count, initialization, random: &random) }
  }
  static func permuteNeurons(of block: inout some Block, by order: [Int]) {
    edit(&block) { $0.permuteNeurons(by: order) }
  }
  static func scaleNeurons(of block: inout some Block, by factors: [Float]) {
    edit(&block) { $0.scaleNeurons(by: factors) }
  }
}

extension FoldedPriorBlock {
  static func updatePriorFactors(of block: inout some Block) -> [Matrix] {
    edit(&block) {
      $0.updatePriorFactors()
      return $0.priorFactors
    }
  }
  static func foldedSumOfSquares(of block: some Block) -> Double { read(block) { $0.foldedSumOfSquares } }
}

extension ShortcutReader {
  static func resizeFollowed(of block: inout some Block, to count: Int) {
    edit(&block) { $0.resizeFollowed(to: count) }
  }
  static func permuteFollowed(of block: inout some Block, by order: [Int]) {
    edit(&block) { $0.permuteFollowed(by: order) }
  }
}

extension NeuronReader {
  static func outgoingNorms(of block: some Block) -> [Float] { read(block) { $0.outgoingNorms } }
  static func outgoing(of block: some Block) -> (weights: Matrix, bias: Matrix) {
    read(block) { $0.outgoing }
  }
  static func columnsPerNeuron(of block: some Block) -> Int { read(block) { $0.columnsPerNeuron } }
  static func setOutgoing(of block: inout some Block, weights: Matrix, bias: Matrix) {
    edit(&block) { $0.setOutgoing(weights: weights, bias: bias) }
  }
  static func setOutgoing(
    of block: inout some Block, weights: Matrix, bias: Matrix, means: Matrix, variances: Matrix
  ) {
    edit(&block) { $0.setOutgoing(weights: weights, bias: bias, means: means, variances: variances) }
  }
  static func scaleInputs(of block: inout some Block, by factors: [Float]) {
    edit(&block) { $0.scaleInputs(by: factors) }
  }
}

extension StateBlock {
  static func stateAdaptation(of block: some Block) -> Adaptation { read(block) { $0.stateAdaptation! } }
  static func states(of block: some Block, _ buffers: BlockBuffers) -> Matrix {
    read(block) { $0.states(buffers) }
  }
  static func editStateAdaptation(of block: inout some Block, _ change: (inout Adaptation) -> Void) {
    edit(&block) { $0.editStateAdaptation(change) }
  }
  static func resizeState(
    of block: inout some Block, to count: Int, _ initialization: NeuronInitialization,
    _ random: inout RandomStream
  ) {
    edit(&block) { $0.resizeState(to: count, initialization, random: &random) }
  }
  static func permuteState(of block: inout some Block, by order: [Int]) {
    edit(&block) { $0.permuteState(by: order) }
  }
  static func scaleStateReads(of block: inout some Block, by factors: [Float]) {
    edit(&block) { $0.scaleStateReads(by: factors) }
  }
  static func stateReads(of block: some Block) -> (weights: Matrix, bias: Matrix) {
    read(block) { $0.stateReads }
  }
  static func setStateReads(of block: inout some Block, weights: Matrix, bias: Matrix) {
    edit(&block) { $0.setStateReads(weights: weights, bias: bias) }
  }
}

extension ElasticReader {
  static func resizeInputs(
    of block: inout some Block, from old: Int, to count: Int, _ initialization: NeuronInitialization,
    _ random: inout RandomStream
  ) {
    edit(&block) { $0.resizeInputs(from: old, to: count, initialization, random: &random) }
  }
  static func permuteInputs(of block: inout some Block, by order: [Int]) {
    edit(&block) { $0.permuteInputs(by: order) }
  }
}

extension PrefixReader {
  static func composeInputs(of block: inout some Block, by weights: Matrix, _ bias: Matrix) {
    edit(&block) { $0.composeInputs(by: weights, bias) }
  }
}

extension NeuronwiseBlock {
  static func resizeColumns(of block: inout some Block, to count: Int) {
    edit(&block) { $0.resizeColumns(to: count) }
  }
}

extension NormalizingBlock {
  static func learnStatistics(of block: inout some Block, from buffers: BlockBuffers, share: Double) {
    edit(&block) { $0.learnStatistics(from: buffers, share: share) }
  }
}
