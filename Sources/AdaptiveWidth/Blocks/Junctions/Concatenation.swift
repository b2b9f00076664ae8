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

  public func forward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    stage.output.reshape(rows: flow.input().rows, columns: outputs)
    var first = 0
    for (position, columns) in inputColumns.enumerated() {
      stage.output.setColumns(from: first, to: flow.input(position))
      first += columns
    }
  }

  public func backward(_ flow: PassContext, _ stage: inout BlockBuffers) {
    var first = 0
    for (position, columns) in inputColumns.enumerated() {
      if let gradient = flow.inputGradient(position) {
        gradient.pointee.reshape(rows: stage.outputGradient.rows, columns: columns)
        gradient.pointee.assign(columnsFrom: first, of: stage.outputGradient)
      }
      first += columns
    }
  }
}
