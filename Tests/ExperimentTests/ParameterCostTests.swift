import Experiment
import Testing

@Suite struct ParameterCostTests {
  /// Dense layers multiply neighboring widths, recurrent states their own.
  @Test func coefficientsAreFoundExactly() {
    let count = { (w: [Int]) in 7 + 3 * w[0] + 785 * w[1] + 4 * w[0] * w[0] + w[0] * w[1] + 9 * w[1] * w[2] }
    let cost = ParameterCost(layers: 3, count: count)
    #expect(cost.constant == 7)
    #expect(cost.linear == [3, 785, 0])
    #expect(
      cost.products == [
        .init(first: 0, second: 0, coefficient: 4), .init(first: 0, second: 1, coefficient: 1),
        .init(first: 1, second: 2, coefficient: 9),
      ])
    for widths in [[1, 1, 1], [67, 2, 900], [12_345, 678, 9]] {
      #expect(cost.parameters(at: widths) == count(widths))
    }
  }

  @Test func aNetworkWithoutAdaptiveLayersHasAConstantCost() {
    #expect(ParameterCost(layers: 0) { _ in 42 } == ParameterCost(constant: 42))
  }
}

@Suite struct PosteriorTests {
  private let posterior = Posterior.normal(mean: 0.03, deviation: 1)

  @Test func namesSayWhatIsFixed() {
    #expect(posterior.name == "N(ν, 1)" && posterior.spread == "σ = 1, fixed" && posterior.mean == 0.03)
  }

  @Test func theDensityIntegratesToOne() {
    let step = 0.01
    let sum = stride(from: -8.0, through: 8, by: step).reduce(0) { $0 + posterior.density(at: $1) * step }
    #expect(abs(sum - 1) < 1e-6)
    #expect(abs(posterior.density(at: 0.03) - 0.3989422804) < 1e-9)
  }

  @Test func intervalsHoldTheirProbability() {
    let interval = posterior.interval(0.9)
    #expect(abs(interval.low - (0.03 - 1.6448536270)) < 1e-9)
    #expect(abs(interval.high - (0.03 + 1.6448536270)) < 1e-9)
  }
}

@Suite struct MeasureTests {
  @Test func theMainMeasureIsTheFirstThatExists() {
    #expect(Metrics(loss: 1, accuracy: 0.9).main == .accuracy)
    #expect(Metrics(loss: 1, rmse: 2, r2: 0.5).main == .rmse)
    #expect(Metrics(loss: 1).main == .loss && Metrics(loss: 1).mainValue == 1)
  }

  @Test func everyMeasureHasAKeyOfItsOwn() {
    #expect(Set(Metrics.Measure.all.map(\.key)).count == Metrics.Measure.all.count)
    #expect(Metrics.Measure.decisive.allSatisfy(Metrics.Measure.all.contains))
  }

  @Test(arguments: Metrics.Measure.all) func anyNumberIsBetterThanNone(measure: Metrics.Measure) {
    #expect(measure.isBetter(1, than: .nan) && !measure.isBetter(.nan, than: 1))
    #expect(!measure.isBetter(.nan, than: .nan))
    #expect(measure.isBetter(2, than: 1) == measure.isBetterHigher)
  }
}
