import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// The price list of a network.
@Suite struct FrontierTests {
  @Test(arguments: 1...3, [Problem.classification, .regression])
  func everyCutIsWhatTheNetworkScores(layers: Int, problem: Problem) {
    let random = RandomCase(.relu6, layers: layers, problem: problem)
    let rows = EvaluationRows(batches: [random.batch], targetScales: [2, 3])
    var workspace = Workspace()
    let frontier = random.network.frontier(rows, step: 9, &workspace)
    #expect(frontier.step == 9 && frontier.whole.widths == random.network.widths)
    #expect(frontier.smallest.widths.allSatisfy { $0 >= 1 } && !frontier.cuts.isEmpty)
    for cut in frontier.cuts {
      let network = random.network.truncated(to: cut.widths, policy: .hold)
      let real = network.evaluate(rows, &workspace)
      #expect(cut.metrics.accuracy == real.accuracy)
      #expect(abs(cut.metrics.loss - real.loss) <= 1e-4 * max(1, real.loss))
      #expect(cut.parameters == network.parameterCount() && cut.multiplyAdds == network.multiplyAdds())
    }
    for (cut, next) in zip(frontier.cuts, frontier.cuts.dropFirst()) {
      #expect(cut.parameters < next.parameters && next.metrics.hasBetterMetric(than: cut.metrics))
    }
    #expect(!frontier.whole.metrics.hasBetterMetric(than: frontier.best.metrics))
  }

  /// Of one layer nothing is left out: no width is smaller and as good.
  @Test func oneLayersFrontierIsExact() {
    let random = RandomCase(.relu6, layers: 1, problem: .classification)
    let rows = EvaluationRows(batches: [random.batch])
    var workspace = Workspace()
    let frontier = random.network.frontier(rows, step: 0, &workspace)
    for point in random.network.tradeoff(layer: 0, rows, step: 0, &workspace).points {
      #expect(
        frontier.cuts.contains {
          $0.parameters <= point.parameters && !point.metrics.hasBetterMetric(than: $0.metrics)
        })
    }
  }

  /// An overflown network has no metrics that are numbers, and yet the search ends, the same way every time.
  @Test func whatIsNotANumberIsNoReasonToStopOrToWaver() {
    var random = RandomCase(.relu, layers: 3, problem: .regression)
    random.batch.inputs.fill(.infinity)
    let rows = EvaluationRows(batches: [random.batch], targetScales: [2, 3])
    var workspace = Workspace()
    let widths = (0..<3).map { _ in random.network.frontier(rows, step: 0, &workspace).cuts.map(\.widths) }
    #expect(widths[0] == widths[1] && widths[1] == widths[2] && !widths[0].isEmpty)
  }

  /// The search looks at few rows, but what it finds is measured on all.
  @Test func aSearchOnFewRowsIsMeasuredOnAll() {
    let random = RandomCase(.relu6, layers: 2, problem: .classification)
    let other = RandomCase(.relu6, layers: 2, problem: .classification, seed: 8)
    let rows = EvaluationRows(batches: [random.batch, other.batch])
    var workspace = Workspace()
    let frontier = random.network.frontier(rows, step: 0, rowsForSearch: 1, points: 5, &workspace)
    #expect(frontier.cuts.count <= 6)
    for cut in frontier.cuts {
      let real = random.network.truncated(to: cut.widths, policy: .hold).evaluate(rows, &workspace)
      #expect(cut.metrics.accuracy == real.accuracy)
    }
  }
}
