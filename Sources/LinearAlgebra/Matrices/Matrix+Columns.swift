/// Parts of matrices side by side.
extension Matrix {
  /// Copies a matrix of as many rows into the columns from `first` on.
  public mutating func setColumns(from first: Int, to other: Matrix) {
    precondition(
      rows == other.rows && first >= 0 && first + other.columns <= columns, "shapes do not fit")
    let base = mutableBase
    for row in 0..<rows {
      (base + row * stride + first).update(
        from: other.base + row * other.stride, count: other.columns)
    }
  }

  /// Copies so many columns of another matrix as this one has, from `first` on.
  public mutating func assign(columnsFrom first: Int, of other: Matrix) {
    precondition(
      rows == other.rows && first >= 0 && first + columns <= other.columns, "shapes do not fit")
    let base = mutableBase
    for row in 0..<rows {
      (base + row * stride).update(
        from: other.base + row * other.stride + first, count: columns)
    }
  }
}
