import AdaptiveWidth
import Datasets
import Experiment
import Glibc
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
  let evaluator: Evaluator
  /// A second one for the dashboard's looks, so that they never delay an evaluation.
  let inspectors: Evaluator?
  private let executor = ThreadExecutor(name: "awn-train")

  var learning: LearningState
  var history: History
  var undoStack = UndoStack()
  var phase = Phase.running
  var stepsRequested = 0
  var pace: Double?
  /// Epochs after which the run is finished; a resumed run gets more.
  var epochs: Int
  /// To return to when the loss stops being finite.
  var lastGood: UndoStack.Entry
  var pendingEvaluation: PendingEvaluation?
  var stopwatch = Stopwatch()
  private var patience: PatienceMeter
  private var source: BatchSource
  private var workspace = Workspace()
  let objective: Objective
  var isInspecting = false

  /// The least share of the learning rate while compressing, and in epochs added after a schedule's end.
  private static let latestFactor = 0.2

  /// What the run is doing between steps.
  enum Phase {
    case running
    case paused
    case finished
    case diverged
    case stopped
  }

  /// An evaluation under way, with what is true of the network it is of.
  struct PendingEvaluation {
    var step: Int
    var seconds: Double
    var trainLoss: Double
    var rates: [Double]
    var widths: [Int]
    var task: Task<Metrics?, Never>
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - recorder: writes the run folder; `nil`: nothing is written.
  ///   - isWatched: whether somebody looks: inspections are made, and the run stays open for commands when its
  ///     epochs are done.
  public init(
    configuration: Configuration, dataset: Dataset, channels: RunChannels, recorder: RunRecorder? = nil,
    isWatched: Bool
  ) {
    self.configuration = configuration
    self.dataset = dataset
    self.channels = channels
    self.recorder = recorder
    evaluator = Evaluator(dataset: dataset)
    inspectors = isWatched ? Evaluator(dataset: dataset) : nil
    learning = LearningState(configuration: configuration, dataset: dataset)
    history = History(layers: learning.network.adaptiveBlocks.count)
    lastGood = UndoStack.Entry(learning: learning, history: history)
    pace = configuration.training.pace
    epochs = configuration.training.epochs
    patience = PatienceMeter(limit: configuration.training.patience)
    source = BatchSource(dataset.training)
    objective = Objective(
      weightScale: configuration.prior.weightScale, observations: dataset.training.rows)
  }

  /// Trains until the epochs are done, or, when watched, until told to stop.
  ///
  /// - Parameter measuresTest: whether the outcome needs the test rows, which are not touched otherwise.
  public func run(measuringTest measuresTest: Bool) async -> Outcome {
    post(.started)
    publish()
    stopwatch.start()
    while true {
      for command in channels.commands.drain() { await apply(command) }
      switch phase {
      case .stopped:
        return await finish(measuresTest)
      case .finished, .diverged:
        if inspectors == nil { return await finish(measuresTest) }
        publish()
        await waitForCommand()
      case .paused where stepsRequested == 0:
        publish()
        await waitForCommand()
      case .paused, .running:
        await advance()
      }
    }
  }

  private func waitForCommand() async {
    await channels.commands.wait()
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
    guard step() else { return await diverge() }
    if stepsRequested > 0 { stepsRequested -= 1 }
    stopwatch.countStep()
    if learning.isCompressionOver { await finishCompressing() }
    if learning.isAtEpochEnd { await endEpoch() }
    if isDone && phase != .finished {
      await takeUpEvaluation()
      phase = .finished
      post(.finished)
    }
    publishIfDue()
    if stopwatch.isTimeToYield { await Task.yield() }
  }

  var batchesPerEpoch: Int { learning.cursor.batchesPerEpoch }

  /// A compression is seen to its end.
  private var isDone: Bool {
    guard learning.compression == nil else { return false }
    return learning.step >= epochs * batchesPerEpoch || learning.step >= configuration.training.steps ?? .max
  }

  /// Widths, minibatch, gradients, update.
  ///
  /// - Returns: false if the loss is not finite; nothing was updated then.
  private func step() -> Bool {
    let adjustment = learning.beginStep()
    history.grown += adjustment.grown
    history.shrunk += adjustment.shrunk
    let rows = learning.cursor.next()
    source.fill(learning.cursor.order, rows)
    let loss = learning.network.lossAndGradients(source.batch, &workspace)
    history.append(loss: loss, widths: learning.network, at: learning.step + 1)
    guard loss.isFinite else { return false }
    learning.endStep(workspace, objective, learningRateFactor: learningRateFactor)
    return true
  }

  private var learningRateFactor: Double {
    let steps = min(configuration.training.epochs * batchesPerEpoch, configuration.training.steps ?? .max)
    let factor = configuration.training.schedule.factor(step: learning.step, of: steps)
    // At the end of a schedule nothing moves any more: neither a width nor what is left after a cut.
    let isAfterSchedule = learning.compression != nil || learning.step >= steps
    return isAfterSchedule ? max(factor, Self.latestFactor) : factor
  }

  private func diverge() async {
    pendingEvaluation = nil
    learning = lastGood.learning
    phase = .diverged
    stepsRequested = 0
    post(.diverged)
    publish()
  }

  private func endEpoch() async {
    history.endEpoch()
    await takeUpEvaluation()
    if learning.network.isFinite {
      lastGood = UndoStack.Entry(learning: learning, history: history)
    }
    let (network, evaluator) = (learning.network.inferenceCopy, evaluator)
    pendingEvaluation = PendingEvaluation(
      step: learning.step, seconds: stopwatch.seconds, trainLoss: history.meanLoss,
      rates: network.adaptations.map(\.rate), widths: network.widths,
      task: Task { await evaluator.evaluate(network) })
    if patience.isExhausted && phase == .running {
      await takeUpEvaluation()
      phase = .finished
      post(.stoppedEarly)
    }
  }

  /// Waits for the evaluation under way and enters its result.
  func takeUpEvaluation() async {
    guard let pending = pendingEvaluation else { return }
    pendingEvaluation = nil
    stopwatch.pause()
    let metrics = await pending.task.value
    stopwatch.start()
    guard let metrics else { return }
    history.append(validation: metrics, at: pending.step)
    patience.add(metrics)
    let evaluation = Evaluation(
      step: pending.step, epoch: Double(pending.step) / Double(batchesPerEpoch), seconds: pending.seconds,
      trainLoss: pending.trainLoss, validation: metrics, rates: pending.rates, widths: pending.widths)
    recorder?.record(evaluation)
    channels.post(evaluation)
  }

  private func finish(_ measuresTest: Bool) async -> Outcome {
    await takeUpEvaluation()
    publish()
    var test: Metrics?
    if measuresTest, let table = dataset.test {
      let rows = EvaluationRows(table, targetScaling: dataset.targetScaling)
      test = await evaluator.evaluate(learning.network.inferenceCopy, on: rows)
    }
    await recorder?.close()
    return outcome(test: test)
  }
}

extension LearningRateSchedule {
  /// What the learning rate is multiplied with at a step.
  func factor(step: Int, of steps: Int) -> Double {
    switch self {
    case .constant: return 1
    case .cosine:
      let progress = min(1, Double(step) / Double(max(1, steps)))
      return 0.01 + 0.99 * (1 + cos(.pi * progress)) / 2
    }
  }
}
