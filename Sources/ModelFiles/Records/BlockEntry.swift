import AdaptiveWidth
import AtomicFiles

/// A block in the JSON file: its kind, extents, sources and adaptation, and its record's own keys beside them. A recurrent
/// block whose state has a learned width has an adaptation of it, too.
struct BlockEntry: Codable, Sendable {
  var record: any BlockRecord
  var inputs: Int
  var outputs: Int
  var adaptation: AdaptationEntry?
  var stateAdaptation: AdaptationEntry?
  /// Indices of the blocks it reads, -1 for the batch; `nil` for the block before it.
  var sources: [Int]?

  private enum CodingKeys: String, CodingKey {
    case kind, inputs, outputs, adaptation, sources
    case stateAdaptation = "state_adaptation"
  }

  var kind: String { type(of: record).kind }
  var extents: BlockExtents { BlockExtents(inputs: inputs, outputs: outputs, width: adaptation?.width) }

  /// - Parameter sources: what it reads; `nil` for the block before it.
  /// - Throws: `.inconsistent` if no record describes blocks of this type.
  init(
    _ block: any Block, sources: [Int]? = nil, withMoments: Bool
  ) throws(ModelFileError.Model) {
    guard let record = BlockRecords.record(of: block) else {
      throw .inconsistent("files cannot describe a block of type \(type(of: block))")
    }
    self.record = record
    inputs = block.inputs
    outputs = block.outputs
    self.sources = sources
    adaptation = block.adaptation.map { AdaptationEntry($0, withMoments: withMoments) }
    stateAdaptation = (block as? any StateBlock)?.stateAdaptation.map {
      AdaptationEntry($0, withMoments: withMoments)
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    guard let type = BlockRecords.all.first(where: { $0.kind == kind }) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: container, debugDescription: "unknown kind of block: \(kind)")
    }
    record = try type.init(from: decoder)
    inputs = try container.decode(Int.self, forKey: .inputs)
    outputs = try container.decode(Int.self, forKey: .outputs)
    adaptation = try container.decodeIfPresent(AdaptationEntry.self, forKey: .adaptation)
    stateAdaptation = try container.decodeIfPresent(AdaptationEntry.self, forKey: .stateAdaptation)
    sources = try container.decodeIfPresent([Int].self, forKey: .sources)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(outputs, forKey: .outputs)
    try container.encodeIfPresent(adaptation, forKey: .adaptation)
    try container.encodeIfPresent(stateAdaptation, forKey: .stateAdaptation)
    try container.encodeIfPresent(sources, forKey: .sources)
    try record.encode(to: encoder)
  }

  /// Why there is no such block, as a clause; `nil` if there is one.
  var validationError: String? {
    let range = 1...BlockExtents.largest
    guard inputs == 0 || range.contains(inputs), range.contains(outputs) else {
      return "it has \(inputs) inputs and \(outputs) outputs"
    }
    if let stateAdaptation {
      guard record is RecurrenceRecord else { return "only a recurrence has a state" }
      guard stateAdaptation.width == outputs else {
        return "the state's width is \(stateAdaptation.width), but the block has \(outputs) outputs"
      }
    }
    return adaptation?.validationError ?? stateAdaptation?.validationError ?? record.validationError(extents)
  }
}
