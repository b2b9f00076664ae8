import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import Messaging
import SyntheticData
import Testing
import Training

/// A run and whoever watches it: waits for what the trainer says, never for a time.
final class Session {
  let trainer: Trainer
  let channels: RunChannels
  private(set) var events: [Event] = []
  private(set) var evaluations: [Evaluation] = []
  private(set) var snapshot = Snapshot()
  private(set) var inspection: Inspection?
  private let wakes: AsyncStream<Void>
  private let run: Task<Outcome, Never>
  private var nextID = 1
  private var fences = 0
  private var fencesAnswered = 0

  /// - Parameters:
  ///   - first: commands in the mailbox before the first step.
  ///   - stopsAt: the run is stopped by its own evaluation of this step or a later one, whoever watches.
  ///   - pausesAt: as `stopsAt`, for a pause.
  init<Failure: Error>(
    _ configuration: Configuration = .small(), _ dataset: Dataset = Synthetic.plane(),
    isWatched: Bool = true, measuringTest: Bool = false, first: [Command.Action] = [.pause],
    stopsAt: Int? = nil, pausesAt: Int? = nil, resuming: ResumePoint? = nil,
    recorder: (RunChannels) throws(Failure) -> RunRecorder?
  ) throws(Failure) {
    let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.wakes = wakes
    let channels = RunChannels { wake.yield() }
    self.channels = channels
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels,
      recorder: try recorder(channels),
      log: (stopsAt ?? pausesAt).map {
        CommandLog(channels: channels, step: $0, action: stopsAt == nil ? .pause : .stop)
      },
      isWatched: isWatched, resuming: resuming)
    self.trainer = trainer
    for action in first {
      channels.commands.send(Command(id: nextID, action: action))
      nextID += 1
    }
    run = Task.detached { await trainer.run(measuringTest: measuringTest) }
  }

  /// Without a folder.
  convenience init(
    _ configuration: Configuration = .small(), _ dataset: Dataset = Synthetic.plane(),
    isWatched: Bool = true, measuringTest: Bool = false, first: [Command.Action] = [.pause],
    pausesAt: Int? = nil
  ) {
    self.init(
      configuration, dataset, isWatched: isWatched, measuringTest: measuringTest, first: first,
      pausesAt: pausesAt, recorder: { _ in nil })
  }

  /// Runs without anybody watching, to its end.
  static func headless(
    _ configuration: Configuration = .small(), _ dataset: Dataset = Synthetic.plane(),
    measuringTest: Bool = false, first: [Command.Action] = []
  ) async -> (Session, Outcome) {
    let session = Session(
      configuration, dataset, isWatched: false, measuringTest: measuringTest, first: first)
    return (session, await session.outcome())
  }

  private func take() {
    let update = channels.takeUpdate()
    // A reader never sees an event without the state after it.
    #expect(update.snapshot != nil || update.events.allSatisfy(\.isWarning))
    for event in update.events {
      if event.command == Self.fence { fencesAnswered += 1 } else { events.append(event) }
    }
    evaluations += channels.evaluations.drain()
    if let newer = update.snapshot { snapshot = newer }
    guard let newer = channels.inspections.take() else { return }
    if inspection == nil { inspection = newer } else { inspection?.merge(newer) }
  }

  /// Whether every part of the inspection is of a step.
  func isInspected(at step: Int) -> Bool {
    guard let inspection, inspection.inputStep == step else { return false }
    let layers = inspection.hasRows ? snapshot.layers.count : 0
    return inspection.curves.count { $0.step == step } == layers
  }

  /// Returns once what the trainer has said fulfils the condition.
  func wait(until condition: (Session) -> Bool) async {
    while true {
      take()
      if condition(self) { return }
      for await _ in wakes { break }
    }
  }

  /// Sends commands at once and returns their answers.
  @discardableResult
  func send(_ actions: [Command.Action]) async -> [Event] {
    let ids = nextID..<nextID + actions.count
    nextID += actions.count
    // Together, or a busy machine might train any number of steps between two of them.
    channels.commands.send(contentsOf: zip(ids, actions).map { Command(id: $0, action: $1) })
    await wait { session in ids.allSatisfy { id in session.events.contains { $0.command == id } } }
    await settle()
    return events.filter { $0.command.map(ids.contains) ?? false }
  }

  @discardableResult
  func send(_ action: Command.Action) async -> Event { await send([action])[0] }

  /// So many single steps of a paused run.
  func step(_ count: Int) async {
    let target = await trainer.learning.step + count
    await send(Array(repeating: .step, count: count))
    await wait { $0.snapshot.step == target }
    await settle()
  }

  /// The number of the command that asks for nothing but an answer.
  static let fence = 99_999

  /// Returns once the trainer has shown what it did for the commands so far, and, if it is paused, waits.
  private func settle() async {
    // The first may be read before the trainer begins to wait, the second only after it did.
    for _ in 0..<2 {
      fences += 1
      channels.commands.send(Command(id: Self.fence, action: .setLearningRate(.nan)))
      await wait { $0.fencesAnswered == $0.fences }
    }
  }

  /// What the run ended with by itself.
  func outcome() async -> Outcome {
    let outcome = await run.value
    take()
    return outcome
  }

  func stop() async -> Outcome {
    channels.commands.send(Command(id: nextID, action: .stop))
    nextID += 1
    return await outcome()
  }

  func count(_ kind: Event.Kind) -> Int { events.count { $0.kind == kind } }

  /// All that decides how the run goes on, to the bit.
  var bits: Bits {
    get async { Bits(await trainer.learning) }
  }
}

/// All of a network's numbers, with the optimizer's and the random streams' state.
struct Bits: Equatable {
  var step: Int
  var widths: [Int]
  var rates: [UInt64]
  var importances: [[UInt32]]
  /// Values, then moments.
  var parameters: [[UInt32]]
  var optimizer: Optimizer
  var cursor: BatchCursor
  var growth: RandomStream

  init(_ learning: LearningState) {
    step = learning.step
    widths = learning.network.widths
    rates = learning.network.adaptations.map(\.raw.bitPattern)
    importances = learning.network.adaptations.map { $0.importances.elements.map(\.bitPattern) }
    parameters = learning.network.parameters.flatMap { parameter in
      [parameter.value, parameter.first, parameter.second].map { $0.elements.map(\.bitPattern) }
    }
    optimizer = learning.optimizer
    cursor = learning.cursor
    growth = learning.growth
  }
}

extension Event {
  fileprivate var isWarning: Bool { if case .warning = kind { true } else { false } }

  var isRejection: Bool {
    if case .rejected(let reason) = kind { !reason.isEmpty } else { false }
  }
}

extension Session {
  /// A look at a paused network after some steps.
  static func inspection(
    of dataset: Dataset, layers: Int = 1, steps: Int = 4
  ) async -> (Inspection?, Session) {
    let session = Session(.small { $0.network.hiddenLayers = layers }, dataset)
    await session.step(steps)
    await session.wait { $0.isInspected(at: steps) }
    return (session.inspection, session)
  }
}

/// Stops or pauses a run from inside, at a step that is the same however busy the machine is.
private struct CommandLog: RunObserver {
  let channels: RunChannels
  let step: Int
  let action: Command.Action

  func record(_ measurement: Measurement) {
    if measurement.evaluation.step >= step { channels.commands.send(.unattended(action)) }
  }

  func record(_ event: Event) {}
  func close() async {}
}

extension Session {
  /// Each edit changes the network, which stays finite, and its undoing leads back to the very bits of a step.
  func expectUndone(_ edits: [Command.Action], to step: Int) async {
    let before = await bits
    for edit in edits {
      let answer = await send(edit)
      #expect(!answer.isRejection && answer.after?.loss.isFinite == true)
      #expect(await bits != before)
      await self.step(2)
      #expect(await send(.undo).kind == .undone(to: step))
      #expect(await bits == before)
    }
  }
}
