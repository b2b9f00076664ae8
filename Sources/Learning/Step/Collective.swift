/// The processes that train one network together, the ranks: each computes the gradient of its part of every minibatch,
/// and all make the same update.
///
/// Every rank makes the same calls in the same order, from one thread at a time. What a rank decides must follow from
/// what all of them know: the experiment, the step, and the sums. Rank 0 alone writes, prints and takes commands.
public protocol Collective: Sendable {
  /// 0 … count − 1
  var rank: Int { get }
  var count: Int { get }
  /// Replaces every element by its sum over the ranks. All of them end with the same bits.
  func sum(_ values: UnsafeMutableBufferPointer<Float>)
  func sum(_ values: UnsafeMutableBufferPointer<Double>)
  /// - Returns: the bytes that rank 0 gave, as many as these are.
  func broadcast(_ bytes: [UInt8]) -> [UInt8]
}

extension Collective {
  package var isAlone: Bool { count == 1 }
}

/// One process, which has nobody to wait for.
public struct OneRank: Collective {
  public let rank = 0
  public let count = 1
  public init() {}
  public func sum(_ values: UnsafeMutableBufferPointer<Float>) {}
  public func sum(_ values: UnsafeMutableBufferPointer<Double>) {}
  public func broadcast(_ bytes: [UInt8]) -> [UInt8] { bytes }
}
