import Experiment
import Glibc
import LinearAlgebra

/// Converts the losses of rows to nats, so that a price means the same for classes and for numbers.
///
/// Classes: the mean negative log-likelihood of the logits divided by a temperature, which is fitted to the uncut
/// network. A network that has memorized its training rows is overconfident on others, which says nothing about its
/// width.
///
/// Regression with C outputs: C/2 ln(s + floor), where s is the mean squared error in units of the variance. This is
/// the negative log-likelihood of a normal distribution whose variance is fitted. The floor bounds what a price can ask
/// where the error is nearly zero.
public struct LossScale: Sendable {
  let problem: Problem
  let outputs: Int
  /// The improvement over the baseline, in nats: over predicting the frequencies of the classes, or the mean.
  public let improvement: Double
  /// Mean squared error of the network on the rows; 0 for classes.
  let error: Double
  /// The softmax temperature, at least 1; 1 for numbers.
  let temperature: Double

  /// Three thousandths of the variance: an R² of 0.997. With a third of it the widths of a table with so little noise follow
  /// the error of each run, which differs between divisions of few rows.
  static let floor = 3e-3
  /// The number of rows below which labels alone say little about widths.
  static let fewRows = 120

  public init(_ network: Network, _ rows: EvaluationRows, _ workspace: inout Workspace) {
    problem = network.problem
    outputs = max(1, network.outputs)
    switch network.problem {
    case .classification:
      error = 0
      let found = Calibration(of: network, rows, from: 1, &workspace)
      temperature = found.temperature
      improvement = Self.entropy(rows) - found.loss
    case .regression:
      temperature = 1
      let loss = network.evaluate(rows, &workspace).loss
      error = 2 * loss / Double(outputs)
      improvement = Double(outputs) / 2 * (log(Self.variance(rows) + Self.floor) - log(error + Self.floor))
    }
  }

  /// Converts a mean of `Metrics.loss` to nats.
  var nats: @Sendable (Double) -> Double {
    switch problem {
    case .classification: return { $0 }
    case .regression:
      let outputs = Double(outputs)
      return { outputs / 2 * log(2 * $0 / outputs + Self.floor) }
    }
  }

  /// Converts a mean distance between the outputs of a cut network and those of the uncut one to nats: a
  /// Kullback–Leibler divergence stays as it is; to squared differences, summed over outputs, the uncut network's own
  /// error is added.
  var natsOfDistance: @Sendable (Double) -> Double {
    switch problem {
    case .classification: return { $0 }
    case .regression:
      let (outputs, error) = (Double(outputs), error)
      return { outputs / 2 * log(error + $0 / outputs + Self.floor) }
    }
  }

  /// The variance that a small change of the outputs has for each nat that it is worth, summed over outputs. Of logits at
  /// temperature T it is at least 4 T², since the Hessian of the log-likelihood is at most ½; of numbers, twice their error.
  var variancePerNat: Double {
    problem == .classification ? 4 * temperature * temperature : 2 * (error + Self.floor)
  }

  private static func entropy(_ rows: EvaluationRows) -> Double {
    var counts: [Int32: Double] = [:]
    for batch in rows.batches { for label in batch.labels { counts[label, default: 0] += 1 } }
    let total = counts.values.reduce(0, +)
    return counts.values.reduce(0) { $0 - $1 / total * log($1 / total) }
  }

  /// The variance of the targets, a mean over outputs.
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

extension Network {
  /// The network with its outputs multiplied by a factor. Its last block is affine in all architectures; another one
  /// stays as it is.
  func scalingOutputs(by factor: Double) -> Network {
    guard factor != 1, var last = blocks[blocks.count - 1] as? Dense, last.isAffine else { return self }
    let (weights, bias) = last.outgoing
    last.setOutgoing(weights: weights.multiplied(by: factor), bias: bias.multiplied(by: factor))
    var result = self
    result.blocks[blocks.count - 1] = last
    return result
  }
}

extension Matrix {
  fileprivate func multiplied(by factor: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements.map { Float(Double($0) * factor) })
  }
}
