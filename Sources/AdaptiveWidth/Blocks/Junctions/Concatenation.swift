import LinearAlgebra

/// Several values side by side: [rows, a], [rows, b], … → [rows, a + b + …].
///
/// None of them may have a learned width: what reads the result could not follow it.
public struct Concatenation: Block {
  public let inputColumns: [Int]
  public let outputs: Int
  public var inputs: Int { inputColumns[0] }

  public init(columns: [Int]) {
    precondition(!columns.isEmpty && columns.allSatisfy { $0 > 0 }, "there is something to put side by side")
    inputColumns = columns
    outputs = columns.reduce(0, +)
  }

  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    buffers.output.reshape(rows: context.input().rows, columns: outputs)
    var first = 0
    for (position, columns) in inputColumns.enumerated() {
      buffers.output.setColumns(from: first, to: context.input(position))
      first += columns
    }
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    var first = 0
    for (position, columns) in inputColumns.enumerated() {
      if let gradient = context.inputGradient(position) {
        gradient.pointee.reshape(rows: buffers.outputGradient.rows, columns: columns)
        gradient.pointee.assign(columnsFrom: first, of: buffers.outputGradient)
      }
      first += columns
    }
  }
}
