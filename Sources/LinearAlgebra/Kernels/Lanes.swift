/// The lanes of the widest vectors that kernels use: 16 floats, as in AVX-512.
enum Lanes {
  static let count = 16

  /// The least number of columns that are whole vectors and no fewer than these.
  static func padded(_ columns: Int) -> Int { (columns + count - 1) / count * count }
}
