import Experiment
import Testing

@Suite struct DetailedMetricsTests {
  /// Two classes of 8 and 2 rows: as anybody computes it by hand.
  @Test func classesAreMeasuredOneByOne() throws {
    let details = DetailedMetrics(confusion: [[7, 1], [1, 1]], names: ["no", "yes"], aucs: [0.8, 0.8])
    #expect(details.baseline == 0.8)
    #expect(details.balancedAccuracy == 0.6875)
    #expect(details.macroF1 == 0.6875)
    #expect(details.auc == 0.8)
    #expect(
      details.classes[1].precision == 0.5 && details.classes[1].recall == 0.5 && details.classes[1].rows == 2)
  }

  @Test func classesThatDoNotOccurDoNotCount() {
    let details = DetailedMetrics(
      confusion: [[3, 0, 0], [1, 2, 0], [0, 0, 0]], names: ["a", "b", "c"], aucs: [nil, nil, nil])
    #expect(
      details.classes[2].recall == nil && details.classes[2].precision == nil && details.classes[2].f1 == nil)
    #expect(abs((details.balancedAccuracy ?? 0) - 5.0 / 6) < 1e-15)
    #expect(details.auc == nil)
  }

  @Test func theAreaCountsPairs() {
    let scores: [Float] = [0.1, 0.4, 0.35, 0.8]
    #expect(DetailedMetrics.auc(scores: scores) { $0 >= 2 } == 0.75)
    #expect(DetailedMetrics.auc(scores: [0.5, 0.5, 0.5]) { $0 == 0 } == 0.5)
    #expect(DetailedMetrics.auc(scores: [0.5, 0.7]) { _ in true } == nil)
  }

  @Test func errorsHaveAMeanAndAMedian() {
    let details = DetailedMetrics(errors: [-1, 2, -6, 3], deviation: 4)
    #expect(details.baseline == 4 && details.mae == 3 && details.medianError == 2.5)
  }

  @Test func earlyStoppingHasAMeasureForEachName() {
    for name in MetricName.allCases { #expect(name.measure.key == name.rawValue) }
  }
}
