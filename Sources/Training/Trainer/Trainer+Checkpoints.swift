import ModelFiles

/// Checkpoints: copies, handed to the recorder between steps. What is learned does not depend on them.
extension Trainer {
  /// After a structural edit, a divergence, the end of the epochs.
  func saveIfWanted() {
    if wantsCheckpoint { save() }
  }

  /// Every so many seconds, unless the last one is still being written.
  func saveIfDue() {
    guard let recorder, let interval = recorder.checkpointInterval,
      stopwatch.isCheckpointDue(every: interval), !recorder.isSaving
    else { return }
    save()
  }

  /// A network that is about to diverge is no place to go on from: its last good one is saved then.
  func save() {
    wantsCheckpoint = false
    guard let recorder, let dataFingerprint, learning.network.isFinite else { return }
    stopwatch.checkpointTaken()
    recorder.save(checkpoint(dataFingerprint))
  }

  private func checkpoint(_ data: DataFingerprint) -> Checkpoint {
    let model = SavedModel(
      network: learning.network, preparation: dataset.preparation, optimizer: learning.optimizer,
      metrics: history.validationStep == learning.step ? history.validation : nil,
      origin: SavedModel.Origin(
        name: configuration.name, seed: configuration.training.seed, step: learning.step,
        epoch: learning.epoch))
    let record = TrainingRecord(
      step: learning.step, batchSize: learning.cursor.batchSize, batchesPerEpoch: batchesPerEpoch,
      growth: learning.growth, compression: learning.compression, epochs: epochs, stepLimit: stepLimit,
      phase: phase, divergedAfter: divergedAfter, samples: samples, seconds: stopwatch.seconds,
      patience: patience.seen, totals: history.totals, data: data)
    return Checkpoint(model: model, record: record, pending: pendingEvaluation, ratchet: ratchet)
  }
}
