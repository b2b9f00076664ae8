import AdaptiveWidth
import LinearAlgebra

/// Adds up over ranks what a step needs of the whole minibatch: the gradients of weights and importances and the loss in
/// one message, and in another, where there is batch normalization, its moments.
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
    floats.removeAll(keepingCapacity: true)
    // Small and large losses alike keep the seven digits of a float.
    floats.append(Float(loss))
    workspace.forEachGradient { floats.append(contentsOf: $0) }
    floats.withUnsafeMutableBufferPointer { collective.sum($0) }
    var position = 1
    workspace.forEachGradient { part in
      for index in part.indices { part[index] = floats[position + index] }
      position += part.count
    }
    network.takeMoments(of: workspace, into: &moments)
    if !moments.isEmpty {
      moments.withUnsafeMutableBufferPointer { collective.sum($0) }
      network.setMoments(of: &workspace, from: moments)
    }
    return Double(floats[0])
  }
}
