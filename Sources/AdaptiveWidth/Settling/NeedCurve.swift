import Experiment
import Glibc

/// Loss against the width of a layer, on blocks of rows.
package struct NeedCurve {
  /// The widths, in increasing order.
  package var widths: [Int]
  /// sums[i][block] is the sum of the losses of a block's rows at widths[i].
  var sums: [[Double]]
  /// Rows of each block.
  var rows: [Double]
  /// Nats from a mean loss of rows.
  var nats: @Sendable (Double) -> Double

  package init(
    widths: [Int], sums: [[Double]], rows: [Double], nats: @escaping @Sendable (Double) -> Double = { $0 }
  ) {
    (self.widths, self.sums, self.rows, self.nats) = (widths, sums, rows, nats)
  }

  /// Resamplings over which the least cost is averaged.
  private static let resamplings = 200
  /// Widths whose loss and cost are together this many prices above the least are about as good: the temperature of
  /// q(ln K) ∝ exp(−(J(K) − J*)/(T τ)). Found by repeating whole runs with other seeds: see docs/results.md.
  static let temperature = 0.5

  /// The width where loss + cost is least: the geometric mean of that over resamplings of the blocks, which moves less
  /// from run to run than the least of one curve.
  ///
  /// - Parameters:
  ///   - costs: τ ln K of each width.
  ///   - price: τ
  package func need(costs: [Double], price: Double) -> WidthNeed {
    precondition(!widths.isEmpty && costs.count == widths.count, "a cost for each width")
    var random = BlockBootstrap(count: rows.count)
    var logSum = 0.0
    for _ in 0..<Self.resamplings {
      let weights = random.next()
      let best = least(weights, costs)
      logSum += log(Double(widths[best]))
    }
    let width = Int(exp(logSum / Double(Self.resamplings)).rounded())
    let losses = sums.map { nats(average($0, nil)) }
    let (mean, deviation) = spread(zip(losses, costs).map(+), price: price)
    let at = widths.firstIndex { $0 >= width } ?? widths.count - 1
    // The resamplings may find the least cost at two widths far apart, with the mean width between them. Then q becomes wide
    // enough for its 90 % interval to contain that mean.
    let distance = abs(log(Double(max(1, width))) - mean)
    return WidthNeed(
      width: max(1, width), logMean: mean, logDeviation: max(deviation, distance / WidthNeed.quantile),
      worth: losses[at] - (losses.last ?? losses[at]))
  }

  /// Mean and standard deviation of ln K under q, on which a width counts as wide as its surroundings in ln K.
  private func spread(_ totals: [Double], price: Double) -> (mean: Double, deviation: Double) {
    let least = totals.min() ?? 0
    let logs = widths.map { log(Double($0)) }
    var (mass, first, second) = (0.0, 0.0, 0.0)
    for index in widths.indices {
      let low = index > 0 ? (logs[index - 1] + logs[index]) / 2 : logs[index]
      let high = index + 1 < logs.count ? (logs[index] + logs[index + 1]) / 2 : logs[index]
      let weight = max(high - low, 1e-3) * exp(-(totals[index] - least) / (Self.temperature * price))
      mass += weight
      first += weight * logs[index]
      second += weight * logs[index] * logs[index]
    }
    let mean = first / mass
    return (mean, max(0, second / mass - mean * mean).squareRoot())
  }

  private func average(_ sums: [Double], _ weights: [Double]?) -> Double {
    guard let weights else { return sums.reduce(0, +) / rows.reduce(0, +) }
    var (sum, count) = (0.0, 0.0)
    for block in rows.indices {
      sum += weights[block] * sums[block]
      count += weights[block] * rows[block]
    }
    return sum / count
  }

  private func least(_ weights: [Double], _ costs: [Double]) -> Int {
    var (best, least) = (0, Double.infinity)
    for index in widths.indices {
      let total = nats(average(sums[index], weights)) + costs[index]
      if total < least { (best, least) = (index, total) }
    }
    return best
  }
}
