import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import SyntheticData
import Testing

@Suite("Noise of labels", .timeLimit(.minutes(15)))
struct LabelNoiseTests {
  private static func state(
    of dataset: Dataset = Synthetic.classes(), _ change: (inout Configuration) -> Void = { _ in }
  ) -> LearningState {
    let configuration = Configuration.small {
      ($0.network.method, $0.prior.weightScale) = (.settle, nil)
      change(&$0)
    }
    return LearningState(configuration: configuration, dataset: dataset)
  }

  private static let overconfident = Calibration(temperature: 16, loss: 0.5, gain: 0.5)

  @Test func classesOfDenseLayersHaveIt() {
    #expect(Self.state().labelTemperature != nil && Self.state().noise == nil)
    #expect(Self.state(of: Synthetic.values()).labelTemperature == nil)
    #expect(Self.state { $0.prior.weightScale = 0.3 }.labelTemperature == nil)
  }

  /// Where no rows are kept apart, nothing can be fitted to them; elsewhere priors act in another way.
  @Test(
    arguments: [
      { $0.network.method = .paper }, { $0.network.settle = .off }, { $0.network.fixedWidths = [9] },
      { $0.network.importanceScale = .sum },
      { ($0.data.task, $0.data.path, $0.prior.weightScale) = (.spiral, nil, 10) },
    ] as [@Sendable (inout Configuration) -> Void])
  func othersDoNot(change: @Sendable (inout Configuration) -> Void) {
    #expect(Self.state { change(&$0) }.labelTemperature?.value == nil)
  }

  @Test func graphsDoNot() {
    let state = Self.state(of: Synthetic.graphs()) {
      ($0.network.kind, $0.network.depth, $0.network.channels) = (.gin, 1, 4)
    }
    #expect(state.settling != nil && state.labelTemperature == nil)
  }

  @Test func aNewNetworkBeginsWithoutIt() {
    var state = Self.state()
    for _ in 0..<2 { state.labelTemperature?.take(Self.overconfident) }
    #expect(state.labelTemperature?.value == 8)
    state.beginAnew(with: state.network)
    #expect(state.labelTemperature == Self.state().labelTemperature)
  }

  /// With plain gradient descent, a step differs by what the prior counts more: η (T − 1) ρ / (s_θ² N).
  @Test func thePriorCountsAsTheTemperatureDoes() throws {
    let dataset = Synthetic.classes()
    let objective = Objective(weightScale: 0.3, observations: dataset.training.rows)
    let plain = Self.state(of: dataset) {
      ($0.training.optimizer, $0.training.momentum, $0.training.learningRate) = (.sgd, 0, 0.1)
    }
    var noisy = plain
    noisy.labelTemperature?.take(Self.overconfident)
    let before = plain.network.parameters[0].value
    func stepped(_ state: LearningState) -> Matrix {
      var (state, workers) = (state, Workers(dataset: dataset, objective: objective, threads: 1))
      _ = state.beginStep(&workers)
      state.endStep(&workers, learningRateFactor: 1)
      return state.network.parameters[0].value
    }
    let (withNoise, without) = (stepped(noisy), stepped(plain))
    #expect(try #require(noisy.labelTemperature).value == 2)
    for (index, value) in before.elements.enumerated() {
      let expected = -0.1 * objective.decay * Double(value)
      let difference = Double(withNoise.elements[index]) - Double(without.elements[index])
      #expect(abs(difference - expected) < 1e-6 + 1e-3 * abs(expected))
    }
  }
}
