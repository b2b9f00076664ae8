import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import SyntheticData
import Testing
import Training

/// Runs whose widths are settled by measurements.
struct SettlingRunTests {
  static func configuration(
    start: Double = 0.05, _ change: (inout Configuration) -> Void = { _ in }
  ) -> Configuration {
    .small {
      $0.network.method = .settle
      $0.network.initialRate = start
      $0.training.schedule = .cosine
      $0.training.epochs = 40
      $0.training.learningRate = 0.02
      change(&$0)
    }
  }

  static let dataset = Synthetic.classes(rows: 600, validation: 100, test: 0)

  private static func settled(_ events: [Event]) -> [WidthNeed] {
    events.compactMap { if case .settled(_, _, _, let need) = $0.kind { need } else { nil } }
  }

  @Test(arguments: [0.5, 0.05, 0.003])
  func everyStartIsGivenTheSameRoomAndEndsNarrow(start: Double) async throws {
    let (session, outcome) = await Session.headless(Self.configuration(start: start), Self.dataset)
    let first = try #require(session.events.dropFirst().first)
    guard case .explored(0, _, let room) = first.kind else {
      Issue.record("\(first.kind) in place of room")
      return
    }
    #expect(room == 512 && first.step == 1)
    #expect(outcome.widths[0] < 120 && outcome.widths[0] >= 2)
    let settling = try #require(outcome.settling)
    #expect(settling.isSettled && settling.nextStep == nil && settling.price == 0.01)
    let need = try #require(Self.settled(session.events).last)
    #expect(need.width == outcome.widths[0])
    #expect(outcome.widthIntervals == [need.interval] && need.interval.contains(need.width))
    #expect(try #require(outcome.validation?.accuracy) > 0.85)
  }

  /// A recurrent state, too, is what its first weights make of it: those of neurons that came later do not rotate it.
  @Test(arguments: [NetworkKind.mlp, .rnn]) func theStartDecidesNothing(kind: NetworkKind) async throws {
    var ends: [Bits] = []
    for start in [0.5, 0.05, 0.003] {
      let configuration = Self.configuration(start: start) {
        ($0.network.kind, $0.network.stateSize, $0.training.epochs) = (kind, 4, 4)
      }
      let dataset = kind == .rnn ? Synthetic.sequences() : Self.dataset
      let (session, outcome) = await Session.headless(configuration, dataset)
      #expect(outcome.initialWidths[0] != 512 && outcome.steps > 10)
      ends.append(await session.bits)
    }
    #expect(ends[0] == ends[1] && ends[1] == ends[2])
  }

  @Test func aHeldLayerKeepsItsWidthWhateverTheRoom() async {
    for start in [0.05, 0.003] {
      let session = Session(Self.configuration(start: start), Self.dataset)
      await session.send(.setPolicy(layer: 0, .hold))
      let held = session.snapshot.layers[0].width
      await session.step(3)
      #expect(session.snapshot.layers[0].width == held && session.snapshot.layers[0].policy == .hold)
      #expect(held != 512)
      _ = await session.stop()
    }
  }

  @Test func widthsAreRoundedUpWhereMeasurementsChooseThem() async throws {
    let (session, outcome) = await Session.headless(
      Self.configuration { $0.network.roundTo = 16 }, Self.dataset)
    #expect(outcome.widths[0] % 16 == 0 && outcome.widths[0] < 512)
    let need = try #require(Self.settled(session.events).last)
    #expect(need.width <= outcome.widths[0] && need.width > outcome.widths[0] - 16)
    #expect((need.roundedTo == 16) == (need.width != outcome.widths[0]))
    #expect(session.snapshot.roundTo == 16)
  }

  @Test func theLearningRateBeginsAnewWithTheLastMeasurement() async throws {
    let session = Session(Self.configuration(), Self.dataset, first: [.pause])
    // The last measurement is after 608 of 760 steps.
    await session.step(607)
    #expect(session.snapshot.learningRateFactor < 0.12)
    await session.step(2)
    #expect((0.59...0.6).contains(session.snapshot.learningRateFactor))
    await session.step(75)
    #expect((0.3...0.35).contains(session.snapshot.learningRateFactor))
    _ = await session.stop()
  }

  @Test func switchedOffTheWidthStays() async {
    let (session, outcome) = await Session.headless(
      Self.configuration { ($0.network.settle, $0.training.epochs) = (.off, 4) }, Self.dataset)
    #expect(outcome.widths == outcome.initialWidths && outcome.settling == nil)
    #expect(Self.settled(session.events).isEmpty)
  }

  @Test func aRunThatIsTooShortSaysThatItIsNotSettled() async throws {
    let session = Session(Self.configuration(), Self.dataset)
    await session.step(5)
    let outcome = await session.stop()
    let settling = try #require(outcome.settling)
    #expect(!settling.isSettled && settling.nextStep != nil)
    #expect(outcome.widthIntervals == [nil])
  }

  /// What it needs cannot be measured yet: it would be cut to what it needs for what it has learned by then.
  @Test func aRunThatStillLearnsAtTheLastMeasurementIsNotCut() async throws {
    let slow = Self.configuration { ($0.training.schedule, $0.training.learningRate) = (.constant, 1e-6) }
    let session = Session(slow, Self.dataset, first: [.pause])
    // 760 steps in all; the last measurement but one is after 532 of them, the last after 608.
    await session.step(540)
    await session.send(.setLearningRate(0.02))
    await session.step(80)
    #expect(session.snapshot.layers[0].width == 512)
    let settling = try #require(session.snapshot.settling)
    #expect(!settling.isSettled && settling.obstacle == .isStillLearning && settling.nextStep == nil)
    #expect(session.events.contains { $0.kind == .stillLearning })
    // Asked for, it is measured all the same.
    await session.send(.setPrice(price: 0.01))
    #expect(session.snapshot.settling?.isSettled == true)
    #expect(session.snapshot.layers[0].width < 512)
    _ = await session.stop()
  }

  @Test func learningIsFastWhereTheGainGrowsByATenthFromStageToStage() {
    func obstacle(_ improvement: Double, _ earlier: Double?, rows: Int = 10_000) -> SettlingObstacle? {
      Settling.obstacle(improvement: improvement, earlier: earlier, rows: rows)
    }
    #expect(obstacle(0.01, nil) == .hasLearnedNothing)
    #expect(obstacle(0.03, nil) == nil)
    #expect(obstacle(0.03, -0.5) == .isStillLearning)
    #expect(obstacle(0.5, 0.4) == .isStillLearning)
    #expect(obstacle(0.5, 0.48) == nil)
    #expect(obstacle(0.0445, 0.04) == nil)
    #expect(obstacle(0.5, 0.7) == nil)
    // A few rows may show as much by chance.
    #expect(obstacle(0.5, 0.4, rows: 16) == nil)
    #expect(obstacle(0.5, 0.4, rows: 100) == .isStillLearning)
  }

  /// Its schedule had no stage in which the improvement is measured alone.
  @Test func whatOlderVersionsWroteGoesOnWithTheNextMeasurement() throws {
    let old = #"{"price":0.01,"unit":"neuron","stage":2,"needs":[null],"has_nothing_learned":true}"#
    let settling = try JSONDecoder().decode(Settling.self, from: Data(old.utf8))
    let new = String(decoding: try JSONEncoder().encode(settling), as: UTF8.self)
    #expect(new.contains(#""stages_done":3"#) && new.contains(#""obstacle":"has_learned_nothing""#))
    #expect(try JSONDecoder().decode(Settling.self, from: Data(new.utf8)) == settling)
  }

  @Test func theSameRunAgainGivesTheSameBits() async {
    let configuration = Self.configuration { $0.training.epochs = 12 }
    let (first, _) = await Session.headless(configuration, Self.dataset)
    let (second, _) = await Session.headless(configuration, Self.dataset)
    #expect(await first.bits == second.bits)
    #expect(first.events == second.events)
  }

  @Test func aHeldLayerKeepsItsWidth() async {
    let (_, outcome) = await Session.headless(
      Self.configuration { $0.training.epochs = 8 }, Self.dataset, first: [.setPolicy(layer: 0, .hold)])
    #expect(outcome.widths == outcome.initialWidths)
  }

  @Test func aCapIsNotExceeded() async {
    let (session, outcome) = await Session.headless(
      Self.configuration { $0.training.epochs = 8 }, Self.dataset, first: [.setPolicy(layer: 0, .cap)])
    #expect(outcome.widths[0] <= outcome.initialWidths[0])
    let grew = session.events.contains {
      if case .explored(_, let from, let to) = $0.kind { to > from } else { false }
    }
    #expect(!grew)
  }

  @Test func anUndoTakesAMoveBackAndTheScheduleGoesOn() async throws {
    let configuration = Self.configuration()
    let session = Session(configuration, Self.dataset, first: [.pause])
    // 19 batches an epoch: half of 760 steps.
    await session.step(380)
    let moved = try #require(session.snapshot.layers.first?.width)
    #expect(moved < 512 && session.snapshot.undoDepth == 1)
    await session.send(.undo)
    #expect(session.snapshot.layers[0].width == 512)
    // The room that the layer began with is no move: an undo too many would lose all that was learned.
    #expect(await session.send(.undo).isRejection)
    await session.step(1)
    #expect(session.snapshot.layers[0].width == 512)
    await session.step(80)
    #expect(session.snapshot.layers[0].width < 512)
    _ = await session.stop()
  }

  @Test func aPriceThatIsTurnedSettlesAgain() async throws {
    let session = Session(Self.configuration(), Self.dataset, first: [])
    await session.wait { $0.snapshot.state == .finished }
    let width = session.snapshot.layers[0].width
    let answer = await session.send(.setPrice(price: 0.2))
    #expect(answer.kind == .priceChanged(price: 0.2))
    #expect(session.snapshot.layers[0].width < width)
    #expect(session.snapshot.settling?.price == 0.2)
    await session.send(.undo)
    #expect(session.snapshot.layers[0].width == width && session.snapshot.settling?.price == 0.01)
    let refused = await session.send(.setPrice(price: -1))
    #expect(refused.isRejection)
    // Cheaper neurons must not narrow what has settled, and wider layers would have no time to learn.
    #expect(await session.send(.setPrice(price: 0.001)).isRejection)
    #expect(session.snapshot.layers[0].width == width && session.snapshot.settling?.price == 0.01)
    _ = await session.stop()
  }

  /// A run whose terminal is lost ends without a command.
  @Test(arguments: [Command.Action.setPrice(price: 0.2), .setLearningRate(0.007)])
  func whatIsTurnedAtTheEndOutlivesThoseWhoWatch(action: Command.Action) async throws {
    let scratch = try Scratch()
    let run = RecordedRun(configuration: Self.configuration(), dataset: Self.dataset, checkpointEvery: 1e9)
    let session = try run.begin(in: "\(scratch.path)/run", first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send(action)
    session.channels.unwatch()
    _ = await session.outcome()
    let resumed = try run.resume(in: "\(scratch.path)/run", isWatched: true)
    let (kept, left) = (await resumed.bits, await session.bits)
    #expect(kept.step == left.step && kept.widths == left.widths && kept.parameters == left.parameters)
    #expect(kept.optimizer.learningRate == left.optimizer.learningRate)
    _ = await resumed.stop()
  }

  @Test func aPriceThatIsTurnedEndsACompressionOfSettledWidths() async throws {
    let session = Session(Self.configuration(), Self.dataset, first: [.pause])
    await session.step(700)
    try #require(session.snapshot.settling?.isSettled == true)
    await session.send(.compressUntil(layers: [0], tolerance: 0.2))
    #expect(session.snapshot.compression != nil)
    await session.send(.setPrice(price: 0.2))
    #expect(session.snapshot.compression == nil && session.snapshot.settling?.price == 0.2)
    _ = await session.stop()
  }

  @Test func aSearchThatGoesBackKeepsThePriceSetMeanwhile() async throws {
    let session = Session(Self.configuration(), Self.dataset, first: [.pause])
    await session.step(300)
    await session.send(.compressUntil(layers: [0], tolerance: 0.001))
    await session.send(.setPrice(price: 0.2))
    await session.send(.resume)
    await session.wait { session in
      session.events.contains { if case .compressedUntil = $0.kind { true } else { false } }
    }
    #expect(session.events.contains { if case .compressionStep = $0.kind { true } else { false } })
    #expect(session.snapshot.settling?.price == 0.2)
    _ = await session.stop()
  }

  @Test func withoutMeasurementsThereIsNoPrice() async {
    let session = Session()
    #expect(await session.send(.setPrice(price: 0.1)).isRejection)
    _ = await session.stop()
  }

  @Test(arguments: [10, 400, 500, 700])
  func aRunThatIsResumedEndsAsOneThatWasNotStopped(step: Int) async throws {
    let scratch = try Scratch()
    let run = RecordedRun(configuration: Self.configuration(), dataset: Self.dataset)
    let whole = try run.begin(in: "\(scratch.path)/whole")
    await whole.send(.resume)
    await whole.wait { $0.snapshot.state == .finished }
    let bits = await whole.bits
    _ = await whole.stop()
    let stopped = try run.begin(in: "\(scratch.path)/stopped")
    await stopped.step(step)
    _ = await stopped.stop()
    let resumed = try run.resume(in: "\(scratch.path)/stopped")
    let outcome = await resumed.outcome()
    #expect(outcome.settling?.isSettled == true)
    #expect(await resumed.bits == bits)
  }
}
