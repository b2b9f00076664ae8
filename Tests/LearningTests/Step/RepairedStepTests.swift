import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import SyntheticData
import Testing

/// The steps after a cut.
@Suite struct RepairedStepTests {
  /// The longest way that a weight went in one step, in units of the learning rate.
  private func longestMove(_ learning: inout LearningState, _ workers: inout Workers) -> Double {
    let before = learning.network.parameters
    _ = learning.beginStep(&workers)
    learning.endStep(&workers, learningRateFactor: 1)
    let moves = zip(before, learning.network.parameters).flatMap { old, new in
      zip(old.value.elements, new.value.elements).map { abs(Double($1 - $0)) }
    }
    return (moves.max() ?? 0) / learning.optimizer.learningRate
  }

  /// A cut that changes nothing must not be followed by a step that changes everything.
  @Test(arguments: [CutMethod.repaired, .best, .plain], [false, true])
  func theLearningRateRisesAfterARepair(method: CutMethod, isMeasured: Bool) {
    let configuration = Configuration.small {
      ($0.network.method, $0.network.settle, $0.training.learningRate) = (.settle, .off, 0.01)
    }
    let dataset = Synthetic.classes()
    var learning = LearningState(configuration: configuration, dataset: dataset)
    var workers = Workers(
      dataset: dataset, objective: Objective(weightScale: 10, observations: 90), threads: 1)
    #expect(abs(longestMove(&learning, &workers) - 1) < 0.01, "Adam's first step")
    for _ in 0..<80 { _ = longestMove(&learning, &workers) }
    let width = learning.network.widths[0] - 1
    learning.take(learning.network.truncated(to: [width]), cutBy: method, isMeasured: isMeasured)
    let first = longestMove(&learning, &workers)
    guard method.isRepaired && !isMeasured else {
      #expect(first > 0.1)
      return
    }
    #expect(abs(first - 1 / 50) < 0.001)
    for step in 2...49 { #expect(longestMove(&learning, &workers) <= 1.5 * Double(step) / 50) }
    let later = (0..<20).map { _ in longestMove(&learning, &workers) }
    #expect((later.max() ?? 0) > 0.1)
  }
}
