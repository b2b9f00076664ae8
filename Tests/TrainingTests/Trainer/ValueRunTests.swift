import AdaptiveWidth
import Experiment
import Testing
import Training

/// Runs of a Transformer whose attention has values of learned width.
@Suite(.timeLimit(.minutes(15))) struct ValueRunTests {
  private static let names = [
    "encoder 1, attention", "encoder 1, feed-forward", "decoder 1, attention", "decoder 1, cross-attention",
    "decoder 1, feed-forward",
  ]

  private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    var result = TranslationTests.configuration()
    (result.network.adapt, result.network.settle) = (.attention, .off)
    change(&result)
    return result
  }

  @Test func editsOfValuesAreUndoneToTheBit() async throws {
    let session = Session(configuration(), try TranslationTests.translations())
    await session.step(3)
    #expect(session.snapshot.layers.map(\.name) == Self.names)
    #expect(session.snapshot.layers.map(\.width) == [12, 24, 12, 12, 24])
    await session.expectUndone(
      [
        .truncate(layer: 0, width: 5), .truncate(layer: 2, width: 7, .best),
        .truncate(layer: 3, width: 1, .plain), .truncateAll(keep: 0.5), .reorder(layer: 3),
      ], to: 3)
    _ = await session.stop()
  }

  @Test func aCompressedRunGoesOnAfterItWasStopped() async throws {
    let scratch = try Scratch()
    let run = RecordedRun(
      configuration: configuration { $0.training.epochs = 3 }, dataset: try TranslationTests.translations())
    func play(_ session: Session) async {
      await session.step(3)
      #expect(!(await session.send(.truncate(layer: 3, width: 6, .best))).isRejection)
      #expect(!(await session.send(.compress(layer: 0, width: 4))).isRejection)
      await session.step(4)
    }
    let whole = try run.begin(in: "\(scratch.path)/whole")
    await play(whole)
    await whole.send(.resume)
    await whole.wait { $0.snapshot.state == .finished }
    let outcome = await whole.stop()
    #expect(outcome.widths[0] == 4 && outcome.widths[3] == 6 && outcome.layerNames == Self.names)
    #expect(outcome.initialWidths == [12, 24, 12, 12, 24])
    let expected = try await RunResult(whole, outcome, "\(scratch.path)/whole")
    let folder = "\(scratch.path)/stopped"
    let stopped = try run.begin(in: folder)
    await play(stopped)
    _ = await stopped.stop()
    let resumed = try run.resume(in: folder)
    let end = await resumed.outcome()
    #expect(try await RunResult(resumed, end, folder) == expected)
  }

  @Test func valuesSettle() async throws {
    let (_, outcome) = await Session.headless(
      configuration { $0.network.settle = .on }, try TranslationTests.translations())
    #expect(outcome.settling?.isSettled == true && outcome.widths.count == 5)
    #expect(try #require(outcome.validation?.accuracy) > 0.8)
  }

  /// With the paper's method the gradient moves the rates of values, too.
  @Test func ratesOfValuesAreLearned() async throws {
    let (session, outcome) = await Session.headless(
      configuration { ($0.network.method, $0.training.steps) = (.paper, 30) },
      try TranslationTests.translations())
    #expect(!outcome.isDiverged)
    let network = await session.trainer.learning.network
    let start = Adaptation(options: configuration().network, prior: nil, width: 12).rate
    #expect([0, 2, 3].allSatisfy { network.adaptation($0).rate != start })
  }
}
