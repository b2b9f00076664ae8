import AdaptiveWidth
import Dashboard
import Datasets
import Experiment
import Learning
import Messaging
import ModelFiles
import Training
import UserInterface

/// Compresses a trained network by the trainer's own command, one layer and one width after another.
struct Compressor: Sendable {
  private let configuration: Configuration
  private let dataset: Dataset
  /// Epochs in which a network settles.
  private let epochs: Int
  /// Whose training rows a cut is repaired on.
  private let rows: EvaluationRows
  private let interruption: Interruption?
  private let show: @Sendable (Snapshot) -> Void
  private let tell: @Sendable (String) -> Void

  /// - Parameters:
  ///   - interruption: after one, what was reached by then is the result; `nil`: there can be none.
  ///   - show: called while it trains, from any thread.
  ///   - tell: the same, with what happens, a line each.
  init(
    _ own: OwnData, rows: EvaluationRows, epochs: Int?, interruption: Interruption? = nil,
    show: @escaping @Sendable (Snapshot) -> Void = { _ in }, tell: @escaping @Sendable (String) -> Void
  ) {
    var configuration = own.configuration
    self.epochs = epochs ?? configuration.training.settlingEpochs
    // The widths are what is asked for here, and not what measurements would make of them.
    configuration.network.settle = .off
    configuration.training.steps = nil
    configuration.training.pace = nil
    configuration.training.patience = nil
    configuration.training.finalNetwork = nil
    configuration.training.threads =
      configuration.training.threads ?? Workers.usefulThreads(configuration, own.dataset)
    self.configuration = configuration
    dataset = own.dataset
    self.rows = rows
    self.interruption = interruption
    (self.show, self.tell) = (show, tell)
  }

  private var isInterrupted: Bool { interruption?.happened ?? false }

  /// The end of a run that trained this model: no layer grows any more.
  func state(from model: SavedModel) -> LearningState {
    var state = LearningState(configuration: configuration, dataset: dataset)
    state.network = model.network
    for (layer, adaptation) in model.network.adaptations.enumerated() where adaptation.policy == .adapt {
      state.network.setPolicy(layer: layer, .cap)
    }
    if let optimizer = model.optimizer { state.optimizer = optimizer }
    // Where the learning rate is what it is after a schedule's end.
    state.step = configuration.training.epochs * state.cursor.batchesPerEpoch
    return state
  }

  /// Leads every layer to its width; what training does not bring there is cut.
  func compress(_ state: LearningState, to widths: [Int], _ method: CutMethod) async throws -> LearningState {
    var state = state
    for (layer, width) in widths.enumerated() where width < state.network.widths[layer] {
      state = try await lead(state, layer, to: width)
      if isInterrupted { return state }
      if state.network.widths[layer] > width {
        var widths = state.network.widths
        widths[layer] = width
        var cutter = Cutter(state.network, method, rows, threads: CutFlags.threads)
        state.take(cutter.network(keeping: widths), cutBy: method)
        state = try await settle(state)
      }
    }
    return state
  }

  /// Cuts the network, and trains it for so many epochs.
  ///
  /// - Parameter isTaught: whether the uncut network teaches, as long as the settings say.
  func cut(
    _ state: LearningState, to widths: [Int], _ method: CutMethod, isTaught: Bool, epochs: Int
  ) async throws -> LearningState {
    try await train(state, epochs: epochs, .truncateTo(widths: widths, method, isTaught: isTaught))
  }

  /// Leads the layers, in turn, to ever smaller widths, until the metric stays worse than the tolerance allows.
  ///
  /// - Returns: the last network that was good enough, its widths held.
  func ratchet(
    _ state: LearningState, within tolerance: Double, _ method: CutMethod
  ) async throws -> LearningState {
    let layers = Array(state.network.widths.indices)
    return try await train(
      state, epochs: 0, .compressUntil(layers: layers, tolerance: tolerance, method))
  }

  /// The same network with itself as the teacher of all that follows.
  func withTeacher(_ state: LearningState) -> LearningState {
    var state = state
    let options = configuration.training
    state.distillation = Distillation(
      teacher: state.network.inferenceCopy,
      terms: Distillation.Terms(weight: options.teacherWeight, temperature: options.teacherTemperature))
    return state
  }

  /// The teacher stays for so many epochs after all else, or until the network is as good as that one.
  ///
  /// - Parameter reference: metrics of the teacher.
  func finishDistillation(
    _ state: LearningState, _ duration: TeacherDuration, reference: Metrics
  ) async throws -> LearningState {
    guard var terms = state.distillation?.terms else { return state }
    var state = state
    if duration == .untilCaughtUp { terms = terms.ending(at: reference, from: state.step) }
    state.distillation?.terms = terms
    return try await train(state, epochs: configuration.training.maxEpochs(of: duration), nil)
  }

  private func lead(_ state: LearningState, _ layer: Int, to width: Int) async throws -> LearningState {
    try await train(state, epochs: 0, .compress(layer: layer, width: width))
  }

  private func settle(_ state: LearningState) async throws -> LearningState {
    try await train(state, epochs: epochs, nil)
  }

  private func train(
    _ state: LearningState, epochs: Int, _ action: Command.Action?
  ) async throws -> LearningState {
    if isInterrupted { return state }
    let channels = RunChannels()
    channels.redirect { [unowned channels, show] in channels.takeUpdate().snapshot.map(show) }
    if let action { channels.commands.send(Command(id: 1, action: action)) }
    interruption?.follow(channels)
    let teller = EventTeller(tell: tell)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels, log: teller, isWatched: false)
    await trainer.begin(
      from: state, epochs: epochs,
      compression: CompressionTimes(
        settlingEpochs: self.epochs, batchesPerEpoch: state.cursor.batchesPerEpoch))
    let outcome = await trainer.run(measuringTest: false)
    if let reason = teller.refusal.take() { throw ModelCommandError.refused(reason) }
    if outcome.isDiverged { throw ModelCommandError.diverged }
    return await trainer.learning
  }
}

/// Says what becomes of a compression.
private struct EventTeller: RunObserver {
  let tell: @Sendable (String) -> Void
  let refusal = Latest<String>()

  func record(_ event: Event) {
    switch event.kind {
    // What an interruption sends may come when there is nothing to be stopped.
    case .rejected(let reason): if event.command == 1 { refusal.post(reason) }
    case .compressed, .compressionStep, .truncated, .truncatedAll, .teaching, .taught:
      tell(Wording.line(event))
    default: break
    }
  }

  func record(_ measurement: Measurement) {}

  func close() async {}
}
