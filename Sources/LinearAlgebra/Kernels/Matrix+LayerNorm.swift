import CKernels

/// Layer normalization (Ba, Kiros & Hinton 2016): scales every row to mean 0 and variance 1, then applies one gain and
/// one bias per column.
extension Matrix {
  /// ε, which `setLayerNorm` adds to every variance.
  public static let layerNormEpsilon = AWN_LAYER_NORM_EPSILON

  /// self[r] ← (input[r] − mean_r) / √(variance_r + ε) · gain + bias
  ///
  /// Shapes: self becomes that of input [rows, columns]; gain and bias [1, columns]. statistics becomes [rows, 2],
  /// each row's mean and inverse standard deviation, needed by the backward pass.
  public mutating func setLayerNorm(_ input: Matrix, gain: Matrix, bias: Matrix, statistics: inout Matrix) {
    precondition(gain.columns == input.columns && bias.columns == input.columns, "shapes do not fit")
    reshape(rows: input.rows, columns: input.columns)
    statistics.reshape(rows: input.rows, columns: 2)
    awn_layer_norm(
      input.rows, input.columns, input.base, input.stride, gain.base, bias.base, mutableBase, stride,
      statistics.mutableBase)
  }

  /// The backward pass of `setLayerNorm`, from self, ∂L/∂output.
  ///
  /// Shapes: self, input and inputGradient [rows, columns]; gain and the gradients of gain and bias [1, columns].
  ///
  /// - Parameter inputGradient: `nil` if it is not needed.
  public func layerNormBackward(
    _ input: Matrix, gain: Matrix, statistics: Matrix, inputGradient: UnsafeMutablePointer<Matrix>?,
    gainGradient: inout Matrix, biasGradient: inout Matrix
  ) {
    precondition(
      input.rows == rows && input.columns == columns && statistics.rows == rows && gain.columns == columns
        && gainGradient.columns == columns && biasGradient.columns == columns, "shapes do not fit")
    inputGradient?.pointee.reshape(rows: rows, columns: columns)
    awn_layer_norm_backward(
      rows, columns, input.base, input.stride, gain.base, statistics.base, base, stride,
      inputGradient?.pointee.mutableBase, inputGradient?.pointee.stride ?? 0, gainGradient.mutableBase,
      biasGradient.mutableBase)
  }
}
