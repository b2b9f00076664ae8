import CKernels

extension Matrix {
  /// Drops elements of one row: each becomes 0 with probability `threshold` / 2³²; the others are multiplied by
  /// `scale`. The key and the columns alone decide which ones.
  public mutating func dropElements(ofRow row: Int, key: UInt32, threshold: UInt32, scale: Float) {
    precondition(row >= 0 && row < rows, "no such row")
    awn_dropout(columns, key, threshold, scale, mutableBase + row * stride)
  }

  /// self *= factor
  public mutating func scale(by factor: Float) {
    let base = mutableBase
    if stride == columns { return awn_scale(rows * columns, factor, base) }
    for row in 0..<rows { awn_scale(columns, factor, base + row * stride) }
  }
}
