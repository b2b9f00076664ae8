import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import SyntheticData
import Testing

@Suite("Updates", .timeLimit(.minutes(15)))
struct UpdateTests {
  /// `Network.update`, which the method's own tests use, is the update of training, bit for bit.
  @Test(arguments: [OptimizerKind.adam, .sgd])
  func trainingUpdatesAsTheNetworkItself(_ kind: OptimizerKind) {
    let configuration = Configuration.small {
      $0.network.hiddenLayers = 2
      $0.training.optimizer = kind
    }
    let dataset = Synthetic.classes()
    let objective = Objective(weightScale: 10, observations: dataset.training.rows)
    var learning = LearningState(configuration: configuration, dataset: dataset)
    var workers = Workers(dataset: dataset, objective: objective, threads: 1)
    var (network, optimizer, cursor, growth) = (
      learning.network, learning.optimizer, learning.cursor, learning.growth
    )
    var (source, workspace) = (BatchSource(dataset.training), Workspace())
    for _ in 0..<30 {
      let step = learning.beginStep(&workers)
      learning.endStep(&workers, learningRateFactor: 1)
      _ = network.adjustWidths(random: &growth)
      let rows = cursor.next()
      source.fill(cursor.order, rows, epoch: cursor.epochOfBatch)
      let loss = network.lossAndGradients(source.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: objective)
      #expect(loss == step.loss)
    }
    for (ours, theirs) in zip(network.parameters, learning.network.parameters) {
      #expect(ours.value == theirs.value && ours.first == theirs.first && ours.second == theirs.second)
    }
    for (ours, theirs) in zip(network.adaptations, learning.network.adaptations) {
      #expect(ours.state(withMoments: true) == theirs.state(withMoments: true))
    }
  }

  /// A repair gives readers weights that no moment belongs to. Moments of zero late in a run would make Adam's first
  /// updates of them three times the learning rate, and later ones up to seven times.
  @Test func afterARepairedCutNoUpdateIsLongerThanTheLearningRate() throws {
    let configuration = Configuration.small()
    let dataset = Synthetic.classes()
    var learning = LearningState(configuration: configuration, dataset: dataset)
    var workers = Workers(
      dataset: dataset, objective: Objective(weightScale: 10, observations: dataset.training.rows), threads: 1
    )
    func update() {
      _ = learning.beginStep(&workers)
      learning.endStep(&workers, learningRateFactor: 1)
    }
    for _ in 0..<300 { update() }
    let rows = EvaluationRows(
      heldOutOf: dataset, for: learning.network, configuration.network.kind.architecture)
    var cutter = Cutter(learning.network, .best, rows)
    learning.take(
      cutter.network(keeping: learning.network.widths.map { $0 / 2 }, policy: .hold), cutBy: .best)
    for _ in 0..<10 {
      let before = learning.network.parameters.map(\.value)
      update()
      for (old, new) in zip(before, learning.network.parameters.map(\.value)) {
        let moves = zip(old.elements, new.elements).map { abs($0 - $1) }
        // Adam's bound on one update, once the bias of its moments is corrected, is a little more than the rate.
        #expect(try #require(moves.max()) < 1.5 * Float(configuration.training.learningRate))
      }
    }
  }

  #if !DEBUG
    /// Without optimization the compiler's own temporaries are on the heap.
    @Test func noNetworkAllocatesInASteadyState() throws {
      let text = try allocationProbe("networks")
      let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(lines.count == 12)
      for line in lines { #expect(line.count == 3 && line[1] == "0", "allocations of 200 steps: \(line)") }
    }
  #endif
}
