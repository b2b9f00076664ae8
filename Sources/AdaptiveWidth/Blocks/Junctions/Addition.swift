import LinearAlgebra

/// y = a + b, the output of a residual block. Shapes: a, b and y [rows, columns].
public struct Addition: NeuronwiseBlock {
  private var columns: Int

  public init(columns: Int) { self.columns = columns }

  public var inputs: Int { columns }
  public var outputs: Int { columns }
  public var inputColumns: [Int] { [columns, columns] }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public mutating func resizeColumns(to count: Int) { columns = count }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.output.reshape(rows: context.input().rows, columns: columns)
    buffers.output.assign(context.input())
    buffers.output.add(context.input(1))
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    for position in 0..<2 {
      guard let gradient = context.inputGradient(position) else { continue }
      gradient.pointee.reshape(rows: buffers.outputGradient.rows, columns: columns)
      gradient.pointee.assign(buffers.outputGradient)
    }
  }
}
