import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import ModelFiles
import PlainText
import RunFolders

/// A run's checkpoint as it was read from its folder.
public struct RunCheckpoint: Sendable {
  let folder: String
  let model: SavedModel
  let record: TrainingRecord
  /// What a search for the smallest good network may roll back to, or the second network of a run that ends with its
  /// best.
  let best: SavedModel.Best?

  /// How the rows of the run's data became inputs; `nil`: the checkpoint does not say.
  public var preparation: Preparation? { model.preparation }

  /// Epochs after which the run is finished.
  public var epochs: Int { record.moment.epochs }

  /// Seconds of training by then.
  package var seconds: Double { record.progress.seconds }

  /// How the run learns widths; `nil`: it learns none, or began with another model, or that cannot be told.
  package var method: WidthMethod? {
    if record.progress.givenWidths != nil { return nil }
    if record.moment.settling != nil { return .settle }
    // While a layer is compressed its rate moves, whatever the method.
    let others = model.network.adaptations.enumerated().filter {
      $0.offset != record.moment.compression?.layer
    }
    return others.first.map { $0.element.learnsRate ? .paper : .settle }
  }

  /// What importances are in proportion to; `nil`: there are none, or the run began with another model.
  var importanceScale: ImportanceScale? {
    record.progress.givenWidths == nil ? model.network.adaptations.first?.scale : nil
  }

  /// The checkpoint in a run's folder.
  ///
  /// - Throws: `ModelFileError` if there is none or it cannot be read; `ResumeError` if no run can continue from it.
  public init(in folder: RunFolder) throws {
    let loaded = try ModelFile.read(folder.path)
    guard let record = try loaded.training(as: TrainingRecord.self), loaded.model.optimizer != nil else {
      throw ResumeError(.noTraining, folder: folder.path)
    }
    if let error = record.validationError(loaded.model.network) {
      throw ModelFileError(.model(.inconsistent(error)), file: loaded.location.document)
    }
    if record.moment.distillation != nil && loaded.model.teacher == nil {
      throw ModelFileError(
        .model(.inconsistent("the network that teaches is missing")), file: loaded.location.document)
    }
    best = try Self.best(record, of: loaded)
    (self.folder, model, self.record) = (folder.path, loaded.model, record)
  }

  /// - Parameters:
  ///   - configuration: that of the run's experiment in `file`, as it is now.
  ///   - probes: of the run's data.
  /// - Throws: `ResumeError` if it is not what the run was trained with, as far as the checkpoint tells that.
  package func expectExperiment(
    _ configuration: Configuration, in file: String, probes: Probes = Probes()
  ) throws(ResumeError) {
    guard let experiment = record.experiment,
      let changes = try? ExperimentFile.changes(
        of: configuration, in: file, since: experiment, problem: model.network.problem, probes: probes)
    else { return }
    if !changes.isEmpty { throw ResumeError(.editedExperiment(changes), folder: folder) }
  }

  private static func best(
    _ record: TrainingRecord, of loaded: LoadedModel
  ) throws(ModelFileError) -> SavedModel.Best? {
    let file = loaded.location.document
    let best: SavedModel.Best?
    if let search = record.progress.search {
      best = try search.best(in: loaded.model, file: file)
    } else if record.moment.second != nil {
      best = loaded.model.best
    } else {
      return nil
    }
    guard let best else {
      throw ModelFileError(
        .model(.inconsistent("the best network, or its optimizer, is missing")), file: file)
    }
    let (network, other) = (loaded.model.network, best.network)
    guard network.shape.first == other.shape.first, network.shape.last == other.shape.last,
      network.blocks.count == other.blocks.count, network.adaptiveBlocks == other.adaptiveBlocks,
      network.problem == other.problem, loaded.model.optimizer?.kind == best.optimizer.kind
    else {
      throw ModelFileError(
        .model(.inconsistent("the best network is a different one")), file: file)
    }
    return best
  }
}

/// Why a run cannot continue.
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
    /// The settings that were changed, as clauses.
    case editedExperiment([String])
    case epochsDone(Double, asked: Int)
  }

  /// Whether other options would let the run continue.
  public var isUsage: Bool {
    if case .epochsDone = reason { true } else { false }
  }

  /// One sentence.
  public var description: String { "\(shown): \(reasonClause)" }

  private var shown: String { sanitized(folder, limit: 300) }

  /// "8 epochs are", without the part of the next one that is done.
  private static func shown(wholeEpochs epochs: Double) -> String {
    let whole = Int(min(epochs, 1e15))
    return counted(whole, "epoch") + (whole == 1 ? " is" : " are")
  }

  private var reasonClause: String {
    switch reason {
    case .noTraining:
      "the checkpoint holds a network alone, so no run can go on from it; begin a new one with it: awn-tui train --from \(shown)"
    case .otherData(let difference):
      "the data are not those of the checkpoint: \(difference); bring them back, or train a new run"
    case .otherExperiment(let difference):
      "experiment.toml is not the checkpoint's: \(difference); bring it back, or train a new run"
    case .editedExperiment(let changes):
      "experiment.toml is not what the run was trained with: \(sanitized(changes.joined(separator: ", "), limit: 600)); "
        + "bring that back (for more epochs give --epochs), or begin a new run with: awn-tui train \(shown)/experiment.toml"
    case .epochsDone(let done, let asked):
      "\(Self.shown(wholeEpochs: done)) done, so the run cannot go on to epoch \(grouped(asked)); give a larger --epochs"
    }
  }
}

extension ResumeError: UserFacingError {
  public var exitStatus: ExitStatus { isUsage ? .usage : .badInput }
}
