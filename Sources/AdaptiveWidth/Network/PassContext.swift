import LinearAlgebra

/// What a block needs for one pass over a minibatch: the values it reads, and where their gradients are written.
///
/// Valid during the call it is passed to.
public struct PassContext {
  let batchPointer: UnsafePointer<Batch>
  let buffers: UnsafeMutablePointer<BlockBuffers>
  private let sources: UnsafePointer<[Int]>
  /// Pointers to the matrices that receive the gradient of each source; `nil` in forward passes and for the batch's own
  /// inputs.
  let gradients: UnsafeMutablePointer<UnsafeMutablePointer<Matrix>?>?
  /// Whether statistics are those of the minibatch, not the running ones.
  public let isTraining: Bool

  init(
    batch: UnsafePointer<Batch>, buffers: UnsafeMutablePointer<BlockBuffers>,
    sources: UnsafePointer<[Int]>, isTraining: Bool,
    gradients: UnsafeMutablePointer<UnsafeMutablePointer<Matrix>?>? = nil
  ) {
    batchPointer = batch
    self.buffers = buffers
    self.sources = sources
    self.isTraining = isTraining
    self.gradients = gradients
  }

  public var batch: Batch {
    _read { yield batchPointer.pointee }
  }

  /// The `position`-th of the values the block reads.
  public func input(_ position: Int = 0) -> Matrix {
    let source = sources.pointee[position]
    return source == LayerNode.batch ? batchPointer.pointee.inputs : buffers[source].output
  }

  /// The value that most of the first input has, if it is known; else 0.
  public var background: Float {
    sources.pointee[0] == LayerNode.batch ? batchPointer.pointee.background : 0
  }

  /// The matrix for ∂objective/∂input, which the block reshapes and overwrites; `nil` if it is not needed.
  ///
  /// If several blocks read a value, the network adds their gradients.
  public func inputGradient(_ position: Int = 0) -> UnsafeMutablePointer<Matrix>? {
    gradients?[position]
  }
}
