import AdaptiveWidth
import LinearAlgebra

/// Values side by side, without tensors; `columns` lists the columns of each.
struct ConcatenationRecord: BlockRecord {
  static let kind = "concatenation"
  private let columns: [Int]

  init(_ block: Concatenation) { columns = block.inputColumns }

  func validationError(_ extents: BlockExtents) -> String? {
    let isPossible = columns.allSatisfy { $0 > 0 && $0 <= BlockExtents.largest }
    guard extents.width == nil, isPossible, columns.first == extents.inputs,
      columns.reduce(0, +) == extents.outputs
    else { return "its columns do not add up to its outputs" }
    return nil
  }

  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Concatenation {
    Concatenation(columns: columns)
  }
}
