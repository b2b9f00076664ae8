import LinearAlgebra

/// v = (x W + b) · f: the values of an attention with several heads, whose width is learned.
///
/// A neuron is the n-th column of every head, and each head's column n is scaled by its importance f(n). What follows,
/// the attention and the weights of the heads' sums, is linear in the values; so the Gaussian priors on W and on those
/// weights together are a nuclear norm weighted by 1/f, an ordered low rank, which needs no bounded activation.
///
/// Shapes: x [rows, inputs], W [inputs, heads · D], b [1, heads · D], f [1, D], v [rows, heads · D], head by head.
public struct ValueProjection: AdaptiveBlock {
  public private(set) var weights: Parameter
  public private(set) var bias: Parameter
  public let headCount: Int
  public private(set) var adaptation: Adaptation?

  /// W ~ N(0, `variance`), b = 0.
  public init(
    inputs: Int, heads: Int, adaptation: Adaptation, variance: Double, random: inout RandomStream
  ) {
    let columns = heads * adaptation.width
    let deviation = variance.squareRoot()
    let elements = (0..<inputs * columns).map { _ in Float(random.normal() * deviation) }
    self.init(
      weights: Matrix(rows: inputs, columns: columns, elements), bias: Matrix(rows: 1, columns: columns),
      heads: heads, adaptation: adaptation)
  }

  /// With given W and b.
  public init(weights: Matrix, bias: Matrix, heads: Int, adaptation: Adaptation) {
    precondition(
      heads > 0 && weights.columns == heads * adaptation.width && bias.rows == 1
        && bias.columns == weights.columns, "shapes do not fit")
    precondition(!weights.isElastic && !bias.isElastic, "heads have no spare columns between them")
    self.weights = Parameter(weights)
    self.bias = Parameter(bias)
    headCount = heads
    self.adaptation = adaptation
  }

  public var inputs: Int { weights.value.rows }
  public var outputs: Int { weights.value.columns }
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

extension ValueProjection {
  /// Scratch: the importances, head by head, and their gradients.
  public func makeBuffers() -> BlockBuffers {
    BlockBuffers(parameterMatrices: 2, isElastic: false, scratch: 2)
  }

  public func forward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let (input, importances) = (context.input(), adaptation!.importances)
    buffers.scratch[0].reshape(rows: 1, columns: outputs)
    for head in 0..<headCount {
      buffers.scratch[0].setColumns(from: head * importances.columns, to: importances)
    }
    buffers.output.reshape(rows: input.rows, columns: outputs)
    buffers.output.setProduct(input, weights.value)
    buffers.output.activate(.identity, bias: bias.value, scale: buffers.scratch[0])
  }

  public func backward(_ context: PassContext, _ buffers: inout BlockBuffers) {
    let (input, width) = (context.input(), adaptation!.width)
    buffers.gradients[0].reshape(like: weights.value)
    buffers.gradients[1].reshape(like: bias.value)
    buffers.scratch[1].reshape(rows: 1, columns: outputs)
    buffers.outputGradient.activateBackward(
      .identity, output: buffers.output, scale: buffers.scratch[0], scaleGradient: &buffers.scratch[1],
      biasGradient: &buffers.gradients[1])
    buffers.importanceGradient.reshape(rows: 1, columns: width)
    for neuron in 0..<width {
      buffers.importanceGradient[0, neuron] = (0..<headCount).reduce(0) {
        $0 + buffers.scratch[1][0, $1 * width + neuron]
      }
    }
    buffers.gradients[0].setProduct(transposed: input, buffers.outputGradient)
    if let gradient = context.inputGradient() {
      gradient.pointee.reshape(rows: input.rows, columns: inputs)
      gradient.pointee.setProduct(buffers.outputGradient, transposed: weights.value)
    }
  }
}

// MARK: Edits

extension ValueProjection {
  /// New biases are 0: behind the attention, whose weights add up to 1, one is a constant.
  public mutating func resizeNeurons(
    to count: Int, _ initialization: NeuronInitialization, random: inout RandomStream
  ) {
    let old = outputs / headCount
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
    let columns = (0..<headCount).flatMap { head in order.map { head * order.count + $0 } }
    weights.permute(columns: columns)
    bias.permute(columns: columns)
  }
}
