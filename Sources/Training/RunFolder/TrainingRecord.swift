import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import Messaging
import ModelFiles

/// The section `training` of a checkpoint: with the network and its optimizer, everything that decides how a run
/// continues. The undo stack is not kept, but the moment that a search may roll back to is.
struct TrainingRecord: Codable, Equatable, Sendable {
  var moment: MomentRecord
  var progress: ProgressRecord
  var batchSize: Int
  var batchesPerEpoch: Int
  var data: DataFingerprint
  /// The run's experiment as a file has it; `nil` in files of older versions.
  var experiment: String?
  /// Sizes of the folder's line files in bytes at this moment: what follows is no part of it.
  var files: [String: Int] = [:]

  private enum CodingKeys: String, CodingKey {
    case data, experiment, files
    case batchSize = "batch_size"
    case batchesPerEpoch = "batches_per_epoch"
  }

  init(
    moment: MomentRecord, progress: ProgressRecord, cursor: BatchCursor, data: DataFingerprint,
    experiment: String
  ) {
    (self.moment, self.progress, self.data) = (moment, progress, data)
    self.experiment = experiment
    (batchSize, batchesPerEpoch) = (cursor.batchSize, cursor.batchesPerEpoch)
  }

  // All parts share one object of the file.

  init(from decoder: any Decoder) throws {
    moment = try MomentRecord(from: decoder)
    progress = try ProgressRecord(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    batchSize = try container.decode(Int.self, forKey: .batchSize)
    batchesPerEpoch = try container.decode(Int.self, forKey: .batchesPerEpoch)
    data = try container.decode(DataFingerprint.self, forKey: .data)
    experiment = try container.decodeIfPresent(String.self, forKey: .experiment)
    files = try container.decode([String: Int].self, forKey: .files)
  }

  func encode(to encoder: any Encoder) throws {
    try moment.encode(to: encoder)
    try progress.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(batchSize, forKey: .batchSize)
    try container.encode(batchesPerEpoch, forKey: .batchesPerEpoch)
    try container.encode(data, forKey: .data)
    try container.encodeIfPresent(experiment, forKey: .experiment)
    try container.encode(files, forKey: .files)
  }

  /// Why it cannot be the record of a run of this network, as a clause; `nil`: it can.
  func validationError(_ network: Network) -> String? {
    if let error = moment.validationError(network) ?? progress.validationError { return error }
    if batchSize < 1 || batchesPerEpoch < 1 { return "a minibatch needs rows" }
    if !files.values.allSatisfy({ $0 >= 0 }) { return "sizes of files must not be negative" }
    return progress.search?.validationError(network, at: moment.step)
  }
}

/// A `RunMoment` in a file, but for its network and optimizer, which make up a model of their own.
struct MomentRecord: Codable, Equatable, Sendable {
  var step: Int
  /// The random stream of new neurons' weights.
  var growth: RandomStream
  var compression: Compression?
  /// `nil` in runs whose widths are not measured, and in files of older versions.
  var settling: Settling?
  /// `nil` of classes, by the paper's method, and in files of older versions, which did not learn it.
  var noise: NoiseVariance?
  /// `nil` of numbers, where nothing fits it, and in files of older versions.
  var labelTemperature: LabelTemperature?
  /// The step of the last repaired cut; `nil`: there was none, or in files of older versions.
  var repairedAt: Int?
  /// While the uncut network teaches; that network is the checkpoint's `SavedModel.teacher`.
  var distillation: Distillation.Terms?
  var epochs: Int
  var stepLimit: Int?
  var patience: EarlyStopping.Seen
  /// The facts about the checkpoint's `SavedModel.best`, in a run that ends with its best network.
  var second: BestOrLastNetwork.Facts?
  var totals: History.Totals

  private enum CodingKeys: String, CodingKey {
    case step, growth, compression, settling, noise, epochs, patience, second, totals
    case distillation = "teaching"
    case stepLimit = "step_limit"
    case repairedAt = "repaired_at"
    case labelTemperature = "label_temperature"
  }

  /// Counts far beyond any run's: sums of them cannot overflow.
  static let counts = 0...1 << 53

  init(_ moment: RunMoment) {
    let learning = moment.learning
    (step, growth, compression) = (learning.step, learning.growth, learning.compression)
    (settling, noise, repairedAt) = (learning.settling, learning.noise, learning.repairedAt)
    labelTemperature = learning.labelTemperature
    distillation = learning.distillation?.terms
    (epochs, stepLimit) = (moment.limits.epochs, moment.limits.steps)
    (patience, totals) = (moment.patience.seen, moment.history.totals)
    second = moment.bestOrLast?.facts
  }

  /// - Parameters:
  ///   - teacher: of the checkpoint.
  ///   - other: the checkpoint's second network.
  ///   - beginning: of the run, for what files need not keep.
  ///   - evaluations: of the run, for the charts.
  func moment(
    _ network: Network, _ optimizer: Optimizer, teacher: Network?, second other: SavedModel.Best? = nil,
    from beginning: RunMoment, evaluations: [Evaluation]
  ) -> RunMoment {
    var moment = beginning
    (moment.learning.network, moment.learning.optimizer) = (network, optimizer)
    (moment.learning.growth, moment.learning.compression) = (growth, compression)
    moment.learning.step = step
    (moment.learning.settling, moment.learning.noise) = (settling, noise)
    moment.learning.labelTemperature = labelTemperature
    moment.learning.repairedAt = repairedAt
    if let distillation, let teacher {
      moment.learning.distillation = Distillation(teacher: teacher, terms: distillation)
    }
    if settling?.isOver ?? true { moment.learning.cursor.withhold([]) }
    moment.learning.cursor.seek(toStep: step)
    moment.history = History(
      layers: network.adaptiveBlocks.count, totals: totals,
      evaluations: evaluations.filter { $0.step <= step })
    moment.patience = EarlyStopping(
      limit: beginning.patience.limit, measure: beginning.patience.measure, seen: patience)
    moment.limits = RunLimits(epochs: epochs, steps: stepLimit)
    moment.bestOrLast = second.flatMap { facts in
      other.map { BestOrLastNetwork($0.network, $0.optimizer, facts) }
    }
    return moment
  }

  /// As a clause; `nil`: none.
  func validationError(_ network: Network) -> String? {
    let numbers = [
      step, epochs, stepLimit ?? 0, totals.epochRows, totals.grown, totals.shrunk, patience.sinceBest,
      patience.bestStep ?? 0, second?.step ?? 0, repairedAt ?? 0,
    ]
    if !numbers.allSatisfy(Self.counts.contains) {
      return "steps, epochs and counts must not be negative"
    }
    if let settling, !settling.isPossible(network) { return "there can be no such measurement of widths" }
    if let noise, !noise.isPossible { return "there can be no such variance of the noise" }
    if let labelTemperature, !labelTemperature.isPossible {
      return "there can be no such temperature of labels"
    }
    if let distillation, !distillation.isPossible(at: step) { return "there can be no such teaching" }
    return compression?.isPossible(network, at: step) ?? true ? nil : "there can be no such compression"
  }
}

/// `RunProgress` in a file.
struct ProgressRecord: Codable, Equatable, Sendable {
  var phase: Phase
  var divergedAfter: Int?
  var samples: Int
  var seconds: Double
  /// The evaluation that was under way.
  var pending: Evaluation?
  var search: CompressionSearchRecord?
  var givenWidths: [Int]?

  enum Phase: String, Codable, Sendable {
    case running, paused, finished, diverged, stopped
  }

  /// `ratchet`: the file's older word for a search.
  private enum CodingKeys: String, CodingKey {
    case phase, samples, seconds, pending
    case divergedAfter = "diverged_after"
    case search = "ratchet"
    case givenWidths = "given_widths"
  }

  /// - Parameter pending: the result of the evaluation under way.
  init(_ progress: RunProgress, pending: Evaluation?) {
    (samples, seconds, self.pending) = (progress.samples, progress.seconds, pending)
    givenWidths = progress.givenWidths
    search = progress.phase.search.map(CompressionSearchRecord.init)
    switch progress.phase {
    case .running: phase = .running
    case .paused: phase = .paused
    case .finished, .ended(.finished): phase = .finished
    case .ended(.stopped): phase = .stopped
    case .diverged(let step), .ended(.diverged(let step)): (phase, divergedAfter) = (.diverged, step)
    }
  }

  /// What a resumed run begins with. One that was stopped or paused trains on.
  ///
  /// - Parameter search: the one under way, with the moment it may roll back to.
  func progress(search: CompressionSearch?) -> RunProgress {
    var progress = RunProgress()
    (progress.samples, progress.seconds, progress.givenWidths) = (samples, seconds, givenWidths)
    progress.pendingEvaluation = pending.map(PendingEvaluation.init)
    progress.phase =
      switch phase {
      case .running, .paused, .stopped: .running(search)
      case .finished: .finished
      case .diverged: .diverged(after: divergedAfter ?? 0)
      }
    // Older versions could begin a search in such a run.
    if let search { progress.phase = .running(search) }
    return progress
  }

  /// As a clause; `nil`: none.
  var validationError: String? {
    if ![divergedAfter ?? 0, samples, pending?.step ?? 0].allSatisfy(MomentRecord.counts.contains) {
      return "steps, epochs and counts must not be negative"
    }
    return seconds.isFinite && seconds >= 0 ? nil : "seconds must not be negative"
  }
}

extension Compression {
  fileprivate func isPossible(_ network: Network, at step: Int) -> Bool {
    network.adaptiveBlocks.indices.contains(layer) && target >= 1 && target <= from
      && from <= ImportanceFamily.largestWidth && firstRate > 0 && firstRate.isFinite
      && (0...step).contains(firstStep) && (0...1 << 53).contains(duration)
      && (originalPrior?.isValid ?? true)
  }
}
