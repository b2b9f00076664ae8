import LinearAlgebra

/// The sum of two values of one shape: what comes out of a residual block.
public struct Addition: Block {
  private let columns: Int

  public init(columns: Int) { self.columns = columns }

  public var inputs: Int { columns }
  public var outputs: Int { columns }
  public var inputColumns: [Int] { [columns, columns] }

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.output.reshape(rows: flow.input().rows, columns: columns)
    stage.output.assign(flow.input())
    stage.output.add(flow.input(1))
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    for position in 0..<2 {
      guard let gradient = flow.inputGradient(position) else { continue }
      gradient.pointee.reshape(rows: stage.outputGradient.rows, columns: columns)
      gradient.pointee.assign(stage.outputGradient)
    }
  }
}
