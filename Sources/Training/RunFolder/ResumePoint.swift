import AdaptiveWidth
import Datasets
import Experiment
import ModelFiles

/// Where a trainer begins: at the beginning, or where another one was.
struct StartingPoint: Sendable {
  var present: UndoStack.Entry
  var phase = Trainer.Phase.running
  var divergedAfter: Int?
  var samples = 0
  var seconds = 0.0
  var pending: Evaluation?
  var ratchet: Ratchet?

  static func beginning(_ configuration: Configuration, _ dataset: Dataset) -> StartingPoint {
    let learning = LearningState(configuration: configuration, dataset: dataset)
    return StartingPoint(
      present: UndoStack.Entry(
        learning: learning, history: History(layers: learning.network.adaptiveBlocks.count),
        patience: EarlyStopping(limit: configuration.training.patience),
        epochs: configuration.training.epochs, stepLimit: configuration.training.steps))
  }
}

/// Where a run goes on: its checkpoint, held against its experiment and its data.
public struct ResumePoint: Sendable {
  let start: StartingPoint
  let data: DataFingerprint

  /// Updates done.
  public var step: Int { start.present.learning.step }
  /// Epochs done, with the fraction of the current one.
  public var epoch: Double { start.present.learning.epoch }

  /// - Parameters:
  ///   - checkpoint: of a run of this experiment on these data.
  ///   - epochs: after which the run is finished from now on; `nil`: as before.
  ///   - evaluations: so far, for the charts.
  public init(
    _ checkpoint: RunCheckpoint, configuration: Configuration, dataset: Dataset, epochs: Int? = nil,
    evaluations: [Evaluation] = []
  ) throws(ResumeError) {
    let (model, record) = (checkpoint.model, checkpoint.record)
    var start = StartingPoint.beginning(configuration, dataset)
    if let difference = DataFingerprint(dataset).difference(from: record.data) {
      throw ResumeError(.otherData(difference), folder: checkpoint.folder)
    }
    if let difference = start.present.learning.difference(from: checkpoint) {
      throw ResumeError(.otherExperiment(difference), folder: checkpoint.folder)
    }
    start.present.learning.take(model, record)
    let learning = start.present.learning
    if let epochs, Double(epochs) <= learning.epoch {
      throw ResumeError(.epochsDone(learning.epoch, asked: epochs), folder: checkpoint.folder)
    }
    start.present.history = History(
      layers: learning.network.adaptiveBlocks.count, totals: record.totals, evaluations: evaluations)
    start.present.patience = EarlyStopping(limit: configuration.training.patience, seen: record.patience)
    start.present.epochs = epochs ?? record.epochs
    start.present.stepLimit = epochs == nil ? record.stepLimit : nil
    start.phase = record.phase
    start.divergedAfter = record.divergedAfter
    (start.samples, start.seconds, start.pending) = (record.samples, record.seconds, record.pending)
    if let ratchet = record.ratchet, let best = checkpoint.best {
      start.ratchet = ratchet.ratchet(
        best, from: start.present, evaluations: evaluations, patience: configuration.training.patience)
      if let epochs {
        start.ratchet?.best.epochs = epochs
        start.ratchet?.best.stepLimit = nil
      }
    }
    start.goOn(hasMoreEpochs: epochs != nil)
    self.start = start
    data = record.data
  }
}

extension StartingPoint {
  /// A run that was stopped or paused trains on; one that was finished does if there are more epochs.
  fileprivate mutating func goOn(hasMoreEpochs: Bool) {
    switch phase {
    case .running, .diverged: break
    case .paused, .stopped: phase = .running
    case .finished where hasMoreEpochs:
      phase = .running
      if present.patience.isExhausted { present.patience.reset() }
    case .finished: break
    }
  }
}

extension LearningState {
  /// How a checkpoint's run differs from that of this fresh state, as a clause; `nil`: not at all.
  fileprivate func difference(from checkpoint: RunCheckpoint) -> String? {
    let (saved, record) = (checkpoint.model.network, checkpoint.record)
    if let difference = network.architectureDifference(of: saved) { return difference }
    let optimizer = checkpoint.model.optimizer
    let checks: [(Bool, String)] = [
      (optimizer?.kind == self.optimizer.kind, "the checkpoint is of another optimizer"),
      (optimizer?.momentum == self.optimizer.momentum, "the checkpoint is of another momentum"),
      (
        checkpoint.model.origin.seed == cursor.seed,
        "the checkpoint's seed is \(checkpoint.model.origin.seed)"
      ),
      (
        record.batchSize == cursor.batchSize && record.batchesPerEpoch == cursor.batchesPerEpoch,
        "the checkpoint's minibatches have \(record.batchSize) rows"
      ),
    ]
    return checks.first { !$0.0 }?.1
  }

  /// Goes to the checkpoint's moment.
  fileprivate mutating func take(_ model: SavedModel, _ record: TrainingRecord) {
    network = model.network
    if let saved = model.optimizer { optimizer = saved }
    growth = record.growth
    compression = record.compression
    step = record.step
    cursor.seek(toStep: record.step)
  }
}

extension DataFingerprint {
  /// As a clause; `nil`: none.
  fileprivate func difference(from saved: DataFingerprint) -> String? {
    if self == saved { return nil }
    if rows != saved.rows || columns != saved.columns {
      return "\(rows) training rows of \(columns) features instead of \(saved.rows) of \(saved.columns)"
    }
    if validationRows != saved.validationRows {
      return "\(validationRows) held-out rows instead of \(saved.validationRows)"
    }
    return "values in them have changed"
  }
}
