import Learning
import ModelFiles

/// Checkpoints: copies, handed to the recorder between steps. What is learned does not depend on them.
extension Trainer {
  /// After a structural edit, a divergence, the end of the epochs.
  func saveIfWanted() {
    if wantsCheckpoint { save() }
  }

  /// At regular intervals, unless the last checkpoint is still being written.
  func saveIfDue() {
    guard let recorder, let interval = recorder.checkpointInterval,
      stopwatch.isCheckpointDue(every: interval), !recorder.isSaving
    else { return }
    save()
  }

  /// Not a network that is about to diverge: its last good moment is saved as soon as it has.
  func save() {
    wantsCheckpoint = false
    guard let recorder, learning.network.isFinite else { return }
    stopwatch.checkpointTaken()
    recorder.save(checkpoint)
  }

  /// The present moment.
  var checkpoint: Checkpoint {
    var progress = progress
    progress.seconds = stopwatch.seconds
    return Checkpoint(
      moment: moment, progress: progress, preparation: dataset.preparation,
      origin: SavedModel.Origin(
        name: configuration.name, seed: configuration.training.seed, step: moment.networkStep,
        epoch: Double(moment.networkStep) / Double(batchesPerEpoch)),
      data: dataFingerprint ?? DataFingerprint(dataset), configuration: configuration)
  }
}
