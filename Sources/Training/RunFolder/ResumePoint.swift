import AdaptiveWidth
import Datasets
import Experiment
import Learning
import Messaging
import ModelFiles
import PlainText

extension RunMoment {
  /// Before the first step.
  static func beginning(
    _ configuration: Configuration, _ dataset: Dataset, with initial: InitialModel? = nil
  ) -> RunMoment {
    var learning = LearningState(configuration: configuration, dataset: dataset)
    if let initial { learning.begin(with: initial) }
    return RunMoment(
      learning: learning, history: History(layers: learning.network.adaptiveBlocks.count),
      patience: EarlyStopping(
        limit: configuration.training.patience, measure: configuration.training.metric?.measure),
      limits: RunLimits(epochs: configuration.training.epochs, steps: configuration.training.steps))
  }
}

/// Where a run continues: its checkpoint, checked against its experiment and its data.
public struct ResumePoint: Sendable {
  private(set) var moment: RunMoment
  private(set) var progress: RunProgress
  let data: DataFingerprint

  /// Updates done.
  public var step: Int { moment.learning.step }
  /// The limit of steps that the new number of epochs takes the place of; `nil`: there was none, or it stays.
  public private(set) var formerStepLimit: Int?
  /// The run's name before its experiment was given another one, which only labels it; `nil`: it is the same.
  public let formerName: String?
  /// Whether the run has ended by itself, so that nothing is left to train.
  public var isFinished: Bool { progress.phase.isFinished }
  /// Epochs done, with the fraction of the current one.
  public var epoch: Double { moment.learning.epoch }

  /// - Parameters:
  ///   - checkpoint: of a run of this experiment on these data.
  ///   - epochs: after which the run is finished from now on; `nil`: as before.
  ///   - evaluations: so far, for the charts.
  public init(
    _ checkpoint: RunCheckpoint, configuration: Configuration, dataset: Dataset, epochs: Int? = nil,
    evaluations: [Evaluation] = []
  ) throws(ResumeError) {
    let record = checkpoint.record
    let beginning = RunMoment.beginning(configuration, dataset)
    if let difference = DataFingerprint(dataset).difference(from: record.data) {
      throw ResumeError(.otherData(difference), folder: checkpoint.folder)
    }
    if let difference = beginning.learning.difference(from: checkpoint) {
      throw ResumeError(.otherExperiment(difference), folder: checkpoint.folder)
    }
    moment = record.moment.moment(
      checkpoint.model.network, checkpoint.model.optimizer ?? beginning.learning.optimizer,
      teacher: checkpoint.model.teacher,
      second: record.progress.search == nil ? checkpoint.best : nil, from: beginning, evaluations: evaluations
    )
    var search: CompressionSearch?
    if let saved = record.progress.search, let best = checkpoint.best {
      search = saved.search(
        best, teacher: checkpoint.model.teacher, from: beginning, evaluations: evaluations)
    }
    if let epochs {
      if Double(epochs) <= moment.learning.epoch {
        throw ResumeError(.epochsDone(moment.learning.epoch, asked: epochs), folder: checkpoint.folder)
      }
      formerStepLimit = moment.limits.steps
      moment.limits = RunLimits(epochs: epochs)
      search?.best.limits = moment.limits
    }
    progress = record.progress.progress(search: search)
    if epochs != nil && progress.phase.isFinished {
      progress.phase.reopen()
      if moment.bestOrLast?.isLast ?? false { moment.exchangeNetworks() }
      if moment.patience.isExhausted { moment.patience.restart() }
    }
    data = record.data
    let name = checkpoint.model.origin.name
    formerName = name == configuration.name ? nil : name
  }
}

extension LearningState {
  /// How a checkpoint's run differs from that of this fresh state, as a clause; `nil`: not at all.
  fileprivate func difference(from checkpoint: RunCheckpoint) -> String? {
    let (saved, record) = (checkpoint.model.network, checkpoint.record)
    if let difference = network.architectureDifference(of: saved) { return difference }
    let optimizer = checkpoint.model.optimizer
    let method = network.adaptations.first.map { $0.learnsRate ? WidthMethod.paper : .settle }
    let checks: [(Bool, String)] = [
      (
        method == nil || checkpoint.method ?? method == method,
        "the checkpoint is of another method, \(checkpoint.method?.rawValue ?? "")"
      ),
      (
        network.adaptations.first.map { $0.scale == checkpoint.importanceScale ?? $0.scale } ?? true,
        "the checkpoint is of another importance scale, \(checkpoint.importanceScale?.rawValue ?? "")"
      ),
      (optimizer?.kind == self.optimizer.kind, "the checkpoint is of another optimizer"),
      (optimizer?.weightDecay == self.optimizer.weightDecay, "the checkpoint is of another weight decay"),
      (optimizer?.momentum == self.optimizer.momentum, "the checkpoint is of another momentum"),
      (
        checkpoint.model.origin.seed == cursor.seed,
        "the checkpoint's seed is \(checkpoint.model.origin.seed)"
      ),
      (
        record.batchSize == cursor.batchSize && record.batchesPerEpoch == cursor.batchesPerEpoch,
        "the checkpoint's minibatches have \(counted(record.batchSize, "row"))"
      ),
    ]
    return checks.first { !$0.0 }?.1
  }
}

extension DataFingerprint {
  /// As a clause; `nil`: none.
  fileprivate func difference(from saved: DataFingerprint) -> String? {
    if self == saved { return nil }
    if rows != saved.rows || columns != saved.columns {
      return "\(counted(rows, "training row")) of \(counted(columns, "feature")) instead of \(saved.rows) of "
        + "\(saved.columns)"
    }
    if validationRows != saved.validationRows {
      return "\(counted(validationRows, "held-out row")) instead of \(saved.validationRows)"
    }
    return "values in them have changed"
  }
}
