import LinearAlgebra

/// The buffers of one block for one worker: activations, gradients and scratch space. Rewritten every minibatch,
/// reshaped when a width changes, so that a steady state allocates nothing.
public struct BlockBuffers: Sendable {
  /// [rows, outputs]
  public var output: Matrix
  /// ∂objective/∂output, [rows, outputs]. Written by the blocks that read the output; `backward` may overwrite it.
  public var outputGradient: Matrix
  /// ∂NLL/∂parameter, one for each parameter of the block, in the order of `forEachParameter`.
  public var gradients: [Matrix]
  /// ∂NLL/∂f, [1, neurons]; of adaptive blocks.
  public var importanceGradient: Matrix
  /// The same of the state's importances in a `StateBlock`.
  public var stateImportanceGradient = Matrix()
  /// What the block keeps from its forward to its backward pass, and temporary results.
  public var scratch: [Matrix]
  /// What a normalization computes for each channel.
  var channels = BatchNormalization.Scratch()
  /// Gradients of inputs that another block has already written a gradient for, to be added; one for each source.
  var spareGradients: [Matrix] = []

  /// Empty buffers.
  ///
  /// - Parameters:
  ///   - isElastic: whether the block's outputs have a learned width.
  ///   - scratch: the number of scratch matrices.
  public init(parameterMatrices: Int, isElastic: Bool, scratch: Int = 0) {
    output = Matrix(isElastic: isElastic)
    outputGradient = Matrix(isElastic: isElastic)
    gradients = (0..<parameterMatrices).map { _ in Matrix() }
    importanceGradient = Matrix(isElastic: isElastic)
    self.scratch = (0..<scratch).map { _ in Matrix() }
  }
}
