import AdaptiveWidth
import Experiment
import Foundation

/// The JSON file: all of a saved model but its tensors.
struct ModelDocument: Codable {
  static let format = "awn-model"
  static let version = 1

  var format = Self.format
  var version = Self.version
  var origin: SavedModel.Origin
  var metrics: Metrics?
  var network: NetworkRecord
  var optimizer: OptimizerRecord?
  var preparation: PreparationRecord?
  /// Of the safetensors file.
  var tensors: Seal

  struct NetworkRecord: Codable {
    var problem: Problem
    var blocks: [BlockEntry]

    init(_ network: Network, withMoments: Bool) throws(ModelFileError.Reason) {
      problem = network.problem
      blocks = []
      for (index, block) in network.blocks.enumerated() {
        let sources = network.sources[index]
        blocks.append(
          try BlockEntry(block, sources: sources == [index - 1] ? nil : sources, withMoments: withMoments))
      }
    }
  }

  struct OptimizerRecord: Codable {
    var kind: OptimizerKind
    var learningRate: Double
    var momentum: Double
    /// Updates done.
    var count: Int

    private enum CodingKeys: String, CodingKey {
      case kind, momentum, count
      case learningRate = "learning_rate"
    }

    var problem: String? {
      let checks: [(Bool, String)] = [
        (learningRate > 0 && learningRate.isFinite, "the learning rate must be positive"),
        (momentum >= 0 && momentum < 1, "the momentum must be at least 0 and below 1"),
        ((0...1 << 53).contains(count), "the optimiser's count must not be negative"),
      ]
      return checks.first { !$0.0 }?.1
    }
  }

  init(_ model: SavedModel, tensors: Seal) throws(ModelFileError.Reason) {
    origin = model.origin
    metrics = model.metrics
    network = try NetworkRecord(model.network, withMoments: model.optimizer != nil)
    optimizer = model.optimizer.map {
      OptimizerRecord(kind: $0.kind, learningRate: $0.learningRate, momentum: $0.momentum, count: $0.count)
    }
    preparation = model.preparation.map(PreparationRecord.init)
    self.tensors = tensors
  }
}

// MARK: As JSON

extension ModelDocument {
  /// Sorted and indented, with what the trainer adds.
  func data(training: (any Encodable & Sendable)?) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try encoder.encode(Whole(document: self, training: training)) + Data("\n".utf8)
  }

  private struct Whole: Encodable {
    var document: ModelDocument
    var training: (any Encodable & Sendable)?

    private enum CodingKeys: String, CodingKey { case training }

    func encode(to encoder: any Encoder) throws {
      try document.encode(to: encoder)
      guard let training else { return }
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(training, forKey: .training)
    }
  }

  /// Whatever part of the file `type` names.
  static func decode<Value: Decodable>(
    _ type: Value.Type, _ data: Data, file: String
  ) throws(ModelFileError) -> Value {
    // Foundation would take other encodings for granted.
    guard data.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) != nil else {
      throw ModelFileError(.badJSON(detail: "not UTF-8"), file: file)
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    do {
      return try decoder.decode(type, from: data)
    } catch {
      throw ModelFileError(reason(error), file: file)
    }
  }

  private struct Head: Decodable {
    var format: String?
    var version: Int?
  }

  private struct Sealed: Decodable {
    var tensors: Seal
  }

  /// Of the safetensors file that belongs to a JSON file.
  static func seal(_ data: Data, file: String) throws(ModelFileError) -> Seal {
    try decode(Sealed.self, data, file: file).tensors
  }

  init(_ data: Data, file: String) throws(ModelFileError) {
    let head = try Self.decode(Head.self, data, file: file)
    guard head.format == Self.format else { throw ModelFileError(.otherFormat(head.format), file: file) }
    guard let version = head.version, version >= 1 else {
      throw ModelFileError(.missingField("version"), file: file)
    }
    guard version <= Self.version else {
      throw ModelFileError(.newerVersion(version, known: Self.version), file: file)
    }
    self = try Self.decode(ModelDocument.self, data, file: file)
  }

  private static func reason(_ error: any Error) -> ModelFileError.Reason {
    switch error {
    case DecodingError.keyNotFound(let key, let context): .missingField(path(context.codingPath + [key]))
    case DecodingError.valueNotFound(_, let context): .missingField(path(context.codingPath))
    case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? .badJSON(detail: context.debugDescription)
        : .badField(path(context.codingPath), detail: context.debugDescription)
    default: .badJSON(detail: "\(error)")
    }
  }

  /// `network.blocks[0].inputs`
  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}
