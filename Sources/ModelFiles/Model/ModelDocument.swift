import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import JSONText

/// The JSON file: everything about a saved model but its tensors.
struct ModelDocument: Codable {
  static let format = ModelFileError.Document.knownFormat
  /// The newest version there is. Version 2 adds `best`, version 3 `teacher`; a file without them has version 1, which
  /// older programs read.
  static let version = 3

  var format = Self.format
  var version: Int
  var origin: SavedModel.Origin
  var metrics: Metrics?
  var network: NetworkRecord
  var optimizer: OptimizerRecord?
  var preparation: PreparationRecord?
  /// The run's best network, whose tensors have the prefix `best.`.
  var best: BestRecord?
  /// The uncut network, which teaches the cut one; its tensors have the prefix `teacher.`.
  var teacher: NetworkRecord?
  /// Size and checksum of the safetensors file.
  var tensors: Seal

  struct BestRecord: Codable {
    var network: NetworkRecord
    var optimizer: OptimizerRecord
  }

  struct NetworkRecord: Codable {
    var problem: Problem
    var blocks: [BlockEntry]

    init(_ network: Network, withMoments: Bool) throws(ModelFileError.Model) {
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
    /// `nil`: none.
    var weightDecay: Double?
    /// Updates done.
    var count: Int

    private enum CodingKeys: String, CodingKey {
      case kind, momentum, count
      case learningRate = "learning_rate"
      case weightDecay = "weight_decay"
    }

    init(_ optimizer: Optimizer) {
      (kind, learningRate) = (optimizer.kind, optimizer.learningRate)
      (momentum, count) = (optimizer.momentum, optimizer.count)
      weightDecay = optimizer.weightDecay > 0 ? optimizer.weightDecay : nil
    }

    var optimizer: Optimizer {
      Optimizer(
        kind: kind, learningRate: learningRate, momentum: momentum, weightDecay: weightDecay ?? 0,
        count: count)
    }
  }

  init(_ model: SavedModel, tensors: Seal) throws(ModelFileError.Model) {
    version = model.teacher != nil ? 3 : model.best != nil ? 2 : 1
    origin = model.origin
    metrics = model.metrics
    network = try NetworkRecord(model.network, withMoments: model.optimizer != nil)
    optimizer = model.optimizer.map(OptimizerRecord.init)
    preparation = model.preparation.map(PreparationRecord.init)
    if let best = model.best {
      self.best = BestRecord(
        network: try NetworkRecord(best.network, withMoments: true),
        optimizer: OptimizerRecord(best.optimizer))
    }
    if let teacher = model.teacher { self.teacher = try NetworkRecord(teacher, withMoments: false) }
    self.tensors = tensors
  }
}

// MARK: As JSON

extension ModelDocument {
  /// Sorted and indented, with what the trainer adds.
  func data(training: (any Encodable & Sendable)?) throws -> Data {
    return try JSONFormat.encoder(isIndented: true).encode(Whole(document: self, training: training))
      + Data("\n".utf8)
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

  /// The part of the file that `type` reads.
  static func decode<Value: Decodable>(
    _ type: Value.Type, _ data: Data, file: String
  ) throws(ModelFileError) -> Value {
    // Foundation would accept other encodings.
    guard data.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) != nil else {
      throw ModelFileError(.document(.badJSON(detail: "not UTF-8")), file: file)
    }
    do {
      return try JSONFormat.decoder().decode(type, from: data)
    } catch {
      throw ModelFileError(.document(reason(error)), file: file)
    }
  }

  private struct Head: Decodable {
    var format: String?
    var version: Int?
  }

  private struct Sealed: Decodable {
    var tensors: Seal
  }

  /// Size and checksum of the safetensors file that belongs to a JSON file.
  static func seal(_ data: Data, file: String) throws(ModelFileError) -> Seal {
    try decode(Sealed.self, data, file: file).tensors
  }

  init(_ data: Data, file: String) throws(ModelFileError) {
    let head = try Self.decode(Head.self, data, file: file)
    guard head.format == Self.format else {
      throw ModelFileError(.document(.otherFormat(head.format)), file: file)
    }
    guard let version = head.version, version >= 1 else {
      throw ModelFileError(.document(.missingField("version")), file: file)
    }
    guard version <= Self.version else {
      throw ModelFileError(.document(.newerVersion(version, known: Self.version)), file: file)
    }
    self = try Self.decode(ModelDocument.self, data, file: file)
  }

  private static func reason(_ error: any Error) -> ModelFileError.Document {
    switch error {
    case DecodingError.keyNotFound(let key, let context): .missingField(path(context.codingPath + [key]))
    case DecodingError.valueNotFound(_, let context): .missingField(path(context.codingPath))
    case DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? .badJSON(detail: place(of: context.underlyingError))
        : .badField(path(context.codingPath), detail: context.debugDescription)
    default: .badJSON(detail: "\(error)")
    }
  }

  /// Where JSON ends to be JSON, as Foundation says it; empty if it does not say.
  private static func place(of error: (any Error)?) -> String {
    (error as NSError?)?.userInfo["NSDebugDescription"] as? String ?? ""
  }

  /// `network.blocks[0].inputs`
  private static func path(_ keys: [any CodingKey]) -> String {
    keys.reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}
