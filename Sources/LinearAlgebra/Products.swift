import CBLAS

/// By OpenBLAS, on the calling thread: 2 · rows · columns · inner floating-point operations each.
extension Matrix {
  /// self ← a · b. Shapes: self [rows, columns], a [rows, inner], b [inner, columns].
  public mutating func setProduct(_ a: Matrix, _ b: Matrix) {
    precondition(a.rows == rows && b.columns == columns && a.columns == b.rows, "shapes do not fit")
    multiply(a, CblasNoTrans, b, CblasNoTrans, inner: a.columns)
  }

  /// self ← aᵀ · b. Shapes: self [rows, columns], a [inner, rows], b [inner, columns].
  public mutating func setProduct(transposed a: Matrix, _ b: Matrix) {
    precondition(a.columns == rows && b.columns == columns && a.rows == b.rows, "shapes do not fit")
    multiply(a, CblasTrans, b, CblasNoTrans, inner: a.rows)
  }

  /// self ← a · bᵀ. Shapes: self [rows, columns], a [rows, inner], b [columns, inner].
  public mutating func setProduct(_ a: Matrix, transposed b: Matrix) {
    precondition(a.rows == rows && b.rows == columns && a.columns == b.columns, "shapes do not fit")
    multiply(a, CblasNoTrans, b, CblasTrans, inner: a.columns)
  }

  private mutating func multiply(
    _ a: Matrix, _ orderA: CBLAS_TRANSPOSE, _ b: Matrix, _ orderB: CBLAS_TRANSPOSE, inner: Int
  ) {
    if rows == 0 || columns == 0 { return }
    if inner == 0 { return fill(0) }
    BLAS.start()
    cblas_sgemm(
      CblasRowMajor, orderA, orderB, blasint(rows), blasint(columns), blasint(inner), 1, a.base,
      blasint(a.stride), b.base, blasint(b.stride), 0, mutableBase, blasint(stride))
  }

  /// self += a[:, columns] · b[columns, :]: the share of some of the inner indices in a product.
  ///
  /// Shapes: self [rows, n], a [rows, m], b [m, n], columns within 0 ..< m.
  public mutating func addProduct(_ a: Matrix, columns inner: Range<Int>, _ b: Matrix) {
    precondition(
      a.rows == rows && b.columns == columns && a.columns == b.rows && inner.lowerBound >= 0
        && inner.upperBound <= a.columns, "shapes do not fit")
    if rows == 0 || columns == 0 || inner.isEmpty { return }
    BLAS.start()
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(inner.count), 1,
      a.base + inner.lowerBound, blasint(a.stride), b.base + inner.lowerBound * b.stride, blasint(b.stride),
      1,
      mutableBase, blasint(stride))
  }
}

/// OpenBLAS as a whole.
public enum BLAS {
  /// OpenBLAS's own threads gain nothing at these sizes and would compete with ours.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  static func start() { _ = singleThreaded }

  /// Its version and the processor core it chose.
  public static var description: String {
    String(cString: openblas_get_config())
  }
}
