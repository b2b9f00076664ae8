import LinearAlgebra

/// Adds up what several participants computed of one gradient, each from its rows of a minibatch.
///
/// Participants here are threads. Machines can take part by a type that adds this machine's sum to the others'; nothing
/// else of training knows how many there are.
public protocol GradientSum: Sendable {
  /// Makes the first part the sum of all. Called at the same time for disjoint blocks of memory.
  ///
  /// - Parameters:
  ///   - parts: a block of `count` floats of each thread, in the threads' order.
  func sum(_ parts: UnsafeBufferPointer<UnsafeMutablePointer<Float>>, count: Int)
}

/// The sum over threads that share memory, always in the same order, so that it always has the same bits.
public struct SharedMemorySum: GradientSum {
  public init() {}

  public func sum(_ parts: UnsafeBufferPointer<UnsafeMutablePointer<Float>>, count: Int) {
    for part in parts.dropFirst() { Matrix.add(part, to: parts[0], count: count) }
  }
}
