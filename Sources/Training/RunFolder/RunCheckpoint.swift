import AdaptiveWidth
import Datasets
import Foundation
import ModelFiles
import PlainText

/// A run's checkpoint as it was read.
public struct RunCheckpoint: Sendable {
  let folder: String
  let model: SavedModel
  let record: TrainingRecord
  /// Of a compression that would go back to it.
  let best: SavedModel?

  /// Epochs after which the run is finished.
  public var epochs: Int { record.epochs }

  /// The checkpoint in a run's folder.
  ///
  /// - Throws: `ModelFileError` if there is none or it can not be read; `ResumeError` if no run can go on from it.
  public init(in folder: RunFolder) throws {
    let loaded = try ModelFile.read(folder.path)
    guard let record = try loaded.training(as: TrainingRecord.self), loaded.model.optimizer != nil else {
      throw ResumeError(.noTraining, folder: folder.path)
    }
    if let problem = record.problem(of: loaded.model.network) {
      throw ModelFileError(.inconsistent(problem), file: loaded.location.document)
    }
    best = try Self.best(record, of: loaded)
    (self.folder, model, self.record) = (folder.path, loaded.model, record)
  }

  private static func best(
    _ record: TrainingRecord, of loaded: LoadedModel
  ) throws(ModelFileError) -> SavedModel? {
    guard let ratchet = record.ratchet else { return nil }
    let best = try ratchet.bestModel(loaded.location.document)
    let (network, other) = (loaded.model.network, best.network)
    guard network.shape.first == other.shape.first, network.shape.last == other.shape.last,
      network.blocks.count == other.blocks.count, network.adaptiveBlocks == other.adaptiveBlocks,
      network.problem == other.problem, loaded.model.optimizer?.kind == best.optimizer?.kind
    else {
      throw ModelFileError(
        .inconsistent("the network that a compression may go back to is another one"),
        file: loaded.location.document)
    }
    return best
  }
}

/// Why a run can not go on.
public struct ResumeError: Error, Equatable, CustomStringConvertible {
  public var folder: String
  public var reason: Reason

  init(_ reason: Reason, folder: String) {
    (self.folder, self.reason) = (folder, reason)
  }

  public enum Reason: Equatable, Sendable {
    /// A model without a run's state.
    case noTraining
    /// How they differ, as a clause.
    case otherData(String)
    case otherExperiment(String)
    case epochsDone(Double, asked: Int)
  }

  /// Whether the run could go on if it were asked for something else.
  public var isUsage: Bool {
    if case .epochsDone = reason { true } else { false }
  }

  /// One sentence.
  public var description: String { "\(sanitized(folder, limit: 300)): \(sentence)" }

  private var sentence: String {
    switch reason {
    case .noTraining: "the checkpoint holds a network alone, so no run can go on from it; train a new one"
    case .otherData(let difference):
      "the data are not those of the checkpoint: \(difference); bring them back, or train a new run"
    case .otherExperiment(let difference):
      "experiment.toml is not the checkpoint's: \(difference); bring it back, or train a new run"
    case .epochsDone(let done, let asked):
      "\(String(format: "%.4g", done)) epochs are done, so the run cannot go on to epoch \(asked); "
        + "give a larger --epochs"
    }
  }
}
