import AdaptiveWidth
import Experiment
import SyntheticData
import Testing
import Training

/// Runs of a recurrent network whose state has a learned width.
@Suite(.timeLimit(.minutes(15))) struct StateRunTests {
  private static let names = ["input, hidden", "state", "state, hidden"]

  private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    Configuration.small {
      ($0.network.kind, $0.network.stateSize, $0.network.adapt) = (.rnn, 12, .all)
      ($0.network.method, $0.network.settle) = (.settle, .off)
      $0.training.learningRate = 0.01
      $0.training.epochs = 3
      change(&$0)
    }
  }

  @Test func editsOfTheStateAreUndoneToTheBit() async throws {
    let session = Session(configuration(), Synthetic.sequences())
    await session.step(3)
    #expect(session.snapshot.layers.map(\.name) == Self.names)
    #expect(session.snapshot.layers.map(\.width) == [47, 12, 47])
    await session.expectUndone(
      [
        .truncate(layer: 1, width: 5), .truncate(layer: 1, width: 7, .best),
        .truncate(layer: 1, width: 1, .plain), .truncateAll(keep: 0.5), .reorder(layer: 1),
      ], to: 3)
    _ = await session.stop()
  }

  @Test(arguments: [AdaptedLayers.stream, .all])
  func aCompressedRunGoesOnAfterItWasStopped(_ adapt: AdaptedLayers) async throws {
    let scratch = try Scratch()
    let run = RecordedRun(
      configuration: configuration { $0.network.adapt = adapt }, dataset: Synthetic.sequences())
    let layer = adapt == .all ? 1 : 0
    func play(_ session: Session) async {
      await session.step(3)
      #expect(!(await session.send(.truncate(layer: layer, width: 9, .best))).isRejection)
      #expect(!(await session.send(.compress(layer: layer, width: 6))).isRejection)
      await session.step(4)
    }
    let whole = try run.begin(in: "\(scratch.path)/whole")
    await play(whole)
    await whole.send(.resume)
    await whole.wait { $0.snapshot.state == .finished }
    let outcome = await whole.stop()
    #expect(outcome.widths[layer] == 6)
    #expect(outcome.layerNames == (adapt == .all ? Self.names : ["state"]))
    #expect(outcome.initialWidths == (adapt == .all ? [47, 12, 47] : [12]))
    let expected = try await RunResult(whole, outcome, "\(scratch.path)/whole")
    let folder = "\(scratch.path)/stopped"
    let stopped = try run.begin(in: folder)
    await play(stopped)
    _ = await stopped.stop()
    let resumed = try run.resume(in: folder)
    let end = await resumed.outcome()
    #expect(try await RunResult(resumed, end, folder) == expected)
  }

  /// It never explores more than it begins with.
  @Test func theStateSettles() async throws {
    let (_, outcome) = await Session.headless(
      configuration {
        ($0.network.settle, $0.training.epochs, $0.training.batchSize) = (.on, 40, 16)
        ($0.training.schedule, $0.training.gradientClip, $0.training.learningRate) = (.cosine, 1, 0.005)
      }, Synthetic.sequences(rows: 400))
    #expect(outcome.settling?.isSettled == true && outcome.widths.count == 3 && outcome.widths[1] < 12)
    #expect(try #require(outcome.validation?.accuracy) > 0.8)
  }

  @Test func theRateOfTheStateIsLearned() async throws {
    let (session, outcome) = await Session.headless(
      configuration { ($0.network.method, $0.training.steps) = (.paper, 30) }, Synthetic.sequences())
    #expect(!outcome.isDiverged)
    let network = await session.trainer.learning.network
    let start = Adaptation(options: configuration().network, prior: nil, width: 12, isOfStream: true).rate
    #expect(network.adaptation(1).rate != start)
  }
}
