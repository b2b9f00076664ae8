import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import SyntheticData
import Testing

@Suite("Minibatches on several threads", .timeLimit(.minutes(15)))
struct WorkersTests {
  private static let configuration = Configuration.small {
    $0.network.hiddenLayers = 2
    $0.training.learningRate = 0.02
  }

  /// Losses and the network after some steps, over all shapes of minibatch: 90 rows in batches of 32.
  private static func train(
    threads: Int, steps: Int = 40, dataset: Dataset = Synthetic.classes()
  ) -> (losses: [Double], network: Network) {
    var learning = LearningState(configuration: configuration, dataset: dataset)
    let objective = Objective(weightScale: 10, observations: dataset.training.rows)
    var workers = Workers(dataset: dataset, objective: objective, threads: threads)
    let losses = (0..<steps).map { _ in
      let step = learning.beginStep(&workers)
      learning.endStep(&workers, learningRateFactor: 1)
      return step.loss
    }
    return (losses, learning.network)
  }

  /// Losses of one network, whatever the threads: of rows and of steps.
  @Test(arguments: [2, 3, 40], ["rows", "steps"])
  func threadsDropTheSameElements(_ threads: Int, _ kind: String) {
    let dataset =
      switch kind {
      case "steps": Synthetic.sequences()
      default: Synthetic.classes()
      }
    let configuration = Configuration.small {
      ($0.training.dropout, $0.training.isNested) = (0.5, true)
      if kind == "steps" { $0.network.kind = .rnn }
    }
    func losses(_ threads: Int) -> [Double] {
      var learning = LearningState(configuration: configuration, dataset: dataset)
      var workers = Workers(
        dataset: dataset, objective: Objective(weightScale: 10, observations: dataset.training.rows),
        threads: threads)
      return (0..<5).map { _ in
        let step = learning.beginStep(&workers)
        learning.endStep(&workers, learningRateFactor: 1e-6)
        return step.loss
      }
    }
    let (one, many) = (losses(1), losses(threads))
    for (a, b) in zip(one, many) { #expect(abs(a - b) < 2e-3 * (1 + abs(a))) }
    #expect(one != losses(1).reversed())
  }

  private static func bits(_ network: Network) -> [UInt32] {
    network.parameters.flatMap { [$0.value, $0.first, $0.second].flatMap(\.elements) }.map(\.bitPattern)
  }

  @Test(arguments: [1, 2, 3, 5], [true, false])
  func theSameNumberOfThreadsGivesTheSameBits(_ threads: Int, _ isClassification: Bool) {
    let dataset = isClassification ? Synthetic.classes() : Synthetic.values()
    let (first, second) = (
      Self.train(threads: threads, dataset: dataset), Self.train(threads: threads, dataset: dataset)
    )
    #expect(first.losses == second.losses && Self.bits(first.network) == Self.bits(second.network))
  }

  @Test(arguments: [2, 3, 40], [true, false])
  func threadsComputeTheSameFunction(_ threads: Int, _ isClassification: Bool) {
    let dataset = isClassification ? Synthetic.classes() : Synthetic.values()
    let (one, many) = (
      Self.train(threads: 1, steps: 12, dataset: dataset),
      Self.train(threads: threads, steps: 12, dataset: dataset)
    )
    for (a, b) in zip(one.losses, many.losses) { #expect(abs(a - b) < 1e-4 * (1 + abs(a))) }
    #expect(one.network.widths == many.network.widths)
    for (a, b) in zip(one.network.adaptations, many.network.adaptations) {
      #expect(abs(a.rate - b.rate) < 1e-4 * a.rate)
    }
  }

  /// Where the network is its own teacher and the targets have no weight, there is nothing to learn.
  @Test(arguments: [1, 3], [true, false])
  func theTeachersAnswersAreThoseToTheSameRows(_ threads: Int, _ isClassification: Bool) {
    let dataset = isClassification ? Synthetic.classes() : Synthetic.values()
    let learning = LearningState(configuration: Self.configuration, dataset: dataset)
    let objective = Objective(weightScale: 10, observations: dataset.training.rows)
    var workers = Workers(dataset: dataset, objective: objective, threads: threads)
    func largestGradient(_ weight: Double?) -> Float {
      let distillation = weight.map {
        Distillation(
          teacher: learning.network.inferenceCopy, terms: Distillation.Terms(weight: $0, temperature: 3))
      }
      let loss = workers.gradients(
        of: learning.network, learning.cursor.order, 0..<32, distillation: distillation)
      #expect(loss > 0.01, "the loss reported is that of the targets")
      return workers.workspaces.flatMap(\.buffers).flatMap(\.gradients).flatMap(\.elements).map(abs).max()
        ?? 0
    }
    #expect(largestGradient(nil) > 1e-3)
    #expect(largestGradient(1) < 1e-7)
    #expect(largestGradient(0.5) > 1e-3)
  }

  @Test(arguments: [1, 2])
  func aStepAllocatesNothing(_ threads: Int) throws {
    let text = try allocationProbe("\(threads)")
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    try #require(numbers.count == 2)
    #expect(numbers[0] == 0, "allocations in 1,000 steps")
    #expect(numbers[1] > 0, "the width should have moved meanwhile")
  }

  @Test func smallNetworksTrainOnOneThreadAndLargeOnesOnAll() {
    let dataset = Synthetic.classes()
    var configuration = Self.configuration
    #expect(Workers.usefulThreads(configuration, dataset, cores: 4) == 1)
    configuration.network.fixedWidths = [2_000, 2_000]
    #expect(Workers.usefulThreads(configuration, dataset, cores: 4) == 4)
    #expect(Workers.usefulThreads(configuration, dataset, cores: 1) == 1)
  }
}
