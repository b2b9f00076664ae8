import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Trains a network on a thread of its own, answering commands between steps.
///
/// It alone owns parameters, moments, random streams and the data cursor. What happens depends on the
/// configuration and the steps at which commands arrive, never on the clock: held-out evaluation runs beside
/// training, but its result is taken up one evaluation later, at a fixed step.
public actor Trainer {
  let configuration: Configuration
  let dataset: Dataset
  let channels: RunChannels
  let recorder: RunRecorder?
  let runLog: (any RunLog)?
  let evaluator: Evaluator
  /// A second one for the dashboard's looks, so that they never delay an evaluation.
  let inspectors: Evaluator?
  private let executor = ThreadExecutor(name: "awn-train")

  package var learning: LearningState
  var history: History
  var undoStack = UndoStack()
  var phase: Phase
  var stepsRequested = 0
  var pace: Double?
  /// Epochs after which the run is finished; a resumed run gets more.
  var epochs: Int
  /// Steps after which it is, whatever the epoch; a resumed run has no such limit.
  var stepLimit: Int?
  /// Told to stop.
  var isStopping = false
  /// For a command, with nothing else to do.
  var isWaiting = false
  /// Training rows seen, with repetition.
  private(set) var samples: Int
  /// To return to when the loss stops being finite.
  var lastGood: UndoStack.Entry
  var pendingEvaluation: PendingEvaluation?
  var stopwatch: Stopwatch
  /// Something happened that may not be lost: save at the next moment between steps.
  var wantsCheckpoint: Bool
  let isResumed: Bool
  let dataFingerprint: DataFingerprint?
  var patience: EarlyStopping
  private(set) var workers: Workers
  var divergedAfter: Int?
  /// The look under way: the run does not end before it, or the process might end under it.
  var inspection: Task<Void, Never>?
  /// What the last look was to measure.
  var lastRequest = InspectionRequest()
  /// While compressing until the metric degrades.
  var ratchet: Ratchet?

  /// The least share of the learning rate while compressing, and in epochs added after a schedule's end.
  static let latestFactor = 0.2

  /// A divergence leads back to the end of an epoch that lies at most so many steps back, or a fiftieth of those done,
  /// and an epoch. Keeping every one would cost a network of a microsecond a step more than its training does.
  static let mostStepsLost = 1_000

  /// What the run is doing between steps.
  enum Phase: String, Codable, Sendable {
    case running
    case paused
    case finished
    case diverged
    case stopped
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - recorder: writes the run folder; `nil`: nothing is written.
  ///   - log: follows the run too.
  ///   - isWatched: whether somebody looks: inspections are made, and the run stays open for commands when its
  ///     epochs are done.
  ///   - resuming: where to go on; `nil`: from the beginning.
  public init(
    configuration: Configuration, dataset: Dataset, channels: RunChannels, recorder: RunRecorder? = nil,
    log: (any RunLog)? = nil, isWatched: Bool, resuming: ResumePoint? = nil
  ) {
    self.configuration = configuration
    self.dataset = dataset
    self.channels = channels
    self.recorder = recorder
    runLog = log
    isResumed = resuming != nil
    // It may have got more epochs, and what a killed writer left is cleared away.
    wantsCheckpoint = isResumed
    let start = resuming?.start ?? .beginning(configuration, dataset)
    let inspectionRows = configuration.network.kind.architecture.inspectionRows
    let network = start.present.learning.network
    evaluator = Evaluator(dataset: dataset, network: network, inspectionRows: inspectionRows)
    inspectors =
      isWatched ? Evaluator(dataset: dataset, network: network, inspectionRows: inspectionRows) : nil
    dataFingerprint = recorder == nil ? nil : resuming?.data ?? DataFingerprint(dataset)
    (learning, history, patience) = (start.present.learning, start.present.history, start.present.patience)
    (epochs, stepLimit) = (start.present.epochs, start.present.stepLimit)
    lastGood = start.present
    phase = start.phase
    divergedAfter = start.divergedAfter
    samples = start.samples
    pendingEvaluation = start.pending.map(PendingEvaluation.init)
    ratchet = start.ratchet
    stopwatch = Stopwatch(seconds: start.seconds)
    pace = configuration.training.pace
    workers = Workers(
      dataset: dataset,
      objective: Objective(
        weightScale: configuration.prior.weightScale, observations: dataset.training.predictions,
        labelSmoothing: configuration.training.labelSmoothing ?? 0),
      threads: configuration.training.threads ?? 1, gradientClip: configuration.training.gradientClip)
  }

  /// Trains until the epochs are done, or, when watched, until told to stop.
  ///
  /// - Parameter measuresTest: whether the outcome needs the test rows, which are not touched otherwise.
  public func run(measuringTest measuresTest: Bool) async -> Outcome {
    // What it waits for wakes its thread, and not one of the pool that wakes it.
    await withTaskExecutorPreference(executor) { await train(measuringTest: measuresTest) }
  }

  private func train(measuringTest measuresTest: Bool) async -> Outcome {
    if !isResumed { post(.started) }
    if !isResumed, recorder?.checkpointInterval != nil { save() }
    publish()
    stopwatch.start()
    while true {
      for command in channels.commands.drain() { await apply(command) }
      if isStopping { return await finish(measuresTest) }
      switch phase {
      case .running: await advance()
      case .paused where stepsRequested > 0: await advance()
      case .finished where inspectors == nil, .diverged where inspectors == nil:
        return await finish(measuresTest)
      case .paused, .finished, .diverged, .stopped: await waitForCommand()
      }
    }
  }

  private func waitForCommand() async {
    await takeUpEvaluation()
    isWaiting = true
    publish()
    await channels.commands.wait()
    isWaiting = false
    stopwatch.start()
  }

  /// One step and what is due after it.
  private func advance() async {
    if phase == .running, let wait = stopwatch.timeUntilDue(pace: pace, batchesPerEpoch: batchesPerEpoch) {
      publishIfDue()
      try? await Task.sleep(for: wait)
      stopwatch.start()
      return
    }
    guard step() else {
      await diverge()
      return saveIfWanted()
    }
    if stepsRequested > 0 { stepsRequested -= 1 }
    stopwatch.countStep()
    let done = learning.step
    if ratchet != nil {
      await advanceRatchet()
    } else if learning.isCompressionOver {
      await finishCompressing()
    }
    // A search that went back is at a step whose epoch, if it ended there, has been ended.
    if learning.step == done && learning.isAtEpochEnd { await endEpoch() }
    if isDone && (phase == .running || phase == .paused) { await finishEpochs() }
    saveIfWanted()
    publishIfDue()
    if stopwatch.isTimeToYield {
      saveIfDue()
      await Task.yield()
    }
  }

  var batchesPerEpoch: Int { learning.cursor.batchesPerEpoch }

  func steps(of epochs: Int) -> Int {
    let (steps, overflows) = epochs.multipliedReportingOverflow(by: batchesPerEpoch)
    return overflows ? .max : steps
  }

  /// A compression is seen to its end.
  var isDone: Bool {
    learning.compression == nil && ratchet == nil
      && learning.step >= min(steps(of: epochs), stepLimit ?? .max)
  }

  /// Widths, minibatch, gradients, update.
  ///
  /// - Returns: false if loss or rates are not finite.
  private func step() -> Bool {
    let step = learning.beginStep(&workers)
    history.count(step.adjustment)
    samples += step.rows
    history.append(
      loss: step.loss, predictions: step.predictions, network: learning.network, at: learning.step + 1)
    guard step.loss.isFinite else { return false }
    learning.endStep(&workers, learningRateFactor: learningRateFactor)
    return learning.hasFiniteRates
  }

  var learningRateFactor: Double {
    let end = min(steps(of: configuration.training.epochs), configuration.training.steps ?? .max)
    let factor = configuration.training.learningRateFactor(step: learning.step, of: end)
    // At the end of a schedule nothing moves any more: neither a width nor what is left after a cut.
    let isAfterSchedule = learning.compression != nil || ratchet != nil || learning.step >= end
    return isAfterSchedule ? max(factor, Self.latestFactor) : factor
  }
}
