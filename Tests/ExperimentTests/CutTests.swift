import Experiment
import Testing

@Suite struct CutTests {
  private static func cut(_ parameters: Int, _ accuracy: Double, loss: Double = 1) -> MeasuredCut {
    MeasuredCut(
      widths: [parameters], metrics: Metrics(loss: loss, accuracy: accuracy), parameters: parameters,
      multiplyAdds: 2 * parameters)
  }

  private static let frontier = CutFrontier(
    step: 4, whole: cut(100, 0.97),
    measured: [
      cut(90, 0.98), cut(60, 0.95), cut(70, 0.95), cut(60, 0.96), cut(20, 0.5), cut(10, 0.5), cut(95, 0.9),
    ])

  @Test func aFrontierKeepsWhatNoSmallerCutEquals() {
    #expect(Self.frontier.cuts == [Self.cut(10, 0.5), Self.cut(60, 0.96), Self.cut(90, 0.98)])
    #expect(Self.frontier.smallest == Self.cut(10, 0.5) && Self.frontier.best == Self.cut(90, 0.98))
    #expect(CutFrontier(step: 0, whole: Self.cut(3, 0.1), measured: []).cuts == [Self.cut(3, 0.1)])
  }

  @Test func aBudgetChoosesFromTheFrontier() throws {
    let frontier = Self.frontier
    #expect(try frontier.choice(for: .parameters(atMost: 89)).parameters == 60)
    #expect(try frontier.choice(for: .parameters(atMost: 10)).parameters == 10)
    #expect(try frontier.choice(for: .accuracy(atLeast: 0.9)).parameters == 60)
    // Of the best that a cut reaches, which here is better than the whole network.
    #expect(try frontier.choice(for: .tolerance(0.02)).parameters == 60)
    #expect(try frontier.choice(for: .tolerance(0.01)).parameters == 90)
    #expect(try frontier.choice(for: .tolerance(0)).parameters == 90)
    let tooFew = #expect(throws: ImpossibleBudget.self) { try frontier.choice(for: .parameters(atMost: 9)) }
    #expect(tooFew?.closest.parameters == 10)
    let tooGood = #expect(throws: ImpossibleBudget.self) {
      try frontier.choice(for: .accuracy(atLeast: 0.99))
    }
    #expect(tooGood?.closest.parameters == 90)
  }

  @Test func tolerancesAreInTheMetricsUnits() {
    #expect(CutBudget.tolerance(0.25, of: Metrics(loss: 1, accuracy: 0.75)) == .accuracy(atLeast: 0.5))
    #expect(CutBudget.tolerance(0.5, of: Metrics(loss: 1, rmse: 4)) == .rmse(atMost: 6))
    #expect(CutBudget.rmse(atMost: 6).admits(Metrics(loss: 1, rmse: 6)))
    #expect(!CutBudget.rmse(atMost: 6).admits(Metrics(loss: 1, rmse: .nan)))
    #expect(!CutBudget.accuracy(atLeast: 0.5).admits(Metrics(loss: 1, rmse: 1)))
    #expect(CutBudget.tolerance(0.5).resolved(best: Metrics(loss: 1, rmse: 4)) == .rmse(atMost: 6))
  }

  @Test func aBandIsMeanAndExtremesOfEachMetric() {
    let band = MetricsBand(of: [Metrics(loss: 1, accuracy: 0.5), Metrics(loss: 3, accuracy: 0.9)])
    #expect(band.mean.loss == 2 && abs((band.mean.accuracy ?? 0) - 0.7) < 1e-12)
    #expect(band.low == Metrics(loss: 1, accuracy: 0.5) && band.high == Metrics(loss: 3, accuracy: 0.9))
    #expect(MetricsBand(of: [Metrics(loss: 1, rmse: 2)]).high == Metrics(loss: 1, rmse: 2))
  }

  @Test func theMetricAloneDecidesWhatIsBetter() {
    #expect(Metrics(loss: 9, accuracy: 0.9).hasBetterMetric(than: Metrics(loss: 1, accuracy: 0.8)))
    #expect(!Metrics(loss: 1, accuracy: 0.9).hasBetterMetric(than: Metrics(loss: 9, accuracy: 0.9)))
    #expect(Metrics(loss: 9, rmse: 1).hasBetterMetric(than: Metrics(loss: 1, rmse: 2)))
    #expect(Metrics(loss: 9, rmse: 1).hasBetterMetric(than: Metrics(loss: 1, rmse: .nan)))
  }
}
