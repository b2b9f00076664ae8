import Experiment
import LinearAlgebra

/// Rows with what should be predicted for them.
public struct Batch: Sendable {
  /// [rows, inputs]; no columns if the network reads tokens.
  public var inputs: Matrix
  public let problem: Problem
  /// Class indices, one per output row; empty for regression.
  public var labels: [Int32]
  /// [rows, outputs], standardized; empty for classification.
  public var values: Matrix
  /// How the rows of `inputs` belong together.
  public var structure = BatchStructure()

  public init(inputs: Matrix, labels: [Int32]) {
    self.inputs = inputs
    self.labels = labels
    problem = .classification
    values = Matrix()
  }

  public init(inputs: Matrix, values: Matrix) {
    self.inputs = inputs
    labels = []
    problem = .regression
    self.values = values
  }

  /// Rows of which nothing is known but the inputs.
  public init(inputs: Matrix) {
    self.init(inputs: inputs, labels: [])
  }

  /// What is predicted: a class or a vector of values each.
  public var rows: Int { problem == .classification ? labels.count : values.rows }

  /// Rows as a layer behind the inputs sees them: steps, tokens or nodes where the data have such.
  package var layerRows: Int { max(inputs.rows, structure.tokens.count) }
}

/// How the rows of a batch's inputs belong to its observations. Parts that a domain has no use for are empty.
public struct BatchStructure: Equatable, Sendable {
  /// Of sequences, whose steps follow in time, longest sequence first: step t has the rows of the `active[t]` longest.
  public var active: [Int32] = []
  /// Of sequences: which observation the i-th longest is.
  public var order: [Int32] = []
  /// The first node of each graph, or the first token of each text, and their number: observations + 1.
  public var offsets: [Int32] = []
  /// Of graphs: where each node's neighbors begin, and their number: nodes + 1.
  public var neighborStarts: [Int32] = []
  /// Of graphs: nodes of the batch.
  public var neighbors: [Int32] = []
  /// Of texts, one after the other.
  public var tokens: [Int32] = []
  /// Of translations: the first decoder token of each, and their number.
  public var targetOffsets: [Int32] = []
  /// Of translations: what the decoder reads; the batch's labels are the tokens that follow.
  public var targetTokens: [Int32] = []

  public init() {}
}

/// The rows of an evaluation, in chunks that fit the processor's caches.
public struct EvaluationRows: Sendable {
  public var batches: [Batch]
  /// Standard deviations that regression targets were divided by, one per output; for RMSE in their own units.
  public var targetScales: [Double]
  /// Training rows, on which a cut network's running statistics are recalibrated; empty if it has none.
  public var calibration: [Batch]
  /// Training rows, on which what leaves the neurons that a cut keeps is refitted; empty: cuts are not repaired.
  public var fitting: [Batch]

  public init(
    batches: [Batch], targetScales: [Double] = [], calibration: [Batch] = [], fitting: [Batch] = []
  ) {
    self.batches = batches
    self.targetScales = targetScales
    self.calibration = calibration
    self.fitting = fitting
  }

  public var rows: Int { batches.reduce(0) { $0 + $1.rows } }
}
