import LinearAlgebra

/// Attention with several heads whose queries and keys have a learned dimension:
///
///     s = Σ_n f(n) q_n k_n / t,     q = x Q + b,     k = y Kᵀ,     output = softmax(s) · v for each head
///
/// A neuron is the n-th column of every head's queries, scaled by its importance f(n), with the n-th column of the same
/// head's keys, whose weights read it. No other block sees either of them. A bias of the keys would add the same to all
/// scores of a query, which the softmax ignores.
///
/// Values are an input of their own, whose n-th columns of all heads become the output's, as `Attention` has it.
///
/// Shapes: x [queries, d] and y [keys, d], by `kind` the same tokens or not; Q [d, heads · D], b [1, heads · D] and
/// K [heads · D, d], head by head; v [keys, heads · value size], output [queries, heads · value size].
public struct QueryKeyAttention: SelfReadingBlock, NeuronwiseBlock {
  /// Q, b and f.
  public private(set) var query: HeadProjection
  /// K
  public private(set) var keyWeights: Parameter
  public let kind: Attention.Kind
  /// t. What begins as √Σf², the standard deviation of a sum of products of standardized queries and keys, and stays: a
  /// cut leaves the scores of what remains as they are.
  public let temperature: Float
  /// Columns of each head's values.
  public private(set) var valueSize: Int

  /// Q and K from N(0, `variance`), b = 0.
  public init(
    _ kind: Attention.Kind, columns: Int, heads: Int, width: Int, adaptation: Adaptation?, valueSize: Int,
    variance: Double, random: inout RandomStream
  ) {
    let query = HeadProjection(
      inputs: columns, heads: heads, width: width, adaptation: adaptation, variance: variance, random: &random
    )
    var keyWeights = Matrix(rows: heads * width, columns: columns)
    keyWeights.fill(normal: variance.squareRoot(), &random)
    let squares = adaptation?.importances.sumOfSquares ?? Double(width)
    self.init(
      kind, query: query, keyWeights: keyWeights, temperature: Float(squares.squareRoot()),
      valueSize: valueSize)
  }

  /// With given weights.
  public init(
    _ kind: Attention.Kind, query: HeadProjection, keyWeights: Matrix, temperature: Float, valueSize: Int
  ) {
    precondition(
      keyWeights.rows == query.outputs && keyWeights.columns == query.inputs && !keyWeights.isElastic,
      "a row of key weights for each column of the queries")
    precondition(temperature > 0 && valueSize > 0, "scores are divided, and values have columns")
    (self.kind, self.query, self.temperature, self.valueSize) = (kind, query, temperature, valueSize)
    self.keyWeights = Parameter(keyWeights)
  }

  public var adaptation: Adaptation? { query.adaptation }
  public var heads: Int? { query.headCount }
  public var headCount: Int { query.headCount }
  /// D
  public var width: Int { query.width }
  public var inputs: Int { query.inputs }
  public var outputs: Int { headCount * valueSize }
  public var inputColumns: [Int] { [inputs, inputs, outputs] }
  public var carriedInputs: [Int] { [2] }

  public func rows(reading kinds: [RowKind]) -> RowKind? {
    kinds.count == 3 ? kind.rows(reading: kinds) : nil
  }

  public func parameterCount(inputs: Int, width: Int) -> Int {
    (2 * inputs + 1) * headCount * learnedWidth(width)
  }

  /// Those of queries and of keys; the attention's own depend on the lengths of the texts.
  public func multiplyAdds(inputs: Int, width: Int) -> Int { 2 * inputs * headCount * learnedWidth(width) }

  /// A network passes the outputs as the width of a block whose width is fixed.
  private func learnedWidth(_ given: Int) -> Int { adaptation == nil ? width : given }

  public func isWeight(_ index: Int) -> Bool { index != 1 }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    query.forEachParameter(body)
    body(&keyWeights, 2)
  }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) { query.editAdaptation(edit) }

  public mutating func resizeColumns(to count: Int) { valueSize = count }
}

// MARK: Edits

extension QueryKeyAttention {
  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = width
    query.resizeNeurons(to: count, initialization, random: &random)
    keyWeights.regroup(headCount, from: old, to: count)
    guard case .standardNormal = initialization else { return }
    for head in 0..<headCount {
      for row in head * count + min(old, count)..<(head + 1) * count {
        for column in 0..<inputs { keyWeights.value[row, column] = Float(random.normal()) }
      }
    }
  }

  public mutating func permuteNeurons(by order: [Int]) {
    query.permuteNeurons(by: order)
    keyWeights.permute(rows: HeadProjection.columns(of: order, heads: headCount))
  }

  public mutating func scaleInputs(by factors: [Float]) {
    precondition(factors.count == width, "one factor for each neuron")
    for row in 0..<keyWeights.value.rows { keyWeights.scale(row: row, by: factors[row % factors.count]) }
  }

  public var columnsPerNeuron: Int { headCount }

  /// The columns of a neuron are those of its heads, each of which is read by the weights of its own head's keys alone:
  /// the weights of head h stand in the columns h · d ..< (h + 1) · d, [D · heads, heads · d], and others are 0.
  public var outgoing: (weights: Matrix, bias: Matrix) {
    var weights = Matrix(rows: width * headCount, columns: headCount * inputs)
    for neuron in 0..<width {
      for head in 0..<headCount {
        for column in 0..<inputs {
          weights[neuron * headCount + head, head * inputs + column] =
            keyWeights.value[head * width + neuron, column]
        }
      }
    }
    return (weights, Matrix(rows: 1, columns: headCount * inputs))
  }

  /// - Precondition: the columns of a neuron for each neuron. The bias is 0, as is that of a fit without intercept.
  public mutating func setOutgoing(weights: Matrix, bias: Matrix) {
    precondition(
      weights.rows == width * headCount && weights.columns == headCount * inputs,
      "weights of every head of each neuron")
    var keys = Matrix(rows: weights.rows, columns: inputs)
    for neuron in 0..<width {
      for head in 0..<headCount {
        for column in 0..<inputs {
          keys[head * width + neuron, column] = weights[neuron * headCount + head, head * inputs + column]
        }
      }
    }
    keyWeights.replace(by: keys)
  }
}
