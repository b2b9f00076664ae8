import Experiment
import LinearAlgebra

/// Sum or mean of the nodes of each graph, or of the rows of whatever else an observation consists of.
///
/// Shapes: nodes [nodes, columns] → [observations, columns]. The batch's offsets say where each observation begins.
public struct SegmentPool: NeuronwiseBlock {
  public private(set) var inputs: Int
  public let pooling: Pooling
  public var outputs: Int { inputs }

  public init(columns: Int, pooling: Pooling) {
    precondition(columns > 0, "a node has features")
    inputs = columns
    self.pooling = pooling
  }

  public mutating func resizeColumns(to count: Int) { inputs = count }

  public func rows(reading kinds: [RowKind]) -> RowKind? {
    kinds == [.nodes] || kinds == [.tokens] ? .observations : nil
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.output.reshape(rows: max(0, context.batch.structure.offsets.count - 1), columns: inputs)
    buffers.output.setSegmentSums(
      context.input(), offsets: context.batch.structure.offsets, areMeans: pooling == .mean)
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let gradient = context.inputGradient() else { return }
    gradient.pointee.reshape(rows: context.input().rows, columns: inputs)
    gradient.pointee.setSegmentSpread(
      buffers.outputGradient, offsets: context.batch.structure.offsets, areMeans: pooling == .mean)
  }
}
