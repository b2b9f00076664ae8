import Experiment
import LinearAlgebra

/// Sum or mean of the nodes of each graph, or of the rows of whatever else an observation consists of.
///
/// Shapes: nodes [nodes, columns] → [observations, columns]. The batch's offsets say where each observation begins.
public struct SegmentPool: Block {
  public let inputs: Int
  public let pooling: Pooling
  public var outputs: Int { inputs }

  public init(columns: Int, pooling: Pooling) {
    precondition(columns > 0, "a node has features")
    inputs = columns
    self.pooling = pooling
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.output.reshape(rows: max(0, flow.batch.structure.offsets.count - 1), columns: inputs)
    stage.output.setSegmentSums(
      flow.input(), offsets: flow.batch.structure.offsets, areMeans: pooling == .mean)
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    guard let gradient = flow.inputGradient() else { return }
    gradient.pointee.reshape(rows: flow.input().rows, columns: inputs)
    gradient.pointee.setSegmentSpread(
      stage.outputGradient, offsets: flow.batch.structure.offsets, areMeans: pooling == .mean)
  }
}
