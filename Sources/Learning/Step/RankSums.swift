import AdaptiveWidth
import LinearAlgebra

/// Adds up over ranks what a step needs of the whole minibatch: the gradients of weights and importances and the loss
/// in one message, and in another, where there is batch normalization, its moments.
struct RankSums {
  private var floats: [Float] = []
  private var moments: [Double] = []

  /// - Parameters:
  ///   - workspace: of this rank, with the sum over its threads; becomes the sum over all ranks.
  ///   - loss: this rank's part.
  /// - Returns: the loss of the whole minibatch.
  mutating func sum(
    _ network: Network, _ workspace: inout Workspace, loss: Double, over collective: any Collective
  ) -> Double {
    var count = 1
    workspace.forEachGradient { count += $0.count }
    if floats.count != count { floats = [Float](repeating: 0, count: count) }
    // Small and large losses alike keep the seven digits of a float.
    floats[0] = Float(loss)
    floats.withUnsafeMutableBufferPointer { all in
      let start = all.baseAddress!
      Self.forEachPart(of: &workspace) { (start + $1).update(from: $0.baseAddress!, count: $0.count) }
      collective.sum(all)
      Self.forEachPart(of: &workspace) { $0.baseAddress!.update(from: start + $1, count: $0.count) }
    }
    network.takeMoments(of: workspace, into: &moments)
    if !moments.isEmpty {
      moments.withUnsafeMutableBufferPointer { collective.sum($0) }
      network.setMoments(of: &workspace, from: moments)
    }
    return Double(floats[0])
  }

  /// Gives the parts of the gradients that are not empty, with their places in the message.
  private static func forEachPart(
    of workspace: inout Workspace, _ body: (UnsafeMutableBufferPointer<Float>, Int) -> Void
  ) {
    var position = 1
    workspace.forEachGradient { part in
      if !part.isEmpty { body(part, position) }
      position += part.count
    }
  }
}
