import Datasets
import Experiment
import Foundation
import ModelFiles
import SyntheticData
import Testing
import Training

/// Runs that are stopped and go on.
@Suite(.timeLimit(.minutes(15))) struct ResumeTests {
  /// What happens to a run before it is stopped.
  struct Scenario: CustomTestStringConvertible, Sendable {
    enum Act: Sendable {
      case steps(Int)
      case command(Command.Action)
      case expect(@Sendable (Session) -> Bool)
    }

    var name: String
    var run: RecordedRun
    var acts: [Act]

    var testDescription: String { name }

    init(
      _ name: String, on dataset: Dataset = Synthetic.plane(), _ acts: [Act],
      _ change: (inout Configuration) -> Void = { _ in }
    ) {
      self.name = name
      self.acts = acts
      run = RecordedRun(
        configuration: .small {
          $0.training.epochs = 8
          change(&$0)
        }, dataset: dataset)
    }

    func play(_ session: Session) async {
      for act in acts {
        switch act {
        case .steps(let count): await session.step(count)
        case .command(let action):
          let answer = await session.send(action)
          #expect(!answer.isRejection)
        case .expect(let condition): #expect(condition(session))
        }
      }
    }
  }

  /// A rung is done, and the next one is not.
  private static let isKeepingLess: @Sendable (Session) -> Bool = { session in
    guard let compression = session.snapshot.compression else { return false }
    return compression.accepted.map { $0[0] < 47 } ?? false
  }

  static let scenarios = [
    Scenario("in the middle of an epoch", [.steps(7)]),
    Scenario("before the first step", []),
    Scenario("at the end of an epoch", on: Synthetic.classes(), [.steps(6)]),
    Scenario("regression, two layers, gradient descent, a schedule", on: Synthetic.values(), [.steps(10)]) {
      $0.network.hiddenLayers = 2
      $0.network.choose(.powerLaw)
      $0.training.optimizer = .sgd
      $0.training.schedule = .cosine
    },
    Scenario("fixed, classification", [.steps(8)]) { $0.network.fixedWidths = [9, 5] },
    Scenario("fixed, regression", on: Synthetic.values(), [.steps(8)]) { $0.network.fixedWidths = [9] },
    Scenario("dropout, weight decay and class weights", [.steps(8)]) {
      $0.training.dropout = 0.3
      $0.training.weightDecay = 0.1
      $0.training.classWeights = .balanced
    },
    Scenario(
      "dropout after a cut and its undo",
      [.steps(5), .command(.truncate(layer: 0, width: 12)), .steps(3), .command(.undo), .steps(1)]
    ) { ($0.training.dropout, $0.training.isNested) = (0.3, true) },
    Scenario(
      "soon after a repaired cut", [.steps(5), .command(.truncate(layer: 0, width: 12)), .steps(4)]
    ) { $0.training.epochs = 30 },
    Scenario("several threads", [.steps(11)]) { $0.training.threads = 3 },
    Scenario("growing and shrinking", [.steps(14)]) {
      $0.training.learningRate = 0.1
      $0.prior.rate = NormalPrior(mean: 0.01, scale: 0.01)
    },
    Scenario(
      "channels of convolutions, cut and learned", on: Synthetic.images(),
      [.steps(4), .command(.truncate(layer: 0, width: 12)), .steps(3)]
    ) {
      ($0.network.kind, $0.network.adapt) = (.cnn, .inner)
    },
    Scenario(
      "after a cut with a ceiling", [.steps(5), .command(.truncate(layer: 0, width: 12)), .steps(3)]),
    Scenario(
      "while the uncut network teaches",
      [.steps(5), .command(.truncate(layer: 0, width: 12, isTaught: true)), .steps(2)]),
    Scenario(
      "while it teaches longer than the run was to go on",
      [.steps(11), .command(.truncateAll(keep: 0.2, .plain, isTaught: true)), .steps(2)]
    ) { $0.training.teacher = .epochs(3) },
    Scenario(
      "after a policy",
      [.steps(4), .command(.setPolicy(layer: 0, .hold)), .command(.truncateAll(keep: 0.5)), .steps(1)]),
    Scenario(
      "while compressing", [.steps(4), .command(.compress(layer: 0, width: 20)), .steps(25)]),
    Scenario(
      "while compressing until it degrades",
      [
        .steps(60), .command(.compressUntil(layers: [0], tolerance: 0.05)), .steps(20),
        .expect(isKeepingLess),
      ]
    ) { $0.training.epochs = 30 },
    Scenario(
      "while a compression is about to fail",
      [.steps(60), .command(.compressUntil(layers: [0], tolerance: 0)), .steps(20)]
    ) { $0.training.epochs = 30 },
    Scenario(
      "with a better network to go back to",
      [.steps(60), .command(.compressUntil(layers: [0], tolerance: 0.05))]
        + [.steps(10), .expect(isKeepingLess)]
    ) {
      $0.training.learningRate = 0.02
      $0.training.epochs = 30
    },
    Scenario(
      "after an undo",
      [.steps(7), .command(.truncate(layer: 0, width: 12)), .steps(4), .command(.undo), .steps(1)]),
    Scenario("with another learning rate", [.steps(5), .command(.setLearningRate(0.003)), .steps(2)]),
    Scenario("with patience", [.steps(7)]) {
      $0.training.epochs = 500
      $0.training.patience = 3
    },
    Scenario("without held-out rows", on: Synthetic.plane(validation: 0), [.steps(7)]),
  ]

  @Test(arguments: scenarios)
  func aRunThatWasStoppedEndsAsOneThatWasNot(scenario: Scenario) async throws {
    let scratch = try Scratch()
    let run = scenario.run
    let whole = try run.begin(in: "\(scratch.path)/whole")
    await scenario.play(whole)
    await whole.send(.resume)
    await whole.wait { $0.snapshot.state == .finished }
    let expected = try await RunResult(whole, await whole.stop(), "\(scratch.path)/whole")

    let folder = "\(scratch.path)/stopped"
    let stopped = try run.begin(in: folder)
    await scenario.play(stopped)
    let step = await stopped.stop().steps
    // As a killed writer leaves it.
    for name in ["metrics.jsonl", "events.jsonl"] {
      try Self.append("{\"step\":12}\n{\"step\":1", to: folder, name)
    }
    let resumed = try run.resume(in: folder)
    let outcome = await resumed.outcome()
    #expect(outcome.steps > step)
    #expect(try await RunResult(resumed, outcome, folder) == expected)
    #expect(resumed.count(.started) == 0)
  }

  private static func append(_ text: String, to folder: String, _ name: String) throws {
    let path = "\(folder)/\(name)"
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// An evaluation is under way at most times: its result is taken up at the step it would have been.
  @Test func aRunIsStoppedWhileItRuns() async throws {
    let scratch = try Scratch()
    let run = RecordedRun(configuration: .small { $0.training.epochs = 600 }, dataset: Synthetic.values())
    let whole = try run.begin(in: "\(scratch.path)/whole", isWatched: false, first: [])
    let expected = try await RunResult(whole, await whole.outcome(), "\(scratch.path)/whole")
    let folder = "\(scratch.path)/stopped"
    let begun = try run.begin(in: folder, isWatched: false, first: [], stopsAt: 20)
    #expect(await begun.outcome().isStopped)
    for step in [100, 300] {
      #expect(await (try run.resume(in: folder, stopsAt: step)).outcome().isStopped)
    }
    let session = try run.resume(in: folder)
    let outcome = await session.outcome()
    #expect(try await RunResult(session, outcome, folder) == expected)
  }

  @Test func checkpointsChangeNothing() async throws {
    let scratch = try Scratch()
    var run = RecordedRun(configuration: .small { $0.training.epochs = 100 })
    var results: [RunResult] = []
    for interval in [0, 1e-6] {
      run.checkpointEvery = interval
      let folder = "\(scratch.path)/\(interval)"
      let session = try run.begin(in: folder, isWatched: false, first: [])
      results.append(try await RunResult(session, await session.outcome(), folder))
    }
    let (bare, bareOutcome) = await Session.headless(run.configuration, run.dataset)
    #expect(results[0] == results[1])
    #expect(await bare.bits == results[0].bits && bareOutcome.validation == results[0].validation)
  }

  @Test func aFinishedRunGoesOnWithMoreEpochs() async throws {
    let scratch = try Scratch()
    var run = RecordedRun()
    let first = try run.begin(in: "\(scratch.path)/run", isWatched: false, first: [])
    #expect(await first.outcome().steps == 12)
    #expect(try ModelFile.read("\(scratch.path)/run").model.metrics == first.evaluations.last?.validation)
    // As before: there is nothing left to do.
    let again = try run.resume(in: "\(scratch.path)/run")
    let outcome = await again.outcome()
    #expect(outcome.steps == 12 && outcome.validation == first.evaluations.last?.validation)
    let longer = try run.resume(in: "\(scratch.path)/run", epochs: 9)
    #expect(await longer.outcome().steps == 27)
    run.configuration.training.epochs = 9
    let whole = try run.begin(in: "\(scratch.path)/whole", isWatched: false, first: [])
    _ = await whole.outcome()
    #expect(await longer.bits == (await whole.bits))
    #expect(first.evaluations.count + longer.evaluations.count == whole.evaluations.count)
  }

  @Test func aDivergedRunIsKeptWhereItWasGood() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let run = RecordedRun(
      configuration: .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e9
        $0.training.epochs = 50
      }, dataset: Synthetic.values())
    let session = try run.begin(in: folder, isWatched: false, first: [])
    let outcome = await session.outcome()
    #expect(outcome.isDiverged)
    let resumed = try run.resume(in: folder)
    let again = await resumed.outcome()
    #expect(again.divergedAfter == outcome.divergedAfter && again.steps == outcome.steps)
    #expect(await resumed.trainer.learning.network.isFinite)
  }

  @Test func theDashboardHasChartsAgain() async throws {
    let scratch = try Scratch()
    let run = RecordedRun()
    let first = try run.begin(in: "\(scratch.path)/run")
    await first.step(11)
    // Nothing happened that may not be lost, and no time between checkpoints was given.
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/run/checkpoint.json"))
    _ = await first.stop()
    // Metrics are of the network they are kept with.
    #expect(try ModelFile.read("\(scratch.path)/run").model.metrics == nil)
    let kept = try run.resume(in: "\(scratch.path)/run", isWatched: true)
    await kept.wait { $0.snapshot.state == .paused }
    #expect(kept.snapshot.step == 11)
    // After three epochs: the evaluation made where the run was stopped is not part of it.
    #expect(kept.snapshot.validationLoss.buckets.map(\.lastStep) == [3, 6, 9])
    #expect(
      kept.snapshot.trainLoss.buckets.map(\.mean) == first.evaluations.prefix(3).map { Float($0.trainLoss) })
    #expect(kept.snapshot.layers[0].widthHistory.buckets.count == 3)
    #expect(kept.snapshot.validation == first.evaluations[2].validation)
    _ = await kept.stop()
  }
}
