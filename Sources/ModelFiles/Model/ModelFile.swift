import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation

/// Networks in files: `NAME.json` describes one, `NAME.safetensors` holds its tensors.
public enum ModelFile {
  /// Replaces both files: a reader finds the old model or the new one, wherever the writer is stopped.
  ///
  /// - Parameter training: what else a run needs to continue; stored under the JSON key `training`.
  /// - Throws: also if a number of the network is not finite; the old files stay then.
  public static func write(
    _ model: SavedModel, training: (any Codable & Sendable)? = nil, to location: ModelLocation
  ) throws(ModelFileError) {
    let files = try encode(model, training: training, location)
    try CheckpointFiles(location).write(document: files.document, tensors: files.tensors)
  }

  /// Reads the model of a path as a user gives it, which `locate` resolves.
  public static func read(_ path: String) throws(ModelFileError) -> LoadedModel {
    try read(locate(path))
  }

  /// Reads the model of a location.
  public static func read(_ location: ModelLocation) throws(ModelFileError) -> LoadedModel {
    let files = try CheckpointFiles(location).read()
    return try decode(document: files.document, tensors: files.tensors, location)
  }
}

/// A model that was read, with where it was read from.
public struct LoadedModel: Sendable {
  public let model: SavedModel
  public let location: ModelLocation
  private let document: Data

  init(_ model: SavedModel, _ location: ModelLocation, document: Data) {
    self.model = model
    self.location = location
    self.document = document
  }

  /// What a run needs to continue.
  ///
  /// - Returns: `nil` if the file was written without it.
  public func training<Training: Decodable>(as type: Training.Type) throws(ModelFileError) -> Training? {
    try ModelDocument.decode(Section<Training>.self, document, file: location.document).training
  }

  private struct Section<Training: Decodable>: Decodable {
    var training: Training?
  }
}

// MARK: Between bytes and models

extension ModelFile {
  /// The bytes of both files. Takes the tensors' bytes once, for the file itself.
  package static func encode(
    _ model: SavedModel, training: (any Codable & Sendable)?, _ location: ModelLocation
  ) throws(ModelFileError) -> (document: Data, tensors: Data) {
    let tensors: Data
    let document: ModelDocument
    // A file that could not be read again must not replace one that can.
    do throws(ModelFileError.Model) {
      let matrices = try ModelTensors.matrices(of: model)
      tensors = Safetensors.file(of: matrices, metadata: ["format": ModelDocument.format])
      document = try ModelDocument(model, tensors: Seal(tensors))
      try document.validate()
      _ = try document.model(model.network, best: model.best?.network, teacher: model.teacher)
    } catch {
      throw ModelFileError(.model(.unsaveable(error.clause)), file: location.document)
    }
    do {
      return (try document.data(training: training), tensors)
    } catch {
      let clause = "its settings cannot be written (\(error))"
      throw ModelFileError(.model(.unsaveable(clause)), file: location.document)
    }
  }

  /// The model in the bytes of both files, none of which is trusted.
  package static func decode(
    document data: Data, tensors: Data, _ location: ModelLocation
  ) throws(ModelFileError) -> LoadedModel {
    let document = try ModelDocument(data, file: location.document)
    guard document.tensors == Seal(tensors) else {
      throw ModelFileError(.model(.noMatchingTensors(file: location.tensors)), file: location.document)
    }
    let contents = try Safetensors(tensors, file: location.tensors)
    do throws(ModelFileError.Model) {
      return LoadedModel(try assemble(document, contents.tensors), location, document: data)
    } catch {
      throw ModelFileError(.model(error), file: location.document)
    }
  }

  private static func assemble(
    _ document: ModelDocument, _ tensors: [String: Safetensors.Tensor]
  ) throws(ModelFileError.Model) -> SavedModel {
    try document.validate()
    var assembly = NetworkAssembly(tensors)
    let network = try assembly.network(document.network, optimizer: document.optimizer?.kind)
    var best: Network?
    if let record = document.best {
      best = try assembly.network(
        record.network, optimizer: record.optimizer.kind, prefix: ModelTensors.bestPrefix)
    }
    var teacher: Network?
    if let record = document.teacher {
      teacher = try assembly.network(record, optimizer: nil, prefix: ModelTensors.teacherPrefix)
    }
    if let name = assembly.unclaimed { throw .unexpectedTensor(name) }
    return try document.model(network, best: best, teacher: teacher)
  }
}
