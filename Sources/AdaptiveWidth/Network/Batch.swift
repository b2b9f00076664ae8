import Experiment
import LinearAlgebra

/// Rows with what should be predicted for them.
public struct Batch: Sendable {
  /// [rows, inputs]; no columns if the network reads tokens.
  public var inputs: Matrix
  /// The value that most inputs have, if there is one; else 0.
  public var background: Float = 0
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
  /// Sequences: `active[t]` is the number of sequences with a step t. The rows follow step by step; those of a step are
  /// its steps of the `active[t]` longest sequences, the longest first.
  public var active: [Int32] = []
  /// Sequences: the observation that is the i-th longest sequence.
  public var order: [Int32] = []
  /// The first node of each graph, or the first token of each text, and their number: observations + 1.
  public var offsets: [Int32] = []
  /// Graphs: the index of each node's first neighbor, and the number of neighbors; nodes + 1 elements.
  public var neighborStarts: [Int32] = []
  /// Graphs: the neighbors of all nodes, as indices of nodes of the batch.
  public var neighbors: [Int32] = []
  /// Texts: the tokens of all texts, one text after the other.
  public var tokens: [Int32] = []
  /// Translations: the index of each one's first decoder token, and the number of tokens; observations + 1 elements.
  public var targetOffsets: [Int32] = []
  /// Translations: the tokens that the decoder reads; the batch's labels are the tokens that follow.
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
