import Experiment
import Glibc
import LinearAlgebra

extension Cutter {
  /// 1 − leverage is at least this: of a row that the fit follows entirely, the error that is left out is a division of
  /// zero by zero.
  private static let leastFreedom = 0.02

  /// The most blocks that rows are divided among: the need is a mean over resamplings of them.
  private static let leftOutBlocks = 64

  /// Distance of the cut, repaired network to the uncut one against the width of the last adaptive layer, on the rows
  /// that the repair is fitted on, each row left out of the fit: no labels are needed, and no rows apart.
  ///
  /// Leave-one-out error: for the whitened neurons q and e = z − ẑ_K, the row that is left out has the error e / (1 −
  /// lev), with the leverage lev = 1/n + Σ_{k<K} q_k²/n.
  mutating func leftOutCurve(
    _ layer: Int, _ regression: PrefixRegression, in cutNetwork: Network, _ widths: [Int], _ scale: LossScale
  ) -> NeedCurve {
    let rows = whitenedRows(layer, regression, in: cutNetwork)
    // With as many neurons as rows, leaving one out says nothing.
    let most = max(1, rows.count / 2)
    let kept = widths.filter { $0 <= most }
    let blocks = min(Self.leftOutBlocks, rows.count)
    var sums = kept.map { _ in [Double](repeating: 0, count: blocks) }
    var counts = [Double](repeating: 0, count: blocks)
    let isWanted = Set(kept)
    let weights = regression.whitenedWeights.weights
    let n = Double(rows.count)
    for (number, row) in rows.enumerated() {
      let block = number % blocks
      counts[block] += 1
      var (error, leverage, point) = (row.error, 1 / n, 0)
      for neuron in 0..<(kept.last ?? 0) {
        let q = Double(row.whitened[neuron])
        leverage += q * q / n
        for column in error.indices { error[column] -= q * Double(weights[neuron, column]) }
        guard isWanted.contains(neuron + 1) else { continue }
        let factor = 1 / max(1 - leverage, Self.leastFreedom)
        sums[point][block] += scale.distance(row.target, error.map { $0 * factor })
        point += 1
      }
    }
    return NeedCurve(widths: kept, sums: sums, rows: counts, nats: scale.natsOfDistance)
  }
}

/// A row of a layer's reader.
struct RotatedRow {
  var whitened: [Float]
  /// z − z̄
  var error: [Double]
  /// z, in the uncut network.
  var target: [Double]
}

extension LossScale {
  /// The distance of the outputs `target − error` from `target`: Kullback–Leibler divergence for classes, squared
  /// differences for numbers.
  func distance(_ target: [Double], _ error: [Double]) -> Double {
    switch problem {
    case .regression: return error.reduce(0) { $0 + $1 * $1 }
    case .classification:
      let (p, q) = (Self.logSoftmax(target), Self.logSoftmax(zip(target, error).map(-)))
      return zip(p, q).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
  }

  private static func logSoftmax(_ logits: [Double]) -> [Double] {
    let most = logits.max() ?? 0
    let total = log(logits.reduce(0) { $0 + exp($1 - most) }) + most
    return logits.map { $0 - total }
  }
}
