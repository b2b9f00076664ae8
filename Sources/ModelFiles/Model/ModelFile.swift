import AdaptiveWidth
import Experiment
import Foundation

/// Networks in files: `NAME.json` describes one, `NAME.safetensors` holds its numbers.
public enum ModelFile {
  /// Writes both files, in place of what was there: a reader finds the old model or the new one, wherever the writer
  /// is stopped.
  ///
  /// - Parameter training: what else a run needs to go on; stored as the file's section `training`.
  /// - Throws: also if a number of the network is not finite; what was there stays then.
  public static func write(
    _ model: SavedModel, training: (any Codable & Sendable)? = nil, to location: ModelLocation
  ) throws(ModelFileError) {
    let files = try encode(model, training: training, location)
    try CheckpointFiles(location).write(document: files.document, tensors: files.tensors)
  }

  /// Reads the model that a path means, as `locate` finds it.
  public static func read(_ path: String) throws(ModelFileError) -> LoadedModel {
    try read(locate(path))
  }

  /// Reads the model of a place.
  public static func read(_ location: ModelLocation) throws(ModelFileError) -> LoadedModel {
    let files = try CheckpointFiles(location).read()
    return try decode(document: files.document, tensors: files.tensors, location)
  }
}

/// A model as it was read.
public struct LoadedModel: Sendable {
  public let model: SavedModel
  /// Where it was read from.
  public let location: ModelLocation
  private let document: Data

  init(_ model: SavedModel, _ location: ModelLocation, document: Data) {
    self.model = model
    self.location = location
    self.document = document
  }

  /// What a run needs to go on.
  ///
  /// - Returns: `nil` if the file was written without.
  public func training<Training: Decodable>(as type: Training.Type) throws(ModelFileError) -> Training? {
    try ModelDocument.decode(Section<Training>.self, document, file: location.document).training
  }

  private struct Section<Training: Decodable>: Decodable {
    var training: Training?
  }
}

// MARK: Between bytes and models

extension ModelFile {
  /// Bytes of both files.
  package static func encode(
    _ model: SavedModel, training: (any Codable & Sendable)?, _ location: ModelLocation
  ) throws(ModelFileError) -> (document: Data, tensors: Data) {
    let contents = ModelTensors.tensors(of: model.network, optimizer: model.optimizer?.kind)
    let tensors = Safetensors(tensors: contents, metadata: ["format": ModelDocument.format]).data
    let document = ModelDocument(model, tensors: Seal(tensors))
    // What could not be read again is not written over what can.
    do throws(ModelFileError.Reason) {
      _ = try assemble(document, contents)
    } catch {
      throw ModelFileError(.unsaveable(error.clause), file: location.document)
    }
    do {
      return (try document.data(training: training), tensors)
    } catch {
      throw ModelFileError(.unsaveable("its settings cannot be written (\(error))"), file: location.document)
    }
  }

  /// The model in the bytes of both files, none of which is trusted.
  package static func decode(
    document data: Data, tensors: Data, _ location: ModelLocation
  ) throws(ModelFileError) -> LoadedModel {
    let document = try ModelDocument(data, file: location.document)
    guard document.tensors == Seal(tensors) else {
      throw ModelFileError(.noMatchingTensors(file: location.tensors), file: location.document)
    }
    let contents = try Safetensors(tensors, file: location.tensors)
    do throws(ModelFileError.Reason) {
      return LoadedModel(try assemble(document, contents.tensors), location, document: data)
    } catch {
      throw ModelFileError(error, file: location.document)
    }
  }

  private static func assemble(
    _ document: ModelDocument, _ tensors: [String: Safetensors.Tensor]
  ) throws(ModelFileError.Reason) -> SavedModel {
    try check(document)
    let optimizer = document.optimizer
    var assembly = BlockAssembly(tensors, optimizer: optimizer?.kind)
    var nodes: [LayerNode] = []
    for (index, entry) in document.network.blocks.enumerated() {
      nodes.append(LayerNode(try assembly.block(entry, index), entry.sources ?? [index - 1]))
    }
    if let name = assembly.rest { throw .unexpectedTensor(name) }
    if let mistake = Network.validationError(in: nodes) { throw .inconsistent(mistake) }
    let network = Network(nodes: nodes, problem: document.network.problem)
    guard let record = document.preparation else { return model(document, network) }
    let preparation = record.preparation(features: network.inputs)
    guard let preparation, preparation.problem == network.problem else {
      throw .inconsistent("the preparation's parts do not fit together, or not the network")
    }
    let outputs = preparation.outputs
    guard outputs == network.outputs else {
      throw .inconsistent("the preparation has \(outputs) outputs, the network \(network.outputs)")
    }
    let vocabularies = Set(network.vocabularies)
    guard vocabularies == Set([preparation.vocabulary?.size].compactMap { $0 }) else {
      throw .inconsistent("the preparation's vocabulary is not the network's")
    }
    if let mistake = network.validationError(for: preparation.inputShape) { throw .inconsistent(mistake) }
    var result = model(document, network)
    result.preparation = preparation
    return result
  }

  private static func model(_ document: ModelDocument, _ network: Network) -> SavedModel {
    SavedModel(
      network: network,
      optimizer: document.optimizer.map {
        Optimizer(kind: $0.kind, learningRate: $0.learningRate, momentum: $0.momentum, count: $0.count)
      }, metrics: document.metrics, origin: document.origin)
  }

  /// All that blocks and networks ask of their parts, but for the tensors.
  private static func check(_ document: ModelDocument) throws(ModelFileError.Reason) {
    let blocks = document.network.blocks
    guard !blocks.isEmpty else { throw .inconsistent("the network has no blocks") }
    for (index, entry) in blocks.enumerated() {
      let extents = 1...BlockEntry.largestExtent
      guard entry.inputs == 0 || extents.contains(entry.inputs), extents.contains(entry.outputs) else {
        throw .inconsistent("block \(index) has \(entry.inputs) inputs and \(entry.outputs) outputs")
      }
      if let problem = entry.adaptation?.problem ?? entry.record.problem(entry.extents) {
        throw .inconsistent("in block \(index), \(problem)")
      }
    }
    if let problem = document.optimizer?.problem { throw .inconsistent(problem) }
    guard document.origin.step >= 0, document.origin.epoch >= 0, document.origin.epoch.isFinite else {
      throw .inconsistent("steps and epochs must not be negative")
    }
  }
}
