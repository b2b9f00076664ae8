import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Running statistics behind a cut.
@Suite struct StatisticsTests {
  private let oracle: GraphOracle
  private let network: Network
  private var workspace = Workspace()

  init() throws {
    oracle = try .load(.sum)
    // Statistics as after some training.
    var network = oracle.network
    for _ in 0..<20 {
      _ = network.lossAndGradients(oracle.batch(), &workspace)
      network.learnStatistics(from: workspace)
    }
    self.network = network
  }

  private func runningStatistics(_ network: Network) -> [[Float]] {
    network.blocks.flatMap { $0.runningStatistics.map(\.elements) }
  }

  /// Normalized by the moments of the rows themselves, they give what training would, up to n / (n − 1) in variances.
  @Test mutating func renewedStatisticsAreThoseOfTheCutNetwork() {
    var cut = network
    cut.truncate(layer: 0, to: network.widths[0] / 2)
    let before = runningStatistics(cut)
    cut.recalibrateNormalization(cutFrom: network.widths, on: [oracle.batch()], &workspace)
    let after = runningStatistics(cut)
    #expect(zip(before, after).allSatisfy { $0 != $1 })
    let trained = cut.lossAndGradients(oracle.batch(), &workspace)
    let rows = EvaluationRows(batches: [oracle.batch()])
    #expect(abs(cut.evaluate(rows, &workspace).loss - trained) < 0.1 * trained)
    // Once more with the same rows changes nothing: they are means over them, whatever was before.
    cut.recalibrateNormalization(cutFrom: network.widths, on: [oracle.batch()], &workspace)
    for (old, new) in zip(after, runningStatistics(cut)) {
      #expect(zip(old, new).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test mutating func statisticsBeforeTheCutAndOfAWholeNetworkStay() {
    var cut = network
    cut.recalibrateNormalization(cutFrom: network.widths, on: [oracle.batch()], &workspace)
    #expect(runningStatistics(cut) == runningStatistics(network))
    let last = network.widths.count - 1
    cut.truncate(layer: last, to: 1)
    cut.recalibrateNormalization(cutFrom: network.widths, on: [oracle.batch()], &workspace)
    let (old, new) = (runningStatistics(network), runningStatistics(cut))
    #expect(old != new && old.dropLast(2) == new.dropLast(2))
  }

  /// The running sum promises what the cut network then does.
  @Test mutating func curvesPromiseWhatRenewedCutsGive() throws {
    let half = oracle.graphs.indices.map { $0 }.prefix(oracle.graphs.count / 2)
    let rows = EvaluationRows(
      batches: [oracle.batch()], calibration: [oracle.batch(Array(half)), oracle.batch()])
    for layer in network.widths.indices {
      let curve = network.tradeoff(layer: layer, rows, step: 0, &workspace)
      let whole = try #require(curve.points.last).metrics.loss
      #expect(abs(whole - network.evaluate(rows, &workspace).loss) < 1e-5 * whole)
      for point in curve.points {
        let cut = network.measure(widths: point.widths, rows, &workspace)
        #expect(abs(cut.metrics.loss - point.metrics.loss) < 1e-4 * max(1, cut.metrics.loss))
        // What an edit does, refitting the rate: the same function.
        var edited = network.truncated(to: point.widths)
        edited.recalibrateNormalization(cutFrom: network.widths, on: rows.calibration, &workspace)
        let loss = edited.evaluate(rows, &workspace).loss
        #expect(abs(loss - point.metrics.loss) < 1e-3 * max(1, loss))
      }
    }
  }
}
