import Datasets
import Experiment
import Learning
import ModelFiles
import RunFolders

/// A moment of a run, to be written while the run continues: a value that nothing later reaches.
struct Checkpoint: Sendable {
  var moment: RunMoment
  var progress: RunProgress
  var preparation: Preparation
  var origin: SavedModel.Origin
  var data: DataFingerprint
  var configuration: Configuration

  var model: SavedModel {
    let history = moment.history
    let best = progress.phase.search?.best.learning
    let second =
      best.map { SavedModel.Best(network: $0.network, optimizer: $0.optimizer) }
      ?? moment.bestOrLast.map { SavedModel.Best(network: $0.network, optimizer: $0.optimizer) }
    return SavedModel(
      network: moment.learning.network, preparation: preparation, optimizer: moment.learning.optimizer,
      metrics: history.validationStep == moment.learning.step ? history.validation : nil, origin: origin,
      best: second,
      teacher: (moment.learning.distillation ?? best?.distillation)?.teacher)
  }

  /// Waits for the evaluation under way.
  func record() async -> TrainingRecord {
    let cursor = moment.learning.cursor
    let pending = await progress.pendingEvaluation?.evaluation(batchesPerEpoch: cursor.batchesPerEpoch)
    return TrainingRecord(
      moment: MomentRecord(moment), progress: ProgressRecord(progress, pending: pending), cursor: cursor,
      data: data, experiment: ExperimentFile.text(configuration))
  }
}
