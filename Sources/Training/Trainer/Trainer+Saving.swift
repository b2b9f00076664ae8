import AtomicFiles
import Experiment
import Foundation
import Messaging
import ModelFiles
import PlainText
import RunFolders

/// Writes a model to a new file for other programs.
///
/// - Throws: what a user can read, if the file cannot be written or is there already.
public typealias ModelExporting = @Sendable (SavedModel, _ file: String, ModelFormat) throws -> Void

/// Models that whoever watches a run asks for. Training waits until they are written, and goes on as it would have.
extension Trainer {
  /// The run's own checkpoint, or the present model in a folder of its own, from which a new run can begin.
  func save(as name: String?, _ id: Int) async {
    guard let recorder else {
      return reject(id, "the run has no folder; export writes the model to a file")
    }
    guard let name else { return await saveCheckpoint(recorder, id) }
    guard recorder.isThere else {
      return reject(id, "\(recorder.path) is gone: put it back, or export the model to a file")
    }
    let folder = RunFolder.model(name, in: recorder.path)
    let experiment = RunFolder.experiment(in: recorder.path)
    await write(.saved(folder: folder), id) { model in
      let manager = FileManager.default
      try PlaceTaken.check(folder)
      do {
        try Folders.make(folder)
        if let text = manager.contents(atPath: experiment) {
          try AtomicFile.write(text, to: RunFolder.experiment(in: folder))
        }
        try ModelFile.write(model, to: ModelLocation(folder: folder))
      } catch {
        try? manager.removeItem(atPath: folder)
        throw error
      }
    }
  }

  private func saveCheckpoint(_ recorder: RunRecorder, _ id: Int) async {
    guard learning.network.isFinite else { return reject(id, Self.isNotFinite) }
    wantsCheckpoint = false
    stopwatch.checkpointTaken()
    stopwatch.pause()
    let failure = await recorder.saveNow(checkpoint)
    stopwatch.start()
    if let failure { return reject(id, "no checkpoint is saved: \(failure)") }
    post(.saved(folder: recorder.path), command: id)
  }

  private static let isNotFinite = "the network has numbers that are not finite"

  func export(to file: String, _ format: ModelFormat, _ id: Int) async {
    guard let exportModel else { return reject(id, "this program cannot export models") }
    await write(.exported(file: file), id) { try exportModel($0, file, format) }
  }

  private func write(
    _ kind: Event.Kind, _ id: Int, _ write: @escaping @Sendable (SavedModel) throws -> Void
  ) async {
    guard learning.network.isFinite else { return reject(id, Self.isNotFinite) }
    stopwatch.pause()
    var model = checkpoint.model
    (model.best, model.teacher) = (nil, nil)
    let (written, failure) = (model, Latest<String>())
    await Task.detached {
      do {
        try write(written)
      } catch {
        failure.post((error as? any UserFacingError)?.sentence ?? "\(error)")
      }
    }.value
    stopwatch.start()
    if let reason = failure.take() { reject(id, reason) } else { post(kind, command: id) }
  }
}
