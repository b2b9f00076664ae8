import AdaptiveWidth
import Datasets
import ModelFiles

/// A moment of a run, to be written while the run continues: a value that nothing later reaches.
struct Checkpoint: Sendable {
  var moment: RunMoment
  var progress: RunProgress
  var preparation: Preparation
  var origin: SavedModel.Origin
  var data: DataFingerprint

  var model: SavedModel {
    let history = moment.history
    return SavedModel(
      network: moment.learning.network, preparation: preparation, optimizer: moment.learning.optimizer,
      metrics: history.validationStep == moment.learning.step ? history.validation : nil, origin: origin)
  }

  /// The network that a search may roll back to.
  var best: SavedModel? {
    progress.phase.search.map { search in
      SavedModel(
        network: search.best.learning.network, optimizer: search.best.learning.optimizer,
        origin: SavedModel.Origin(name: "best"))
    }
  }

  /// Waits for the evaluation under way.
  func record() async -> TrainingRecord {
    let cursor = moment.learning.cursor
    let pending = await progress.pendingEvaluation?.evaluation(batchesPerEpoch: cursor.batchesPerEpoch)
    return TrainingRecord(
      moment: MomentRecord(moment), progress: ProgressRecord(progress, pending: pending), cursor: cursor,
      data: data)
  }
}
