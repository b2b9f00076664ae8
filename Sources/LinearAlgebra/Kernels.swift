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
  /// self ← φ(self + bias). Shapes: self [rows, columns], bias [1, columns].
  public mutating func activate(_ function: ElementFunction, bias: Matrix) {
    precondition(bias.columns == columns, "shapes do not fit")
    awn_activate(function.kernel, rows, columns, bias.base, nil, mutableBase, stride, nil, 0)
  }

  /// self ← φ(self + bias), output ← self · scale. Shapes: self and output [rows, columns]; bias and scale
  /// [1, columns].
  public mutating func activate(
    _ function: ElementFunction, bias: Matrix, scale: Matrix, output: inout Matrix
  ) {
    precondition(
      bias.columns == columns && scale.columns == columns && output.columns == columns && output.rows == rows,
      "shapes do not fit")
    awn_activate(
      function.kernel, rows, columns, bias.base, scale.base, mutableBase, stride, output.mutableBase,
      output.stride)
  }

  /// self, ∂L/∂output of `activate`, becomes ∂L/∂(pre-activation); biasGradient its sum over rows.
  ///
  /// Shapes: self and activated [rows, columns]; biasGradient [1, columns].
  public mutating func activateBackward(
    _ function: ElementFunction, activated: Matrix, biasGradient: inout Matrix
  ) {
    precondition(
      activated.columns == columns && activated.rows == rows && biasGradient.columns == columns,
      "shapes do not fit")
    awn_activate_backward(
      function.kernel, rows, columns, nil, activated.base, activated.stride, mutableBase, stride, nil,
      biasGradient.mutableBase)
  }

  /// The same behind a scale [1, columns]; scaleGradient becomes ∂L/∂scale.
  public mutating func activateBackward(
    _ function: ElementFunction, activated: Matrix, scale: Matrix, scaleGradient: inout Matrix,
    biasGradient: inout Matrix
  ) {
    precondition(
      activated.columns == columns && activated.rows == rows && biasGradient.columns == columns
        && scale.columns == columns && scaleGradient.columns == columns, "shapes do not fit")
    awn_activate_backward(
      function.kernel, rows, columns, scale.base, activated.base, activated.stride, mutableBase, stride,
      scaleGradient.mutableBase, biasGradient.mutableBase)
  }

  /// One Adam update in one pass, with the prior's gradient `decay` · self added to the gradient.
  public mutating func updateByAdam(
    _ adam: AdamStep, gradient: Matrix, decay: Double, first: inout Matrix, second: inout Matrix
  ) {
    precondition(
      gradient.rows == rows && gradient.columns == columns && first.rows == rows && first.columns == columns
        && first.stride == stride && second.rows == rows && second.columns == columns
        && second.stride == stride, "shapes do not fit")
    var options = awn_adam_options(
      step: Float(adam.step), root: Float(adam.root), beta1: Float(AdamStep.beta1),
      beta2: Float(AdamStep.beta2), epsilon: Float(AdamStep.epsilon), decay: Float(decay))
    awn_adam(
      &options, rows, columns, stride, gradient.stride, mutableBase, gradient.base, first.mutableBase,
      second.mutableBase)
  }

  /// One update by gradient descent with momentum, the prior's gradient `decay` · self added to the gradient.
  public mutating func updateByMomentum(
    _ momentum: Double, learningRate: Double, gradient: Matrix, decay: Double, velocity: inout Matrix
  ) {
    precondition(
      gradient.rows == rows && gradient.columns == columns && velocity.rows == rows
        && velocity.columns == columns && velocity.stride == stride, "shapes do not fit")
    awn_momentum(
      Float(learningRate), Float(momentum), Float(decay), rows, columns, stride, gradient.stride, mutableBase,
      gradient.base, velocity.mutableBase)
  }

  /// Σ x² over all elements.
  public var sumOfSquares: Double { awn_sum_of_squares(rows, columns, stride, base) }

  /// self[0, n] += Σ_r |other[r, n]|
  public mutating func addAbsoluteColumnSums(of other: Matrix) {
    precondition(rows == 1 && other.columns == columns, "shapes do not fit")
    awn_add_absolute_columns(other.rows, other.columns, other.stride, other.base, mutableBase)
  }
}
