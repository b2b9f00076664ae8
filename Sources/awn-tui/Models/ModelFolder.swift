import AdaptiveWidth
import ArgumentParser
import AtomicFiles
import Experiment
import Foundation
import ModelFiles
import RunFolders
import UserInterface

/// A new folder for a model made of another one: a checkpoint, with the experiment of the other one beside it, so
/// that it can be measured on the same rows.
struct ModelFolder {
  let path: String

  /// Checks that there is nothing at the path that could be lost, and that the folder can be made: known now, not
  /// after an hour of training.
  init(_ path: String) throws {
    try GivenPath.require(path, "--output")
    self.path = path
    let manager = FileManager.default
    if manager.fileExists(atPath: path), (try? manager.contentsOfDirectory(atPath: path))?.isEmpty != true {
      throw ModelCommandError.folderNotEmpty(path)
    }
    // The folder itself, or the nearest above it that is there, takes new entries.
    var place = URL(filePath: path)
    while access(place.path, F_OK) != 0, errno == ENOENT, place.path != "/" {
      if let reason = NewPlace.brokenLink(place.path) {
        throw ModelCommandError.cannotWrite(path, reason: reason)
      }
      place.deleteLastPathComponent()
    }
    if let reason = NewPlace.obstacle(in: place.path) {
      throw ModelCommandError.cannotWrite(path, reason: reason)
    }
  }

  /// Writes the model of a network that came from another model. After a failure nothing is left behind.
  ///
  /// - Parameter trained: steps and epochs that it was trained on.
  func write(
    _ network: Network, metrics: Metrics?, trained: (steps: Int, epochs: Double) = (0, 0),
    from loaded: LoadedModel
  ) throws {
    let manager = FileManager.default
    let isNew = !manager.fileExists(atPath: path)
    do {
      try Folders.make(path)
    } catch {
      throw ModelCommandError.cannotWrite(path, reason: error.reason)
    }
    let experiment = RunFolder.experiment(in: path)
    do {
      if let text = manager.contents(atPath: loaded.experimentPath) {
        try AtomicFile.write(text, to: experiment)
      }
      var origin = loaded.model.origin
      origin.step += trained.steps
      origin.epoch += trained.epochs
      origin.version = AwnTui.version
      // Without the optimizer: its moments belong to a run that this network has left.
      let model = SavedModel(
        network: network.inferenceCopy, preparation: loaded.model.preparation, metrics: metrics,
        origin: origin)
      try ModelFile.write(model, to: ModelLocation(folder: path))
    } catch {
      try? manager.removeItem(atPath: isNew ? path : experiment)
      throw error
    }
  }
}

/// What became of a model, for people.
struct Change {
  var before: MeasuredCut
  var after: MeasuredCut
  /// Whether the metrics are known.
  var isMeasured: Bool

  /// A line each.
  var text: String {
    let share = 100 * (Double(after.parameters) / Double(max(1, before.parameters)) - 1)
    var lines = [
      "widths: \(MetricText.widths(before.widths)) → \(MetricText.widths(after.widths))",
      "parameters: \(before.parameters) → \(after.parameters) (\(MetricText.change(share)) %)",
    ]
    if isMeasured {
      let (name, was) = MetricText.main(before.metrics)
      lines.append("held-out \(name): \(was) → \(MetricText.main(after.metrics).value)")
      lines.append(
        "held-out loss: \(MetricText.number(before.metrics.loss)) → \(MetricText.number(after.metrics.loss))")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
