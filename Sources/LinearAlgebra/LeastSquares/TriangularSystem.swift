import CBLAS

/// Operations on lower triangular matrices in double precision, row-major, that BLAS and LAPACK do.
enum TriangularSystem {
  /// The lower Cholesky factor of a symmetric matrix [n, n], of which the lower triangle is read and written.
  ///
  /// - Returns: whether the matrix is positive definite; otherwise what it holds means nothing. O(n³/3).
  static func factor(_ matrix: inout [Double], order n: Int) -> Bool {
    precondition(matrix.count == n * n, "a square matrix")
    if n == 0 { return true }
    BLAS.start()
    // The lower triangle by rows is the upper one by columns.
    var (order, info) = (blasint(n), blasint(0))
    dpotrf_("U", &order, &matrix, &order, &info)
    // Numbers that are not finite may pass for positive.
    return info == 0 && (0..<n).allSatisfy { matrix[$0 * n + $0].isFinite }
  }

  /// x ← L⁻¹ x, x [n, columns].
  static func solve(_ factor: [Double], order n: Int, _ x: inout [Double], columns: Int) {
    multiply(CblasLeft, CblasNoTrans, factor, stride: n, rows: n, &x, columns: columns)
  }

  /// x ← L_K⁻ᵀ x for the leading block L_K of a factor, x [K, columns].
  static func solveTransposed(
    _ factor: [Double], stride: Int, order: Int, _ x: inout [Double], columns: Int
  ) {
    multiply(CblasLeft, CblasTrans, factor, stride: stride, rows: order, &x, columns: columns)
  }

  /// x ← x L⁻ᵀ, x [rows, n].
  static func solveRight(_ factor: [Double], order n: Int, _ x: inout [Double], rows: Int) {
    multiply(CblasRight, CblasTrans, factor, stride: n, rows: rows, &x, columns: n)
  }

  private static func multiply(
    _ side: CBLAS_SIDE, _ transposition: CBLAS_TRANSPOSE, _ factor: [Double], stride: Int, rows: Int,
    _ x: inout [Double], columns: Int
  ) {
    precondition(x.count == rows * columns, "shapes do not fit")
    if x.isEmpty { return }
    BLAS.start()
    cblas_dtrsm(
      CblasRowMajor, side, CblasLower, transposition, CblasNonUnit, blasint(rows), blasint(columns), 1,
      factor, blasint(stride), &x, blasint(columns))
  }
}
