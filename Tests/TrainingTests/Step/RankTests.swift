import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import Messaging
import SyntheticData
import Testing
import Training

@Suite("Minibatches divided among ranks", .timeLimit(.minutes(15)))
struct RankTests {
  private struct Ended {
    var outcome: Outcome
    var learning: LearningState
    var evaluations: [Evaluation]
  }

  /// The runs of all ranks, which only rank 0 gets commands for.
  private func train(
    ranks: Int, _ configuration: Configuration, _ dataset: Dataset, _ commands: [Command.Action] = []
  ) async -> [Ended] {
    await withTaskGroup(of: (Int, Ended).self) { group in
      for rank in Meeting(count: ranks).ranks {
        group.addTask {
          let channels = RunChannels()
          if rank.rank == 0 {
            for action in commands { channels.commands.send(.unattended(action)) }
          }
          let trainer = Trainer(
            configuration: configuration, dataset: dataset, channels: channels, isWatched: false,
            collective: ranks == 1 ? OneRank() : rank)
          let outcome = await trainer.run(measuringTest: false)
          let ended = Ended(
            outcome: outcome, learning: await trainer.learning, evaluations: channels.evaluations.drain())
          return (rank.rank, ended)
        }
      }
      return await group.reduce(into: [Int: Ended]()) { $0[$1.0] = $1.1 }.sorted { $0.key < $1.key }
        .map(\.value)
    }
  }

  private struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var dataset: @Sendable () throws -> Dataset
    var configuration: Configuration
  }

  private static let cases = [
    Case(
      testDescription: "a table, widths that the gradient moves", dataset: { Synthetic.classes() },
      configuration: .small { ($0.network.method, $0.training.epochs) = (.paper, 12) }),
    Case(
      testDescription: "values, two threads a rank, clipped", dataset: { Synthetic.values() },
      configuration: .small {
        ($0.training.threads, $0.training.gradientClip, $0.training.epochs) = (2, 0.1, 12)
      }),
    Case(
      testDescription: "graphs with normalization", dataset: { Synthetic.graphs() },
      configuration: .small {
        ($0.network.kind, $0.network.channels, $0.network.depth) = (.gin, 16, 2)
        $0.training.epochs = 12
      }),
    Case(
      testDescription: "a residual network", dataset: { Synthetic.images(width: 8, height: 8) },
      configuration: .small {
        ($0.network.kind, $0.network.adapt) = (.resnet20, .inner)
        ($0.training.learningRate, $0.training.epochs) = (0.0005, 4)
      }),
    Case(
      testDescription: "a Transformer", dataset: { try TranslationTests.translations() },
      configuration: {
        var configuration = TranslationTests.configuration()
        (configuration.network.settle, configuration.training.epochs) = (.off, 3)
        return configuration
      }()),
  ]

  /// Each rank's part together is what one process computes of the whole minibatch, to rounding; all ranks have the
  /// same bits.
  @Test(arguments: cases, [2, 3])
  private func ranksTogetherAreOneProcess(_ item: Case, _ ranks: Int) async throws {
    let dataset = try item.dataset()
    // With as many parts: each part is normalized by its own moments, on threads and on ranks alike.
    var single = item.configuration
    single.training.threads = ranks * (single.training.threads ?? 1)
    let alone = await train(ranks: 1, single, dataset)[0]
    let together = await train(ranks: ranks, item.configuration, dataset)
    let bits = together.map { Bits($0.learning) }
    #expect(bits.allSatisfy { $0 == bits[0] })
    #expect(together[0].outcome.steps == alone.outcome.steps)
    #expect(together[0].outcome.widths == alone.outcome.widths)
    #expect(together[0].evaluations.count == alone.evaluations.count && !alone.evaluations.isEmpty)
    for (one, many) in zip(alone.evaluations, together[0].evaluations) {
      #expect(abs(one.trainLoss - many.trainLoss) < 2e-3 * (1 + one.trainLoss))
    }
  }

  @Test func aCommandOfRankZeroReachesAllAtTheSameStep() async {
    let configuration = Configuration.small()
    let ended = await train(
      ranks: 2, configuration, Synthetic.classes(), [.truncate(layer: 0, width: 9), .setLearningRate(0.002)])
    #expect(ended.allSatisfy { $0.outcome.widths[0] <= 9 && $0.outcome.steps == 12 })
    #expect(ended.allSatisfy { $0.learning.optimizer.learningRate == 0.002 })
    #expect(Bits(ended[0].learning) == Bits(ended[1].learning))
    let stopped = await train(ranks: 3, configuration, Synthetic.classes(), [.stop])
    #expect(stopped.allSatisfy { $0.outcome.isStopped && $0.outcome.steps == 0 })
  }

  /// Settling measures on every rank alike.
  @Test func widthsSettleAlike() async {
    let configuration = Configuration.small {
      $0.network.method = .settle
      ($0.training.schedule, $0.training.epochs) = (.cosine, 20)
      $0.training.learningRate = 0.02
    }
    let dataset = Synthetic.classes(rows: 600, validation: 100, test: 0)
    let ended = await train(ranks: 2, configuration, dataset)
    #expect(ended[0].outcome.settling?.isSettled == true)
    #expect(ended[0].outcome.widths == ended[1].outcome.widths)
    #expect(Bits(ended[0].learning) == Bits(ended[1].learning))
  }
}
