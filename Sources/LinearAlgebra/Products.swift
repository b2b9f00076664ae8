import CBLAS

/// Whether a factor is used as it is stored or transposed.
public enum Transpose: Sendable {
  case no
  case yes
}

extension Matrix {
  /// self ← op(a) · op(b) + `keeping` · self, by OpenBLAS on the calling thread.
  ///
  /// Shapes: op(a) is [rows, n], op(b) is [n, columns]. 2 · rows · columns · n floating-point operations.
  public mutating func setProduct(
    _ a: Matrix, _ transposeA: Transpose = .no, _ b: Matrix, _ transposeB: Transpose = .no, keeping: Float = 0
  ) {
    let inner = transposeA == .no ? a.columns : a.rows
    precondition(
      (transposeA == .no ? a.rows : a.columns) == rows
        && (transposeB == .no ? b.rows : b.columns) == inner
        && (transposeB == .no ? b.columns : b.rows) == columns, "shapes do not fit")
    if rows == 0 || columns == 0 { return }
    if inner == 0 {
      if keeping == 0 { fill(0) }
      return
    }
    BLAS.start()
    cblas_sgemm(
      CblasRowMajor, transposeA == .no ? CblasNoTrans : CblasTrans,
      transposeB == .no ? CblasNoTrans : CblasTrans, blasint(rows), blasint(columns), blasint(inner), 1,
      a.base, blasint(a.stride), b.base, blasint(b.stride), keeping, mutableBase, blasint(stride))
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
