import AdaptiveWidth
import LinearAlgebra

/// How files describe one type of block: the settings beyond its extents and its adaptation, which are the record's own
/// JSON keys, and the names and shapes of its tensors.
///
/// To store a new type of block, write one conforming type and add it to `BlockRecords.all`.
protocol BlockRecord: Codable, Equatable, Sendable {
  associatedtype Subject: Block

  /// The value of the JSON key `kind`.
  static var kind: String { get }

  init(_ block: Subject)

  /// Why no such block has these extents, as a clause; `nil` if one can. Nothing about a record or its extents may be
  /// trusted before this has returned `nil`.
  func validationError(_ extents: BlockExtents) -> String?

  /// Names and shapes of the parameter matrices, in the block's order.
  func parameters(_ extents: BlockExtents) -> [TensorShape]

  /// Names and shapes of the running statistics, in the block's order.
  func runningStatistics(_ extents: BlockExtents) -> [TensorShape]

  /// Whether the parameters of an adaptive block are elastic; by default they are.
  static var hasElasticParameters: Bool { get }

  /// The block with these parameters, which have the shapes that `parameters` returns and are elastic if there is an
  /// adaptation and `hasElasticParameters`. Running statistics are set afterwards.
  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> Subject

  /// Makes records equal that differ in a learned width alone, of what the block reads or of what it puts out.
  mutating func forgetWidths(ofInput: Bool, ofOutput: Bool)
}

extension BlockRecord {
  func validationError(_ extents: BlockExtents) -> String? { nil }
  func parameters(_ extents: BlockExtents) -> [TensorShape] { [] }
  func runningStatistics(_ extents: BlockExtents) -> [TensorShape] { [] }
  static var hasElasticParameters: Bool { true }
  mutating func forgetWidths(ofInput: Bool, ofOutput: Bool) {}
}

/// The types of blocks that files can describe.
package enum BlockRecords {
  static let all: [any BlockRecord.Type] = [
    AdditionRecord.self, AttentionRecord.self, AveragePoolRecord.self, BatchNormRecord.self,
    ConcatenationRecord.self, ConvolutionRecord.self, DenseRecord.self, EmbeddingRecord.self,
    HeadProjectionRecord.self, LayerNormRecord.self, MaxPoolRecord.self, NeighborSumRecord.self,
    QueryKeyAttentionRecord.self, RecurrenceRecord.self, SegmentPoolRecord.self,
  ]

  /// The blocks they describe, in the same order.
  package static var blockTypes: [any Block.Type] { all.map { subject($0) } }

  /// - Returns: `nil` for a block of a type that no record describes.
  static func record(of block: any Block) -> (any BlockRecord)? {
    all.lazy.compactMap { record(of: block, as: $0) }.first
  }

  private static func record<Record: BlockRecord>(
    of block: any Block, as type: Record.Type
  ) -> (any BlockRecord)? {
    (block as? Record.Subject).map(Record.init)
  }

  private static func subject<Record: BlockRecord>(_ type: Record.Type) -> any Block.Type {
    Record.Subject.self
  }
}

/// Columns of the first value a block reads and of its output, and the number of its neurons if that is learned.
struct BlockExtents: Equatable, Sendable {
  /// The largest number of columns or neurons that a file may give a block.
  static let largest = 1 << 24

  var inputs: Int
  var outputs: Int
  var width: Int?

  /// For a block without learned width whose outputs decide its inputs.
  func validationError(expectedInputs: Int) -> String? {
    if width != nil { return "it has an adaptation, but no neurons whose number is learned" }
    return inputs == expectedInputs ? nil : "it has \(inputs) inputs, which do not fit its \(outputs) outputs"
  }
}

/// Name and shape of a matrix in a file.
struct TensorShape: Equatable, Sendable {
  var name: String
  var rows: Int
  var columns: Int

  init(_ name: String, _ rows: Int, _ columns: Int) {
    (self.name, self.rows, self.columns) = (name, rows, columns)
  }
}
