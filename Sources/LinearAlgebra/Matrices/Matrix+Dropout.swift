import CKernels

extension Matrix {
  /// Drops elements of one row: each becomes 0 with probability `threshold` / 2³²; the others are multiplied by
  /// `scale`. The key and the columns alone decide which ones.
  public mutating func dropElements(ofRow row: Int, key: UInt32, threshold: UInt32, scale: Float) {
    precondition(row >= 0 && row < rows, "no such row")
    awn_dropout(columns, key, threshold, scale, mutableBase + row * stride)
  }

  /// Keeps the columns of one row whose share of the first one, s(n) = shares[n] / shares[0], is above a threshold, and
  /// divides them by it; the others become 0.
  ///
  /// - Parameter shares: [1, columns], none below 0.
  public mutating func keepLeading(ofRow row: Int, shares: Matrix, above threshold: Float) {
    precondition(row >= 0 && row < rows && shares.columns == columns, "no such row or shares")
    let (values, shares) = (mutableBase + row * stride, shares.base)
    let first = shares[0]
    for column in 0..<columns {
      let share = shares[column] / first
      values[column] = share > threshold ? values[column] / share : 0
    }
  }

  /// Multiplies the columns of one row by shares[n] / shares[0], which takes back what `keepLeading` divided by.
  public mutating func scale(row: Int, byShares shares: Matrix) {
    precondition(row >= 0 && row < rows && shares.columns == columns, "no such row or shares")
    let (values, shares) = (mutableBase + row * stride, shares.base)
    let first = shares[0]
    for column in 0..<columns { values[column] *= shares[column] / first }
  }

  /// self *= factor
  public mutating func scale(by factor: Float) {
    let base = mutableBase
    if stride == columns { return awn_scale(rows * columns, factor, base) }
    for row in 0..<rows { awn_scale(columns, factor, base + row * stride) }
  }
}
