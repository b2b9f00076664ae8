import CKernels

extension Matrix {
  /// Σ x² over all elements.
  public var sumOfSquares: Double { awn_sum_of_squares(rows, columns, stride, base) }

  /// self[0, n] += Σ_r |other[r, n]|
  public mutating func addAbsoluteColumnSums(of other: Matrix) {
    precondition(rows == 1 && other.columns == columns, "shapes do not fit")
    awn_add_absolute_columns(other.rows, other.columns, other.stride, other.base, mutableBase)
  }
}
