import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import ModelFiles
import SyntheticData
import Testing
import Training

/// Runs that end with their best network.
@Suite("The best network kept", .timeLimit(.minutes(15))) struct BestNetworkTests {
  /// Its held-out metric goes up and down: the rate is large, and held-out rows are few.
  private static func unsteady(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    .small {
      $0.network.fixedWidths = [12]
      $0.training.learningRate = 0.2
      $0.training.epochs = 30
      $0.training.patience = 1_000
      $0.training.metric = .loss
      change(&$0)
    }
  }

  private func measured(_ network: Network, on dataset: Dataset) -> Metrics {
    var workspace = Workspace()
    return network.evaluate(EvaluationRows(dataset.validation, targetScaling: nil), &workspace)
  }

  @Test func aRunWithPatienceEndsWithTheBest() async throws {
    let dataset = Synthetic.plane()
    let (session, outcome) = await Session.headless(Self.unsteady(), dataset)
    let losses = session.evaluations.map(\.validation.loss)
    let best = try #require(losses.min())
    #expect(losses.last != best, "the run must end worse than it was for this to be a test")
    #expect(outcome.validation?.loss == best && outcome.best?.loss == best && outcome.keptBest)
    let epoch = try #require(losses.firstIndex(of: best)) + 1
    #expect(outcome.bestEpoch == Double(epoch) && outcome.epochs == 30)
    #expect(session.events.map(\.kind) == [.started, .finished, .keptBest(epoch: Double(epoch))])
    let network = await session.trainer.learning.network
    #expect(abs(measured(network, on: dataset).loss - best) < 1e-9)
  }

  @Test func theLastIsKeptIfItIsAskedFor() async throws {
    let (_, plain) = await Session.headless(
      Self.unsteady {
        $0.training.patience = nil
        $0.training.metric = nil
      })
    let (session, kept) = await Session.headless(Self.unsteady { $0.training.finalNetwork = .last })
    #expect(kept.validation == plain.validation && !kept.keptBest)
    #expect(session.events.map(\.kind) == [.started, .finished])
    let (_, best) = await Session.headless(
      Self.unsteady {
        $0.training.patience = nil
        $0.training.finalNetwork = .best
      })
    #expect(best.keptBest && best.validation?.loss == best.best?.loss)
  }

  @Test func aRunThatStopsEarlyEndsWithTheBest() async throws {
    let (session, outcome) = await Session.headless(Self.unsteady { $0.training.patience = 3 })
    let losses = session.evaluations.map(\.validation.loss)
    #expect(session.count(.stoppedEarly) == 1 && losses.count >= 4)
    #expect(Array(losses.suffix(4)).min() == losses[losses.count - 4], "three evaluations after the best")
    #expect(outcome.validation?.loss == losses.min())
  }

  @Test(arguments: [4, 14, 29], [false, true])
  func anInterruptedRunKeepsTheSame(_ stopsAt: Int, _ isAdaptive: Bool) async throws {
    let scratch = try Scratch()
    let run = RecordedRun(
      configuration: Self.unsteady {
        $0.training.epochs = 14
        if isAdaptive {
          $0.network.fixedWidths = nil
          $0.network.method = .paper
        }
      })
    let whole = try run.begin(in: scratch.path + "/whole", isWatched: false, first: [])
    let expected = await whole.outcome()
    let first = try run.begin(in: scratch.path + "/cut", isWatched: false, first: [], stopsAt: stopsAt)
    #expect(await first.outcome().isStopped)
    let second = try run.resume(in: scratch.path + "/cut")
    let outcome = await second.outcome()
    #expect(outcome.validation == expected.validation && outcome.bestEpoch == expected.bestEpoch)
    // What is left of the optimizer's last step is in no file; the next step does not need it.
    let expectedBits = await whole.bits
    var bits = await second.bits
    #expect(bits.optimizer.count == expectedBits.optimizer.count)
    bits.optimizer = expectedBits.optimizer
    #expect(bits == expectedBits)
    let saved = try ModelFile.read(scratch.path + "/cut").model
    #expect(saved.origin.epoch == expected.bestEpoch && saved.metrics == expected.best)
  }

  /// A run that has ended with its best goes on from its last network.
  @Test func moreEpochsContinueFromTheLast() async throws {
    let scratch = try Scratch()
    let run = RecordedRun(configuration: Self.unsteady { $0.training.epochs = 10 })
    let short = try run.begin(in: scratch.path + "/run", isWatched: false, first: [])
    #expect(await short.outcome().keptBest)
    let longer = try run.resume(in: scratch.path + "/run", epochs: 20)
    let outcome = await longer.outcome()
    let (whole, expected) = await Session.headless(Self.unsteady { $0.training.epochs = 20 })
    #expect(outcome.best == expected.best && outcome.bestEpoch == expected.bestEpoch)
    #expect(await longer.bits == whole.bits)
  }

  @Test func whoeverWatchesTrainsOnFromTheLast() async throws {
    let session = Session(Self.unsteady { $0.training.epochs = 10 }, first: [])
    await session.wait { $0.snapshot.state == .finished }
    await session.send(.resume)
    await session.wait { $0.count(.finished) == 2 }
    let (whole, _) = await Session.headless(Self.unsteady { $0.training.epochs = 11 })
    #expect(await session.bits == whole.bits)
    _ = await session.stop()
  }

  /// A cut is what the user wants: the run does not return to a network before it.
  @Test func anEditForgetsTheBestBeforeIt() async throws {
    let session = Session(
      Self.unsteady {
        $0.network.fixedWidths = nil
        $0.network.method = .paper
        $0.network.settle = .off
      })
    await session.step(60)
    await session.send(.truncate(layer: 0, width: 3))
    await session.send(.setPolicy(layer: 0, .hold))
    await session.send(.resume)
    await session.wait { $0.snapshot.state == .finished }
    #expect(await session.trainer.learning.network.widths == [3])
    await session.send([.undo, .undo])
    #expect(await session.trainer.learning.network.widths[0] > 3)
    _ = await session.stop()
  }
}
