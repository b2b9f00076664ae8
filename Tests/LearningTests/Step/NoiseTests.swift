import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import SyntheticData
import Testing

@Suite("Noise of numbers", .timeLimit(.minutes(15)))
struct NoiseTests {
  private static func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    Configuration.small {
      $0.network.method = .settle
      change(&$0)
    }
  }

  @Test func onlyNumbersHaveIt() {
    let ofClasses = LearningState(configuration: Self.configuration(), dataset: Synthetic.classes())
    let ofNumbers = LearningState(configuration: Self.configuration(), dataset: Synthetic.values())
    let fixed = LearningState(
      configuration: Self.configuration { $0.network.fixedWidths = [9] }, dataset: Synthetic.values())
    #expect(ofClasses.noise == nil && ofNumbers.noise != nil && fixed.noise != nil)
  }

  @Test(
    arguments: [
      { $0.network.method = .paper }, { $0.prior.rate = NormalPrior(mean: 0.1, scale: 0.1) },
    ] as [@Sendable (inout Configuration) -> Void])
  func thePapersMethodDoesNotLearnIt(change: @Sendable (inout Configuration) -> Void) {
    let state = LearningState(
      configuration: Self.configuration { change(&$0) }, dataset: Synthetic.values())
    #expect(state.noise == nil)
  }

  @Test func itFallsAsTheNetworkLearns() {
    let dataset = Synthetic.values()
    let configuration = Self.configuration { $0.network.fixedWidths = [32] }
    var learning = LearningState(configuration: configuration, dataset: dataset)
    var workers = Workers(
      dataset: dataset, objective: Objective(weightScale: 1, observations: dataset.training.rows), threads: 1)
    var losses: [Double] = []
    for _ in 0..<1_500 {
      losses.append(learning.beginStep(&workers).loss)
      learning.endStep(&workers, learningRateFactor: 1)
    }
    let error = 2 * losses.suffix(100).reduce(0, +) / 100
    let noise = learning.noise?.value ?? .nan
    #expect(error < 0.5 && noise > error / 2 && noise < 2 * error + 0.006)
  }

  /// What the start's network got wrong would count with a start that is good by chance.
  @Test func aNewNetworkBeginsWithoutIt() {
    var state = LearningState(configuration: Self.configuration(), dataset: Synthetic.values())
    let network = state.network
    state.noise?.take(loss: 0.1, outputs: network.outputs)
    #expect(state.noise != NoiseVariance())
    state.beginAnew(with: network)
    #expect(state.noise == NoiseVariance())
  }

  /// With plain gradient descent, a step differs by what the prior counts less: η (1 − σ²) ρ / (s_θ² N).
  @Test func thePriorCountsAsTheNoiseDoes() throws {
    let dataset = Synthetic.values()
    let configuration = Self.configuration {
      $0.network.fixedWidths = [8]
      ($0.training.optimizer, $0.training.momentum, $0.training.learningRate) = (.sgd, 0, 0.1)
    }
    let objective = Objective(weightScale: 0.1, observations: dataset.training.rows)
    var noisy = LearningState(configuration: configuration, dataset: dataset)
    for _ in 0..<100 { noisy.noise?.take(loss: 0.1, outputs: noisy.network.outputs) }
    var plain = noisy
    plain.noise = nil
    let before = noisy.network.parameters[0].value
    func step(_ state: inout LearningState) -> Matrix {
      var workers = Workers(dataset: dataset, objective: objective, threads: 1)
      _ = state.beginStep(&workers)
      state.endStep(&workers, learningRateFactor: 1)
      return state.network.parameters[0].value
    }
    let (withNoise, without) = (step(&noisy), step(&plain))
    let variance = try #require(noisy.noise).value
    #expect(variance < 0.9)
    for (index, value) in before.elements.enumerated() {
      let expected = 0.1 * (1 - variance) * objective.decay * Double(value)
      let difference = Double(withNoise.elements[index]) - Double(without.elements[index])
      #expect(abs(difference - expected) < 1e-6 + 1e-4 * abs(expected))
    }
  }
}
