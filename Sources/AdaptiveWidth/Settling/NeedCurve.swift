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
  /// The standard deviation of ln K between runs of which each knows its own width without doubt.
  private static let leastDeviation = 0.05

  /// The width where loss + cost is least: the geometric mean of that over resamplings of the blocks, which moves less
  /// from run to run than the least of one curve.
  ///
  /// The variance of ln K is 2 s² + d²/2 + 0.05²: s is the standard deviation over the resamplings, since another run has
  /// other price rows and other rows to learn from, and d that of the widths which are about as good. The weights are those
  /// with which runs of eleven data sets had the median of the runs in their 90 % interval in 90 % (docs/results.md).
  ///
  /// - Parameters:
  ///   - costs: τ ln K of each width.
  ///   - price: τ
  package func need(costs: [Double], price: Double) -> WidthNeed {
    precondition(!widths.isEmpty && costs.count == widths.count, "a cost for each width")
    var random = BlockBootstrap(count: rows.count)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<Self.resamplings {
      let width = log(Double(widths[least(random.next(), costs)]))
      sum += width
      squares += width * width
    }
    let mean = sum / Double(Self.resamplings)
    let variance = max(0, squares / Double(Self.resamplings) - mean * mean)
    let losses = sums.map { nats(average($0, nil)) }
    let flatness = deviation(zip(losses, costs).map(+), price: price)
    let width = max(1, Int(exp(mean).rounded()))
    let at = widths.firstIndex { $0 >= width } ?? widths.count - 1
    return WidthNeed(
      width: width, logMean: mean,
      logDeviation: (2 * variance + flatness * flatness / 2 + Self.leastDeviation * Self.leastDeviation)
        .squareRoot(),
      worth: losses[at] - (losses.last ?? losses[at]))
  }

  /// The standard deviation of ln K under q, on which a width counts as wide as its surroundings in ln K.
  private func deviation(_ totals: [Double], price: Double) -> Double {
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
    return max(0, second / mass - mean * mean).squareRoot()
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
