import Experiment
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct CommandTests {
  @Test func aRunPausesStepsAndResumes() async {
    let session = Session()
    await session.wait { $0.snapshot.state == .paused }
    #expect(session.snapshot.step == 0)
    await session.step(2)
    #expect(session.snapshot.state == .paused)
    await session.step(3)
    #expect(session.snapshot.step == 5)
    let answer = await session.send(.resume)
    #expect(answer.kind == .resumed && answer.step == 5)
    await session.wait { $0.snapshot.state == .finished }
    #expect(session.snapshot.step == 12)
    let outcome = await session.stop()
    #expect(outcome.steps == 12)
    #expect(
      session.events.map(\.kind)
        == [
          .started, .paused, .stepped, .stepped, .stepped, .stepped, .stepped, .resumed, .finished, .stopped,
        ])
  }

  @Test func aRunIsStopped() async {
    let session = Session()
    await session.step(4)
    let outcome = await session.stop()
    #expect(outcome.isStopped && outcome.steps == 4 && !outcome.isDiverged)
    #expect(session.snapshot.state == .stopped)
    #expect(session.evaluations.map(\.step) == [3, 4])
    #expect(session.evaluations.last?.validation == outcome.validation)
  }

  @Test func aRunStoppedBeforeItsFirstStepHasNoMetrics() async {
    let session = Session(first: [.stop])
    let outcome = await session.outcome()
    #expect(outcome.isStopped && outcome.steps == 0 && outcome.validation == nil)
  }

  /// Quitting a dashboard whose run is done takes nothing back.
  @Test func stoppingAFinishedRunLeavesItFinished() async {
    let session = Session(first: [])
    await session.wait { $0.snapshot.state == .finished }
    let outcome = await session.stop()
    #expect(!outcome.isStopped && outcome.steps == 12)
  }

  @Test func everyCommandIsAnsweredOnceInOrder() async {
    let session = Session()
    let actions: [Command.Action] = [
      .step, .truncate(layer: 0, width: 30), .truncate(layer: 9, width: 1), .undo, .redo, .redo, .pause,
      .setPace(5), .setPace(nil), .setLearningRate(0.1), .setLearningRate(0), .evaluateTest,
      .compress(layer: 0, width: 9), .stopCompressing, .stopCompressing, .setPolicy(layer: 0, .hold),
      .truncateAll(keep: 0.5), .resume, .resume, .step, .pause, .undo,
    ]
    let answers = await session.send(actions)
    #expect(answers.compactMap(\.command) == Array(2..<2 + actions.count))
    let rejected = answers.indices.filter { answers[$0].isRejection }
    #expect(rejected == [2, 5, 6, 10, 14, 18, 19])
    _ = await session.stop()
    #expect(Set(session.events.compactMap(\.command)).count == actions.count + 2)
  }

  @Test func whatComesAfterStopIsRefused() async {
    let session = Session(first: [.pause, .stop, .truncate(layer: 0, width: 3), .resume, .stop])
    let outcome = await session.outcome()
    #expect(outcome.widths == [47] && outcome.isStopped)
    let answers = session.events.filter { $0.command != nil }
    #expect(answers.compactMap(\.command) == [1, 2, 3, 4, 5])
    #expect(answers.map(\.isRejection) == [false, false, true, true, true])
  }

  /// Every refusal says why and changes neither the network nor the run.
  @Test func impossibleCommandsChangeNothing() async {
    let session = Session(.small(), Synthetic.plane(test: 0))
    await session.step(2)
    let before = (await session.bits, session.snapshot)
    let impossible: [Command.Action] = [
      .truncate(layer: 1, width: 5), .truncate(layer: -1, width: 5), .truncate(layer: 0, width: 0),
      .truncate(layer: 0, width: -7), .truncate(layer: 0, width: 47), .truncate(layer: 0, width: .max),
      .truncateAll(keep: 0), .truncateAll(keep: -1), .truncateAll(keep: 1), .truncateAll(keep: 1.5),
      .truncateAll(keep: .nan), .truncateAll(keep: .infinity), .truncateAll(keep: 1e300),
      .compress(layer: 1, width: 5), .compress(layer: 0, width: 0), .compress(layer: 0, width: 47),
      .stopCompressing, .setPolicy(layer: 1, .hold), .setPolicy(layer: -1, .hold), .setPace(0), .setPace(-1),
      .setPace(.nan), .setPace(.infinity), .setLearningRate(0), .setLearningRate(-1), .setLearningRate(.nan),
      .setLearningRate(.infinity), .undo, .redo, .evaluateTest, .pause,
    ]
    for action in impossible {
      let answer = await session.send(action)
      #expect(answer.isRejection, "\(action)")
      #expect(answer.before == nil && answer.after == nil)
    }
    let outcome = await session.stop()
    #expect(outcome.steps == 2)
    #expect(await session.bits == before.0)
    #expect(session.snapshot.layers == before.1.layers)
    #expect(session.snapshot.learningRate == before.1.learningRate && session.snapshot.pace == before.1.pace)
    #expect(session.snapshot.undoDepth == 0)
  }

  @Test func aRunningRunTakesNoSingleStep() async {
    let session = Session(.small { $0.training.epochs = 1_000_000 }, first: [])
    #expect(await session.send(.step).isRejection)
    #expect(await session.send(.resume).isRejection)
    #expect(await session.send(.pause).kind == .paused)
    #expect(await session.send(.pause).isRejection)
    _ = await session.stop()
  }

  @Test func aFinishedRunTakesNoPause() async {
    let session = Session(first: [])
    await session.wait { $0.snapshot.state == .finished }
    #expect(await session.send(.pause).isRejection)
    #expect(await session.send(.step).isRejection)
    _ = await session.stop()
  }

  @Test func oneCompressionAtATime() async {
    let session = Session(.small { $0.network.hiddenLayers = 2 })
    #expect(await session.send(.compress(layer: 0, width: 9)).isRejection == false)
    #expect(await session.send(.compress(layer: 0, width: 8)).isRejection)
    #expect(await session.send(.compress(layer: 1, width: 9)).isRejection)
    #expect(await session.send(.setPolicy(layer: 0, .hold)).isRejection)
    #expect(await session.send(.setPolicy(layer: 1, .hold)).isRejection == false)
    _ = await session.stop()
  }

  @Test func ordinaryNetworksHaveNothingToCut() async {
    let session = Session(.small { $0.network.fixedWidths = [8] })
    for action in [
      Command.Action.truncate(layer: 0, width: 3), .truncateAll(keep: 0.5), .compress(layer: 0, width: 3),
      .setPolicy(layer: 0, .hold),
    ] {
      #expect(await session.send(action).isRejection)
    }
    _ = await session.stop()
  }

  @Test func paceAndLearningRateTakeEffect() async {
    let session = Session()
    #expect(await session.send(.setPace(3)).kind == .paceChanged(3))
    #expect(await session.send(.setLearningRate(0.5)).kind == .learningRateChanged(0.5))
    await session.wait { $0.snapshot.pace == 3 && $0.snapshot.learningRate == 0.5 }
    #expect(await session.send(.setPace(nil)).kind == .paceChanged(nil))
    await session.step(3)
    let changed = await session.bits
    _ = await session.stop()
    let same = Session(.small { $0.training.learningRate = 0.5 })
    await same.step(3)
    #expect(await same.bits == changed)
    _ = await same.stop()
  }

  @Test func testRowsAreMeasuredOnDemand() async throws {
    let session = Session(measuringTest: true)
    await session.step(3)
    guard case .testEvaluated(let metrics) = await session.send(.evaluateTest).kind else {
      Issue.record("no test metrics")
      return
    }
    let outcome = await session.stop()
    #expect(outcome.test == metrics)
    #expect(metrics != outcome.validation)
  }

  /// A run that is done goes on for a tenth of its epochs.
  @Test(arguments: [nil, 7])
  func aFinishedRunGoesOn(steps: Int?) async {
    let session = Session(
      .small {
        $0.training.epochs = 20
        $0.training.steps = steps
      }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let end = session.snapshot.step
    #expect(end == steps ?? 60)
    await session.send(.resume)
    await session.wait { $0.snapshot.state == .finished && $0.snapshot.step > end }
    #expect(session.count(.finished) == 2)
    // Two more epochs, from the next whole one.
    #expect(session.snapshot.step == (end + 2) / 3 * 3 + 6)
    _ = await session.stop()
  }

  @Test func aRunStoppedEarlyGoesOnWithNewPatience() async {
    let session = Session(
      .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e-30
        $0.training.epochs = 1_000
        $0.training.patience = 3
      }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send(.resume)
    await session.wait { $0.count(.stoppedEarly) == 2 }
    let steps = session.events.filter { $0.kind == .stoppedEarly }.map(\.step)
    #expect(steps[1] - steps[0] >= 9)
    _ = await session.stop()
  }
}
