import CKernels

/// Batch normalization of channels: of images as rows [pixels · channels], or of any contiguous matrix whose columns
/// are whole pixels.
public enum ChannelNormalization {
  /// Mean and variance (divided by their number) of each channel, over all rows and pixels.
  public static func moments(_ value: Matrix, channels: Int) -> (means: [Double], variances: [Double]) {
    let rows = pixels(value, channels)
    var (means, variances) = (
      [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
    )
    awn_column_moments(rows, channels, value.base, &means, &variances)
    for channel in 0..<channels where rows > 0 { variances[channel] /= Double(rows) }
    return (means, variances)
  }

  /// result ← value · scale + shift (+ shortcut), and no less than 0 where `isRectified`; reshapes it.
  public static func apply(
    _ value: Matrix, scale: [Float], shift: [Float], shortcut: Matrix?, isRectified: Bool,
    to result: inout Matrix
  ) {
    precondition(scale.count == shift.count, "a scale and a shift for each channel")
    if let shortcut { check(shortcut, like: value) }
    let rows = pixels(value, scale.count)
    result.reshape(rows: value.rows, columns: value.columns)
    awn_normalize(
      rows, scale.count, value.base, scale, shift, shortcut?.base, isRectified ? 1 : 0, result.mutableBase)
  }

  /// Back through the rectifier, in place: gradient ← 0 where the result is not positive. Then, over all rows and
  /// pixels, Σ gradient and Σ gradient · (value − mean).
  public static func gradientSums(
    _ gradient: inout Matrix, value: Matrix, means: [Float], result: Matrix, isRectified: Bool
  ) -> (sums: [Double], products: [Double]) {
    check(gradient, like: value)
    check(result, like: value)
    let rows = pixels(value, means.count)
    var sums = [Double](repeating: 0, count: means.count)
    var products = sums
    awn_normalize_sums(
      rows, means.count, value.base, means, result.base, isRectified ? 1 : 0, gradient.mutableBase, &sums,
      &products)
    return (sums, products)
  }

  /// gradient ← gradient · a + value · b + c, a channel at a time.
  public static func combine(_ gradient: inout Matrix, _ value: Matrix, a: [Float], b: [Float], c: [Float]) {
    precondition(a.count == b.count && b.count == c.count, "a coefficient for each channel")
    check(gradient, like: value)
    let rows = pixels(value, a.count)
    let base = gradient.mutableBase
    awn_combine(rows, a.count, base, value.base, a, b, c, base)
  }

  private static func pixels(_ value: Matrix, _ channels: Int) -> Int {
    precondition(
      value.stride == value.columns && channels > 0 && value.columns % channels == 0, "shapes do not fit")
    return value.rows * (value.columns / channels)
  }

  private static func check(_ matrix: Matrix, like value: Matrix) {
    precondition(
      matrix.rows == value.rows && matrix.columns == value.columns && matrix.stride == matrix.columns,
      "shapes do not fit")
  }
}
