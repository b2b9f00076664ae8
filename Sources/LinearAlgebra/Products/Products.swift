/// Products of whole matrices.
extension Matrix {
  /// self ← a · b. Shapes: self [rows, columns], a [rows, inner], b [inner, columns].
  public mutating func setProduct(_ a: Matrix, _ b: Matrix) {
    precondition(a.rows == rows && b.columns == columns && a.columns == b.rows, "shapes do not fit")
    multiply(
      a.operand(), b.operand(), inner: a.columns, room: min(wholeColumns, b.wholeColumns))
  }

  /// self ← aᵀ · b. Shapes: self [rows, columns], a [inner, rows], b [inner, columns].
  public mutating func setProduct(transposed a: Matrix, _ b: Matrix) {
    precondition(a.columns == rows && b.columns == columns && a.rows == b.rows, "shapes do not fit")
    multiply(
      a.operand(isTransposed: true), b.operand(), inner: a.rows, room: min(wholeColumns, b.wholeColumns))
  }

  /// self ← a · bᵀ. Shapes: self [rows, columns], a [rows, inner], b [columns, inner].
  public mutating func setProduct(_ a: Matrix, transposed b: Matrix) {
    precondition(a.rows == rows && b.rows == columns && a.columns == b.columns, "shapes do not fit")
    multiply(a.operand(), b.operand(isTransposed: true), inner: a.columns)
  }

  /// Rows from `row` on ← a · b', b' the rows of b from `first` on; as many as a has columns.
  package mutating func setProduct(atRow row: Int, _ a: Matrix, _ b: Matrix, fromRow first: Int) {
    precondition(
      row >= 0 && row + a.rows <= rows && first >= 0 && first + a.columns <= b.rows && b.columns == columns,
      "shapes do not fit")
    Gemm.multiply(
      rows: a.rows, columns: columns, inner: a.columns, a.operand(), b.operand(from: first),
      to: mutableBase + row * stride, stride: stride)
  }

  /// self += a · b', b' the rows of b from `first` on; as many as a has columns.
  package mutating func addProduct(_ a: Matrix, _ b: Matrix, fromRow first: Int) {
    precondition(
      rows == a.rows && first >= 0 && first + a.columns <= b.rows && b.columns == columns, "shapes do not fit"
    )
    multiply(a.operand(), b.operand(from: first), inner: a.columns, adds: true)
  }

  /// self += a[:, columns] · b[columns, :]: a partial product over some inner indices.
  ///
  /// Shapes: self [rows, n], a [rows, m], b [m, n], columns within 0 ..< m.
  public mutating func addProduct(_ a: Matrix, columns inner: Range<Int>, _ b: Matrix) {
    precondition(
      a.rows == rows && b.columns == columns && a.columns == b.rows && inner.lowerBound >= 0
        && inner.upperBound <= a.columns, "shapes do not fit")
    if inner.isEmpty { return }
    multiply(
      a.operand(column: inner.lowerBound), b.operand(from: inner.lowerBound), inner: inner.count,
      room: min(wholeColumns, b.wholeColumns), adds: true)
  }

  private mutating func multiply(
    _ a: Gemm.Operand, _ b: Gemm.Operand, inner: Int, room: Int? = nil, adds: Bool = false
  ) {
    Gemm.multiply(
      rows: rows, columns: columns, inner: inner, room: room, a, b, to: mutableBase, stride: stride,
      adds: adds)
  }
}
