import AdaptiveWidth
import Datasets
import Experiment
import Learning
import Messaging

/// Trains a network on a thread of its own, and carries out commands between steps.
///
/// It alone owns parameters, moments, random streams and the data cursor. What happens depends on the
/// configuration and the steps at which commands arrive, never on the clock: held-out evaluation runs beside
/// training, but its result is entered one evaluation later, at a fixed step.
public actor Trainer {
  let configuration: Configuration
  let dataset: Dataset
  let channels: RunChannels
  let recorder: RunRecorder?
  let runLog: (any RunObserver)?
  /// Writes models for other programs; `nil`: this program does not.
  let exportModel: ModelExporting?
  /// With the other processes that train this network.
  let collective: any Collective
  let evaluator: Evaluator
  private let heldOut: EvaluationRows
  /// With as many rows as its measurements take.
  private let architecture: Architecture
  /// A second one for curves of cuts, so that they never delay an evaluation; made for the first who watches.
  private(set) lazy var curveEvaluator = Evaluator(
    dataset: dataset, heldOut: heldOut, architecture, rounding: rounding)
  /// A third one for what is cheap or waited for, so that curves never delay it.
  private(set) lazy var quickEvaluator = Evaluator(
    dataset: dataset, heldOut: heldOut, architecture, rounding: rounding)
  /// How the widths that measurements, compression and budgets choose are rounded.
  var rounding: WidthRounding { configuration.network.rounding }
  /// Whether the program that trains has a dashboard, or had one.
  let isWatched: Bool
  private let executor = ThreadExecutor(name: "awn-train")

  package internal(set) var moment: RunMoment
  var progress: RunProgress
  /// Where a divergence returns to.
  var lastGood: RunMoment
  /// Determined once: it depends on the structure of the network, which no edit changes, not on its widths.
  let parameterCost: ParameterCost
  let learningRateCourse: LearningRateCourse
  var undoStack = UndoStack()
  var pace: Double?
  var stopwatch: Stopwatch
  /// Something happened that must not be lost, such as what a command changed: a checkpoint is saved at the next moment
  /// between steps.
  var wantsCheckpoint: Bool
  let isResumed: Bool
  let dataFingerprint: DataFingerprint?
  private(set) var workers: Workers
  var compressionTimes: CompressionTimes
  /// The inspections under way: the run does not end before them, or the process might end during one.
  var inspection: Task<Void, Never>?
  var glance: Task<Void, Never>?
  var cutRows = CutRows()
  /// What the last inspection was to measure.
  var lastRequest = InspectionRequest()
  /// Of the network whose price list was posted last; `nil`: none of the present network's was.
  var frontierStep: Int?
  var lastRecorded: Evaluation?
  /// Events since the last snapshot: they are published with the one that shows their effect.
  var unpublished: [Event] = []

  /// A divergence returns to the end of an epoch that lies at most so many steps back, or a fiftieth of those done,
  /// and an epoch. Keeping every one would cost a network of a microsecond a step more than its training does.
  static let maxStepsLost = 1_000

  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - recorder: writes the run folder; `nil`: nothing is written.
  ///   - log: follows the run too.
  ///   - isWatched: whether a dashboard shows the run: inspections are made, and the run stays open for commands
  ///     when its epochs are done.
  ///   - collective: the processes that train this network; the others make a trainer of the same experiment.
  ///   - initial: what a new run begins with; `nil`: new weights.
  ///   - resuming: where to continue; `nil`: at the beginning.
  ///   - exportModel: writes models for other programs.
  public init(
    configuration: Configuration, dataset: Dataset, channels: RunChannels, recorder: RunRecorder? = nil,
    log: (any RunObserver)? = nil, isWatched: Bool, collective: any Collective = OneRank(),
    beginningWith initial: InitialModel? = nil, resuming: ResumePoint? = nil,
    exportModel: ModelExporting? = nil
  ) {
    precondition(collective.isAlone || !isWatched, "a dashboard's commands come at times of their own")
    self.configuration = configuration
    self.collective = collective
    learningRateCourse = LearningRateCourse(configuration.training)
    self.dataset = dataset
    self.channels = channels
    self.recorder = recorder
    runLog = log
    self.exportModel = exportModel
    isResumed = resuming != nil
    // It may have more epochs now, and what a killed writer left is removed.
    wantsCheckpoint = isResumed
    dataFingerprint = recorder == nil ? nil : resuming?.data ?? DataFingerprint(dataset)
    moment = resuming?.moment ?? .beginning(configuration, dataset, with: initial)
    progress = resuming?.progress ?? RunProgress()
    let network = moment.learning.network
    if resuming == nil && initial != nil { progress.givenWidths = network.widths }
    parameterCost = ParameterCost(layers: network.adaptiveBlocks.count) {
      network.parameterCount(widths: $0)
    }
    var architecture = configuration.network.kind.architecture
    // Where channels have learned widths, every measured cut costs a pass of most of the network.
    if network.hasLearnedChannels { architecture.inspectionRows = min(architecture.inspectionRows, 500) }
    heldOut = EvaluationRows(heldOutOf: dataset, for: network, architecture)
    self.architecture = architecture
    evaluator = Evaluator(
      dataset: dataset, heldOut: heldOut, architecture, rounding: configuration.network.rounding,
      measuringDetails: configuration.training.metric?.needsDetails ?? false)
    self.isWatched = isWatched
    if isWatched { channels.watch() }
    lastGood = moment
    stopwatch = Stopwatch(seconds: progress.seconds)
    pace = configuration.training.pace
    compressionTimes = CompressionTimes(
      configuration.training, batchesPerEpoch: moment.learning.cursor.batchesPerEpoch)
    workers = Workers(
      dataset: dataset,
      objective: Objective(
        weightScale: configuration.weightScale(for: dataset.problem),
        observations: dataset.training.predictions,
        labelSmoothing: configuration.training.labelSmoothing ?? 0,
        classWeights: (try? configuration.training.classWeights(of: dataset)) ?? []),
      threads: configuration.training.threads ?? 1, gradientClip: configuration.training.gradientClip,
      collective: collective)
  }

  /// Trains until the epochs are done, or, when watched, until a command stops it.
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
      for command in dueCommands() { await apply(command) }
      switch progress.phase {
      case .running: await advance()
      case .paused where progress.phase.hasStepDue: await advance()
      case .ended: return await finish(measuresTest)
      case .finished where !channels.isHeld, .diverged where !channels.isHeld:
        return await finish(measuresTest)
      case .paused, .finished, .diverged: await waitForCommand()
      }
    }
  }

  private func waitForCommand() async {
    stopwatch.interruptSpeed()
    defer { stopwatch.goOnWithSpeed() }
    await takeUpEvaluation()
    publish()
    await channels.commands.wait()
    stopwatch.start()
  }

  /// Whether nothing is done until the next command.
  var isWaiting: Bool { !progress.phase.isEnded && !progress.phase.hasStepDue }

  /// Steps until something else is due, and that.
  private func advance() async {
    if progress.phase.isRunning,
      let wait = stopwatch.timeUntilDue(pace: pace, batchesPerEpoch: batchesPerEpoch)
    {
      publishIfDue()
      try? await Task.sleep(for: wait)
      stopwatch.start()
      return
    }
    repeat {
      // A run that was stopped during a measurement goes on with that, and not with a step.
      if !moment.learning.takesUpMeasurement() {
        guard step() else {
          await diverge()
          return saveIfWanted()
        }
        progress.phase.countStep()
        stopwatch.countStep()
      }
      if isSearching || moment.learning.isMoreDue(of: scheduledSteps) {
        await followUp()
        if moment.learning.isMeasurementInterrupted { return }
      }
    } while isStepDueAtOnce
    saveIfWanted()
    publishIfDue()
    if stopwatch.isTimeToYield {
      saveIfDue()
      await Task.yield()
    }
  }

  /// Whether the next step follows without a suspension, which takes a small network as long as a product.
  private var isStepDueAtOnce: Bool {
    collective.isAlone && pace == nil && progress.phase.isRunning && !wantsCheckpoint && unpublished.isEmpty
      && !stopwatch.isSnapshotDue && !stopwatch.isYieldDue && channels.commands.isEmpty
  }

  /// What is due after a step, and not after every one.
  private func followUp() async {
    let done = moment.learning.step
    if isSearching {
      await advanceSearch()
    } else if moment.learning.isCompressionOver {
      await finishCompressing()
    }
    if moment.learning.step == done { await settleIfDue() }
    if moment.learning.isMeasurementInterrupted { return }
    await checkCalibrationIfDue()
    endDistillationIfOver()
    // A search that rolled back is at a step whose epoch, if it ended there, has been ended.
    if moment.learning.step == done && moment.learning.isAtEpochEnd { await endEpoch() }
    if isDone && (progress.phase.isRunning || progress.phase.isPaused) { await finishEpochs() }
  }

  /// Widths, minibatch, gradients, update.
  ///
  /// - Returns: false if loss or rates are not finite.
  private func step() -> Bool {
    let (rows, isFinite) = moment.step(
      &workers, learningRate: learningRateCourse, isSearching: progress.phase.isSearching)
    progress.samples += rows
    return isFinite
  }

  /// Everything that training depends on becomes what it was then, whoever asks for it: undo, redo, a divergence, or
  /// a trial that failed.
  ///
  /// The limits do too: each command that changes them makes its moment the last good one, so that a divergence does
  /// not take back what the user asked for.
  ///
  /// - Parameter keepsAbandoned: whether the charts keep the stretch that is taken back, dimmed.
  func goBack(to earlier: RunMoment, keepingAbandoned keepsAbandoned: Bool) {
    let taken = moment.history
    moment = earlier
    lastGood = earlier
    if keepsAbandoned { moment.history.keepAbandoned(of: taken, after: earlier.learning.step) }
    wantsCheckpoint = true
    dropInspection()
  }
}
