import CKernels

/// Dense layers with a few inputs or outputs.
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

  /// The backward pass of `setActivatedProduct`: `activateBackward` together with the gradient of the product, for a
  /// narrow input. self, ∂L/∂output, stays as it is.
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

  /// The backward pass of `setNarrowOutput`: from self, ∂L/∂output, inputGradient ← self · weightsᵀ, and biasGradient ←
  /// the sum of self over rows.
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
