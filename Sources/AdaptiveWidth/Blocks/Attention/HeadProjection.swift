import LinearAlgebra

/// (x W + b) · f: the values or the queries of an attention with several heads, whose width is learned.
///
/// A neuron is the n-th column of every head, and each head's column n is scaled by its importance f(n). What follows
/// values, the attention and the weights of the heads' sums, is linear in them; so the Gaussian priors on W and on those
/// weights together are a nuclear norm weighted by 1/f, an ordered low rank, which needs no bounded activation. The same
/// is true of queries and the keys that they are multiplied by.
///
/// Shapes: x [rows, inputs], W [inputs, heads · D], b [1, heads · D], f [1, D], output [rows, heads · D], head by head.
public struct HeadProjection: AdaptiveBlock {
  public private(set) var weights: Parameter
  public private(set) var bias: Parameter
  public let headCount: Int
  /// `nil`: the width is fixed, and f = 1.
  public private(set) var adaptation: Adaptation?

  /// W ~ N(0, `variance`), b = 0.
  public init(
    inputs: Int, heads: Int, width: Int, adaptation: Adaptation?, variance: Double,
    random: inout RandomStream
  ) {
    var weights = Matrix(rows: inputs, columns: heads * width)
    weights.fill(normal: variance.squareRoot(), &random)
    self.init(
      weights: weights, bias: Matrix(rows: 1, columns: heads * width), heads: heads, adaptation: adaptation)
  }

  /// With given W and b.
  public init(weights: Matrix, bias: Matrix, heads: Int, adaptation: Adaptation?) {
    precondition(
      heads > 0 && weights.columns % heads == 0 && bias.rows == 1 && bias.columns == weights.columns
        && weights.columns == heads * (adaptation?.width ?? weights.columns / heads), "shapes do not fit")
    precondition(!weights.isElastic && !bias.isElastic, "heads have no spare columns between them")
    self.weights = Parameter(weights)
    self.bias = Parameter(bias)
    headCount = heads
    self.adaptation = adaptation
  }

  public var inputs: Int { weights.value.rows }
  public var outputs: Int { weights.value.columns }
  /// D
  public var width: Int { outputs / headCount }
  public var heads: Int? { headCount }
  public func rows(reading kinds: [RowKind]) -> RowKind? { .rowwise(kinds) }
  public func parameterCount(inputs: Int, width: Int) -> Int { (inputs + 1) * headCount * width }
  public func multiplyAdds(inputs: Int, width: Int) -> Int { inputs * headCount * width }

  public mutating func editAdaptation(_ edit: (inout Adaptation) -> Void) {
    if adaptation != nil { edit(&adaptation!) }
  }

  public mutating func forEachParameter(_ body: (inout Parameter, _ index: Int) -> Void) {
    body(&weights, 0)
    body(&bias, 1)
  }
}

// MARK: Forward and backward

extension HeadProjection {
  /// Scratch: the importances, head by head, and their gradients.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 2)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    project(context.input(), to: &buffers.output, scale: &buffers.scratch[0])
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let input = context.input()
    buffers.scratch.withUnsafeMutableBufferPointer {
      unscale(
        &buffers.outputGradient, of: buffers.output, scale: $0[0], scaleGradient: &$0[1],
        biasGradient: &buffers.gradients[1], importanceGradient: &buffers.importanceGradient)
    }
    buffers.gradients[0].reshape(like: weights.value)
    buffers.gradients[0].setProduct(transposed: input, buffers.outputGradient)
    if let gradient = context.inputGradient() {
      gradient.pointee.reshape(rows: input.rows, columns: inputs)
      gradient.pointee.setProduct(buffers.outputGradient, transposed: weights.value)
    }
  }

  /// result ← (x W + b) · f
  ///
  /// - Parameter scale: receives the importances, head by head; nothing where the width is fixed.
  func project(_ input: Matrix, to result: inout Matrix, scale: inout Matrix) {
    result.reshape(rows: input.rows, columns: outputs)
    result.setProduct(input, weights.value)
    guard let importances = adaptation?.importances else {
      return result.activate(.identity, bias: bias.value)
    }
    scale.reshape(rows: 1, columns: outputs)
    for head in 0..<headCount { scale.setColumns(from: head * importances.columns, to: importances) }
    result.activate(.identity, bias: bias.value, scale: scale)
  }

  /// Turns the gradient of (x W + b) · f into that of x W, and computes those of b and f.
  func unscale(
    _ gradient: inout Matrix, of result: Matrix, scale: Matrix, scaleGradient: inout Matrix,
    biasGradient: inout Matrix, importanceGradient: inout Matrix
  ) {
    biasGradient.reshape(rows: 1, columns: outputs)
    guard adaptation != nil else {
      return gradient.activateBackward(.identity, output: result, biasGradient: &biasGradient)
    }
    scaleGradient.reshape(rows: 1, columns: outputs)
    gradient.activateBackward(
      .identity, output: result, scale: scale, scaleGradient: &scaleGradient, biasGradient: &biasGradient)
    importanceGradient.reshape(rows: 1, columns: width)
    for neuron in 0..<width {
      importanceGradient[0, neuron] = (0..<headCount).reduce(0) {
        $0 + scaleGradient[0, $1 * width + neuron]
      }
    }
  }
}

// MARK: Edits

extension HeadProjection {
  /// New biases are 0: behind the attention, whose weights add up to 1, that of a value is a constant.
  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = width
    weights.regroup(columns: headCount, from: old, to: count)
    bias.regroup(columns: headCount, from: old, to: count)
    let deviation: Double
    switch initialization {
    case .standardNormal: deviation = 1
    // That of weights before a rectifier, which halves the mean square of what it passes on: here is none.
    case .zeroOutgoing(let variance): deviation = (variance / 2).squareRoot()
    }
    for head in 0..<headCount {
      for column in head * count + min(old, count)..<(head + 1) * count {
        for row in 0..<inputs { weights.value[row, column] = Float(deviation * random.normal()) }
      }
    }
  }

  public mutating func permuteNeurons(by order: [Int]) {
    let columns = Self.columns(of: order, heads: headCount)
    weights.permute(columns: columns)
    bias.permute(columns: columns)
  }

  /// The columns, head by head, of neurons in this order.
  static func columns(of order: [Int], heads: Int) -> [Int] {
    (0..<heads).flatMap { head in order.map { head * order.count + $0 } }
  }
}
