import Experiment
import Glibc
import LinearAlgebra

/// How the losses of rows become nats, so that a price means the same for classes and for numbers.
///
/// Classes: the mean negative log-likelihood as it is. C numbers: C/2 ln(s + floor), with s the mean squared error in
/// units of the variance: the negative log-likelihood of a normal distribution whose variance is fitted. The floor bounds
/// what a price can ask where the error is nearly nothing.
struct LossScale {
  let problem: Problem
  let outputs: Int
  /// Nats by which the network is better than predicting the mean or the frequencies of the classes.
  let gain: Double
  /// Mean squared error of the network on the rows; 0 for classes.
  let error: Double

  /// A thousandth of the variance.
  static let floor = 1e-3
  /// With fewer rows, their labels alone say little about widths.
  static let fewRows = 400

  init(_ network: Network, _ rows: EvaluationRows, _ workspace: inout Workspace) {
    problem = network.problem
    outputs = max(1, network.outputs)
    let loss = network.evaluate(rows, &workspace).loss
    switch network.problem {
    case .classification:
      error = 0
      gain = Self.entropy(rows) - loss
    case .regression:
      error = 2 * loss / Double(outputs)
      gain = Double(outputs) / 2 * (log(Self.variance(rows) + Self.floor) - log(error + Self.floor))
    }
  }

  /// From a mean of `Metrics.loss`.
  var nats: @Sendable (Double) -> Double {
    switch problem {
    case .classification: return { $0 }
    case .regression:
      let outputs = Double(outputs)
      return { outputs / 2 * log(2 * $0 / outputs + Self.floor) }
    }
  }

  /// From a mean distance between the outputs of a cut network and those of the uncut one: nats of Kullback–Leibler
  /// divergence, or squared differences summed over outputs, to which the uncut network's own error is added.
  var natsOfDistance: @Sendable (Double) -> Double {
    switch problem {
    case .classification: return { $0 }
    case .regression:
      let (outputs, error) = (Double(outputs), error)
      return { outputs / 2 * log(error + $0 / outputs + Self.floor) }
    }
  }

  private static func entropy(_ rows: EvaluationRows) -> Double {
    var counts: [Int32: Double] = [:]
    for batch in rows.batches { for label in batch.labels { counts[label, default: 0] += 1 } }
    let total = counts.values.reduce(0, +)
    return counts.values.reduce(0) { $0 - $1 / total * log($1 / total) }
  }

  /// Mean over outputs.
  private static func variance(_ rows: EvaluationRows) -> Double {
    let outputs = rows.batches.first?.values.columns ?? 0
    let variances = (0..<outputs).map { column in
      let values = rows.batches.flatMap { batch in (0..<batch.rows).map { Double(batch.values[$0, column]) } }
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))
    }
    return variances.reduce(0, +) / Double(max(1, outputs))
  }
}
