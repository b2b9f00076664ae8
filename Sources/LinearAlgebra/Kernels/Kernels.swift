import CKernels

/// The element-wise functions that kernels know.
public enum ElementFunction: Sendable {
  case identity
  case relu6
  case tanh
  case relu
  case leakyReLU

  var kernel: awn_activation {
    switch self {
    case .identity: AWN_IDENTITY
    case .relu6: AWN_RELU6
    case .tanh: AWN_TANH
    case .relu: AWN_RELU
    case .leakyReLU: AWN_LEAKY_RELU
    }
  }
}

/// Adam's constants, and those of the update with its bias corrections folded in.
public struct AdamStep: Equatable, Sendable {
  public static let beta1 = 0.9
  public static let beta2 = 0.999
  public static let epsilon = 1e-8

  /// Learning rate over the first moment's correction.
  public var step: Double
  /// One over the root of the second moment's correction.
  public var root: Double

  /// - Parameter count: updates done, this one included (≥ 1).
  public init(learningRate: Double, count: Int) {
    precondition(count >= 1)
    step = learningRate / (1 - Power.of(Self.beta1, count))
    root = 1 / (1 - Power.of(Self.beta2, count)).squareRoot()
  }
}

enum Power {
  /// base ^ count by squaring: the same bits on every machine, unlike pow.
  static func of(_ base: Double, _ count: Int) -> Double {
    var result = 1.0
    var factor = base
    var rest = count
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

extension Matrix {
  /// Columns a kernel may run over: whole vectors, where every row has room for them. What it leaves in the spare
  /// columns is read by nobody, and cleared when they come into use.
  var wholeColumns: Int { stride % 16 == 0 ? (columns + 15) / 16 * 16 : columns }

  /// self ← φ(self + bias), element by element. Shapes: self [rows, columns], bias [1, columns].
  public mutating func activate(_ function: ElementFunction, bias: Matrix) {
    precondition(bias.columns == columns, "shapes do not fit")
    awn_activate(
      function.kernel, rows, min(wholeColumns, bias.wholeColumns), bias.base, nil, mutableBase, stride)
  }

  /// self ← φ(self + bias) · scale. Shapes: self [rows, columns]; bias and scale [1, columns], scale > 0.
  public mutating func activate(_ function: ElementFunction, bias: Matrix, scale: Matrix) {
    precondition(bias.columns == columns && scale.columns == columns, "shapes do not fit")
    let count = min(wholeColumns, min(bias.wholeColumns, scale.wholeColumns))
    awn_activate(function.kernel, rows, count, bias.base, scale.base, mutableBase, stride)
  }

  /// self, ∂L/∂output of `activate`, becomes ∂L/∂(pre-activation); biasGradient its sum over rows.
  ///
  /// Shapes: self and output [rows, columns]; biasGradient [1, columns].
  public mutating func activateBackward(
    _ function: ElementFunction, output: Matrix, biasGradient: inout Matrix
  ) {
    precondition(
      output.columns == columns && output.rows == rows && biasGradient.columns == columns,
      "shapes do not fit")
    let count = min(wholeColumns, min(output.wholeColumns, biasGradient.wholeColumns))
    awn_activate_backward(
      function.kernel, rows, count, nil, output.base, output.stride, mutableBase, stride, nil,
      biasGradient.mutableBase)
  }

  /// The same behind a scale [1, columns]; scaleGradient becomes ∂L/∂scale.
  public mutating func activateBackward(
    _ function: ElementFunction, output: Matrix, scale: Matrix, scaleGradient: inout Matrix,
    biasGradient: inout Matrix
  ) {
    precondition(
      output.columns == columns && output.rows == rows && biasGradient.columns == columns
        && scale.columns == columns && scaleGradient.columns == columns, "shapes do not fit")
    let count = min(
      min(wholeColumns, output.wholeColumns),
      min(scale.wholeColumns, min(scaleGradient.wholeColumns, biasGradient.wholeColumns)))
    awn_activate_backward(
      function.kernel, rows, count, scale.base, output.base, output.stride, mutableBase, stride,
      scaleGradient.mutableBase, biasGradient.mutableBase)
  }

  /// Σ x² over all elements.
  public var sumOfSquares: Double { awn_sum_of_squares(rows, columns, stride, base) }

  /// self[0, n] += Σ_r |other[r, n]|
  public mutating func addAbsoluteColumnSums(of other: Matrix) {
    precondition(rows == 1 && other.columns == columns, "shapes do not fit")
    awn_add_absolute_columns(other.rows, other.columns, other.stride, other.base, mutableBase)
  }
}

// MARK: Narrow layers

extension Matrix {
  /// Whether a dense layer with so many inputs, or outputs, has kernels of its own.
  public static func isNarrow(_ count: Int) -> Bool { count >= 1 && count <= Int(AWN_NARROW) }

  /// self ← φ(input · weights + bias) · scale, in one pass, for a narrow input.
  ///
  /// Shapes: self [rows, columns], input [rows, inputs], weights [inputs, columns], bias and scale [1, columns].
  public mutating func setActivatedProduct(
    _ function: ElementFunction, _ input: Matrix, _ weights: Matrix, bias: Matrix, scale: Matrix
  ) {
    precondition(
      Self.isNarrow(input.columns) && input.rows == rows && weights.rows == input.columns
        && weights.columns == columns && bias.columns == columns && scale.columns == columns,
      "shapes do not fit")
    let count = min(
      min(wholeColumns, weights.wholeColumns), min(bias.wholeColumns, scale.wholeColumns))
    awn_narrow_forward(
      function.kernel, input.columns, rows, count, input.base, input.stride, weights.base, weights.stride,
      bias.base, scale.base, mutableBase, stride)
  }

  /// As `activateBackward` with the product's gradient, for a narrow input; self, ∂L/∂output, stays as it is.
  ///
  /// Shapes: self and output [rows, columns], input [rows, inputs], weightGradient [inputs, columns], the others
  /// [1, columns].
  public func activatedProductBackward(
    _ function: ElementFunction, _ input: Matrix, output: Matrix, scale: Matrix,
    weightGradient: inout Matrix, biasGradient: inout Matrix, scaleGradient: inout Matrix
  ) {
    precondition(
      Self.isNarrow(input.columns) && input.rows == rows && output.rows == rows
        && output.columns == columns && weightGradient.rows == input.columns
        && weightGradient.columns == columns && scale.columns == columns && biasGradient.columns == columns
        && scaleGradient.columns == columns, "shapes do not fit")
    let count = min(
      min(wholeColumns, min(output.wholeColumns, weightGradient.wholeColumns)),
      min(scale.wholeColumns, min(scaleGradient.wholeColumns, biasGradient.wholeColumns)))
    awn_narrow_backward(
      function.kernel, input.columns, rows, count, input.base, input.stride, scale.base, output.base,
      output.stride, base, stride, weightGradient.mutableBase, weightGradient.stride,
      biasGradient.mutableBase, scaleGradient.mutableBase)
  }

  /// self ← input · weights + bias, for a narrow output.
  ///
  /// Shapes: self [rows, outputs], input [rows, inputs], weights [inputs, outputs], bias [1, outputs].
  public mutating func setNarrowOutput(_ input: Matrix, _ weights: Matrix, bias: Matrix) {
    precondition(
      Self.isNarrow(columns) && input.rows == rows && weights.rows == input.columns
        && weights.columns == columns && bias.columns == columns, "shapes do not fit")
    awn_narrow_output(
      columns, rows, input.columns, input.base, input.stride, weights.base, weights.stride, bias.base,
      mutableBase, stride)
  }

  /// Back through `setNarrowOutput`: from self, ∂L/∂output, inputGradient ← self · weightsᵀ; biasGradient is the sum of
  /// self over rows.
  ///
  /// Shapes: self [rows, outputs], weights [inputs, outputs], inputGradient [rows, inputs].
  public func narrowOutputBackward(
    _ weights: Matrix, inputGradient: inout Matrix, biasGradient: inout Matrix
  ) {
    precondition(
      Self.isNarrow(columns) && weights.columns == columns && inputGradient.rows == rows
        && inputGradient.columns == weights.rows && biasGradient.columns == columns, "shapes do not fit")
    awn_narrow_output_backward(
      columns, rows, weights.rows, base, stride, weights.base, weights.stride, inputGradient.mutableBase,
      inputGradient.stride, biasGradient.mutableBase)
  }
}
