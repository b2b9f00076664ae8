import AdaptiveWidth
import ArgumentParser
import Datasets
import Experiment
import Foundation
import ModelFiles
import PlainText
import RunFolders
import UserInterface

/// The model that a command is about.
struct ModelArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A run folder, or a checkpoint (.json or .safetensors) in it.", valueName: "model"))
  var path: String

  func validate() throws { try GivenPath.require(path, "<model>", of: GivenPath.model) }

  /// Says if the run still trains, so that nobody takes its checkpoint for its present network.
  func read() throws -> LoadedModel {
    let loaded = try ModelFile.read(path)
    if let note = loaded.noteOfTraining { Console.tell("note: \(note)\n") }
    return loaded
  }
}

extension LoadedModel {
  /// How rows become the network's inputs.
  func preparation() throws(ModelCommandError) -> Preparation {
    guard let preparation = model.preparation else { throw .noPreparation(location.document) }
    return preparation
  }

  /// What is read of a run that still trains; `nil`: it does not.
  var noteOfTraining: String? {
    guard RunFolder.isInUse(location.folder) else { return nil }
    let attributes = try? FileManager.default.attributesOfItem(atPath: location.document)
    let age = (attributes?[.modificationDate] as? Date).map { Int(max(0, -$0.timeIntervalSinceNow)) }
    return "\(sanitized(location.folder, limit: 300)) still trains: this is its checkpoint of step "
      + "\(model.origin.step)" + (age.map { ", \(counted($0, "second")) old" } ?? "")
  }

  /// Throws if no width is learned.
  func requireLearnedWidths() throws(ModelCommandError) {
    if model.network.adaptiveBlocks.isEmpty { throw .noLearnedWidths(location.document) }
  }

  /// Where the run's settings are: beside the checkpoint.
  var experimentPath: String { RunFolder.experiment(in: location.folder) }
}

/// What a model was trained on, divided as it was then.
struct OwnData {
  var configuration: Configuration
  let dataset: Dataset

  /// Reads the experiment beside the checkpoint and what it trains on.
  init(of loaded: LoadedModel) throws {
    let path = loaded.experimentPath
    guard FileManager.default.fileExists(atPath: path) else {
      throw ModelCommandError.noExperiment(loaded.location.folder)
    }
    let probes = Probes()
    configuration = try ExperimentFile.configuration(contentsOf: path, probes: probes)
    let preparation = try loaded.preparation()
    // What an older version read is read as it did; otherwise the data are prepared again, to be compared.
    let isReused = preparation.reading == nil
    do {
      dataset = try Dataset.load(
        configuration.data, for: configuration.network.kind, seed: configuration.training.seed,
        probes: probes,
        preparedBy: isReused ? preparation : nil)
    } catch {
      throw ModelCommandError.ownData(error, experiment: path)
    }
    // Means, scales and categories follow from the training rows: the same, if and only if these are.
    guard dataset.preparation == preparation, !isReused || dataset.isOfItsPreparation else {
      throw ModelCommandError.otherData(experiment: path)
    }
  }

  /// The rows held out for the live metric.
  func heldOut(for network: Network) throws(ModelCommandError) -> EvaluationRows {
    guard dataset.validation.rows > 0 else { throw .noHeldOutRows }
    return EvaluationRows(heldOutOf: dataset, for: network, configuration.network.kind.architecture)
  }
}
