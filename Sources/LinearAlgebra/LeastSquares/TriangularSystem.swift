import CKernels

/// Operations on lower triangular matrices in double precision, row-major.
enum TriangularSystem {
  /// The lower Cholesky factor of a symmetric matrix [n, n], of which the lower triangle is read and written.
  ///
  /// - Returns: whether the matrix is positive definite; otherwise what it holds means nothing. O(n³/3).
  static func factor(_ matrix: inout [Double], order n: Int) -> Bool {
    precondition(matrix.count == n * n, "a square matrix")
    return awn_factor_cholesky(n, &matrix) != 0
  }

  /// x ← L⁻¹ x, x [n, columns].
  static func solve(_ factor: [Double], order n: Int, _ x: inout [Double], columns: Int) {
    precondition(x.count == n * columns && factor.count >= n * n, "shapes do not fit")
    awn_solve_left(n, factor, n, columns, &x)
  }

  /// x ← L_K⁻ᵀ x for the leading block L_K of a factor, x [K, columns].
  static func solveTransposed(
    _ factor: [Double], stride: Int, order: Int, _ x: inout [Double], columns: Int
  ) {
    precondition(x.count == order * columns && factor.count >= order * stride, "shapes do not fit")
    awn_solve_left_transposed(order, factor, stride, columns, &x)
  }

  /// x ← x L⁻ᵀ, x [rows, n].
  static func solveRight(_ factor: [Double], order n: Int, _ x: inout [Double], rows: Int) {
    precondition(x.count == rows * n && factor.count >= n * n, "shapes do not fit")
    awn_solve_right(n, factor, rows, &x)
  }
}
