import LinearAlgebra

/// a_v = (1 + ε) h_v + Σ h_u over the neighbours u of v: what a layer of a graph isomorphism network makes of a node and
/// those around it (Xu et al. 2019), with ε = 0.
///
/// Shapes: h and a [nodes, columns]. The batch's structure says who is whose neighbour.
public struct NeighbourSum: Block {
  public let inputs: Int
  public var outputs: Int { inputs }

  public init(columns: Int) {
    precondition(columns > 0, "a node has features")
    inputs = columns
  }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    let input = flow.input()
    stage.output.reshape(rows: input.rows, columns: inputs)
    stage.output.setNeighbourSum(
      input, own: 1, starts: flow.batch.structure.neighbourStarts,
      neighbours: flow.batch.structure.neighbours)
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    guard let gradient = flow.inputGradient() else { return }
    gradient.pointee.reshape(rows: stage.outputGradient.rows, columns: inputs)
    gradient.pointee.setNeighbourSpread(
      stage.outputGradient, own: 1, starts: flow.batch.structure.neighbourStarts,
      neighbours: flow.batch.structure.neighbours)
  }
}
