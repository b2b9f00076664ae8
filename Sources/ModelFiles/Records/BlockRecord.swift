import AdaptiveWidth
import LinearAlgebra

/// What a file says of one kind of block, beyond its extents and its adaptation: all there is to write for a new kind,
/// which then joins `BlockEntry.kinds`.
protocol BlockRecord: Codable, Sendable {
  /// Names it in files.
  static var kind: String { get }
  /// `nil` for a block of another kind.
  init?(_ block: any Block)
  /// Why there is no such block of these extents, as a clause; `nil`: there is.
  func problem(_ extents: BlockExtents) -> String?
  /// Names and shapes of the parameter matrices, in the block's order.
  func parameters(_ extents: BlockExtents) -> [TensorShape]
  /// The same of its buffers.
  func buffers(_ extents: BlockExtents) -> [TensorShape]
  /// The block of these parameters, which have these shapes, and are elastic if there is an adaptation. Its buffers
  /// are set afterwards.
  func block(_ parameters: [Matrix], _ extents: BlockExtents, adaptation: Adaptation?) -> any Block
}

extension BlockRecord {
  func problem(_ extents: BlockExtents) -> String? { nil }
  func buffers(_ extents: BlockExtents) -> [TensorShape] { [] }
}

/// Columns of the first value a block reads and of its output, and its neurons, if their number is learned.
struct BlockExtents: Equatable, Sendable {
  var inputs: Int
  var outputs: Int
  var width: Int?
}

/// A tensor in a file.
struct TensorShape: Equatable, Sendable {
  var name: String
  var rows: Int
  var columns: Int
}

/// A block as the JSON file describes it.
struct BlockEntry: Codable, Sendable {
  static let kinds: [any BlockRecord.Type] = [
    DenseRecord.self, ConvolutionRecord.self, AveragePoolRecord.self, MaxPoolRecord.self,
    RecurrenceRecord.self, NeighbourSumRecord.self, SegmentPoolRecord.self, ConcatenationRecord.self,
    BatchNormRecord.self, EmbeddingRecord.self, LayerNormRecord.self, AttentionRecord.self,
    AdditionRecord.self,
  ]
  /// Inputs and outputs that a block may have.
  static let largestExtent = 1 << 24

  var record: any BlockRecord
  var inputs: Int
  var outputs: Int
  var adaptation: AdaptationEntry?
  /// Blocks it reads, -1 for the batch; `nil`: the one before it.
  var sources: [Int]?

  private enum CodingKeys: String, CodingKey { case kind, inputs, outputs, adaptation, sources }

  var extents: BlockExtents { BlockExtents(inputs: inputs, outputs: outputs, width: adaptation?.width) }

  /// - Parameter sources: what it reads; `nil`: the block before it.
  init(_ block: any Block, sources: [Int]? = nil, withMoments: Bool) {
    guard let record = Self.kinds.lazy.compactMap({ $0.init(block) }).first else {
      preconditionFailure("no record for a block of type \(type(of: block))")
    }
    self.record = record
    inputs = block.inputs
    outputs = block.outputs
    self.sources = sources
    adaptation = block.adaptation.map { AdaptationEntry($0, withMoments: withMoments) }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let type = Self.kinds.first(where: { $0.kind == kind }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "unknown kind of block: \(kind)")
    }
    record = try type.init(from: decoder)
    inputs = try container.decode(Int.self, forKey: .inputs)
    outputs = try container.decode(Int.self, forKey: .outputs)
    adaptation = try container.decodeIfPresent(AdaptationEntry.self, forKey: .adaptation)
    sources = try container.decodeIfPresent([Int].self, forKey: .sources)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: record).kind, forKey: .kind)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(outputs, forKey: .outputs)
    try container.encodeIfPresent(adaptation, forKey: .adaptation)
    try container.encodeIfPresent(sources, forKey: .sources)
    try record.encode(to: encoder)
  }
}

/// An adaptation's state with what follows from it, for people who read the file.
struct AdaptationEntry: Codable, Sendable {
  var state: Adaptation.State
  var rate: Double
  var width: Int

  private enum CodingKeys: String, CodingKey { case rate, width }

  init(_ adaptation: Adaptation, withMoments: Bool) {
    state = adaptation.state(withMoments: withMoments)
    rate = adaptation.rate
    width = adaptation.width
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    state = try Adaptation.State(from: decoder)
    rate = try container.decode(Double.self, forKey: .rate)
    width = try container.decode(Int.self, forKey: .width)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rate, forKey: .rate)
    try container.encode(width, forKey: .width)
    try state.encode(to: encoder)
  }

  /// What keeps it from being an adaptation, as a clause.
  var problem: String? {
    if let problem = state.problem(width: width) { return problem }
    guard abs(rate - state.rate) <= 1e-9 * state.rate else {
      return "the rate is \(rate), but raw means \(state.rate)"
    }
    return nil
  }
}
