import Experiment
import LinearAlgebra

/// Rows with what should be predicted for them.
public struct Batch: Sendable {
  /// [rows, inputs]
  public var inputs: Matrix
  public let problem: Problem
  /// Class indices, one a row; empty for regression.
  public var labels: [Int32]
  /// [rows, outputs], standardised; empty for classification.
  public var values: Matrix

  public init(inputs: Matrix, labels: [Int32]) {
    precondition(labels.count >= inputs.rows, "a label for each row")
    self.inputs = inputs
    self.labels = labels
    problem = .classification
    values = Matrix()
  }

  public init(inputs: Matrix, values: Matrix) {
    precondition(values.rows == inputs.rows, "targets for each row")
    self.inputs = inputs
    labels = []
    problem = .regression
    self.values = values
  }

  public var rows: Int { inputs.rows }
}

/// The rows of an evaluation, in chunks that fit the processor's caches.
public struct EvaluationRows: Sendable {
  public var batches: [Batch]
  /// Standard deviations that regression targets were divided by, one an output; for RMSE in their own units.
  public var targetScales: [Double]

  public init(batches: [Batch], targetScales: [Double] = []) {
    self.batches = batches
    self.targetScales = targetScales
  }

  public var rows: Int { batches.reduce(0) { $0 + $1.rows } }
}
