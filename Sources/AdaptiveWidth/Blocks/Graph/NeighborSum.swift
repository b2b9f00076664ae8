import LinearAlgebra

/// a_v = (1 + ε) h_v + Σ h_u over the neighbors u of v: what a layer of a graph isomorphism network makes of a node and
/// those around it (Xu et al. 2019), with ε = 0.
///
/// Shapes: h and a [nodes, columns]. The batch's structure says who is whose neighbor.
public struct NeighborSum: NeuronwiseBlock {
  public private(set) var inputs: Int
  public var outputs: Int { inputs }

  public init(columns: Int) {
    precondition(columns > 0, "a node has features")
    inputs = columns
  }

  public mutating func resizeColumns(to count: Int) { inputs = count }

  public func rows(reading kinds: [RowKind]) -> RowKind? { kinds == [.nodes] ? .nodes : nil }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let input = context.input()
    buffers.output.reshape(rows: input.rows, columns: inputs)
    buffers.output.setNeighborSum(
      input, own: 1, starts: context.batch.structure.neighborStarts,
      neighbors: context.batch.structure.neighbors)
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    guard let gradient = context.inputGradient() else { return }
    gradient.pointee.reshape(rows: buffers.outputGradient.rows, columns: inputs)
    gradient.pointee.setNeighborSpread(
      buffers.outputGradient, own: 1, starts: context.batch.structure.neighborStarts,
      neighbors: context.batch.structure.neighbors)
  }
}
