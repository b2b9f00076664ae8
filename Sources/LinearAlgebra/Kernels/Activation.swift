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

extension Matrix {
  /// The number of columns that a kernel may process: whole vectors, if every row has room for them. Nothing reads what
  /// a kernel leaves in the spare columns; they are cleared when they come into use.
  var wholeColumns: Int { stride % Lanes.count == 0 ? Lanes.padded(columns) : columns }

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

  /// The backward pass of `activate`: self, ∂L/∂output, becomes ∂L/∂(pre-activation), and biasGradient its sum over
  /// rows.
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

  /// The backward pass of `activate` with a scale [1, columns]; scaleGradient becomes ∂L/∂scale.
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
}
