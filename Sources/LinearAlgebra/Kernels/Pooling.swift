import CKernels

/// Images, rows [height · width · channels], made smaller.
public enum ImagePooling {
  /// result [rows, channels] ← the mean of each image's pixels; reshapes it.
  public static func mean(_ value: Matrix, channels: Int, to result: inout Matrix) {
    let pixels = pixels(value, channels)
    result.reshape(rows: value.rows, columns: channels)
    awn_pool_mean(value.rows, pixels, channels, value.base, result.mutableBase)
  }

  /// Back through `mean`: the gradient of each pixel, reshaped to `pixels` of them.
  public static func meanBackward(_ gradient: Matrix, pixels: Int, to valueGradient: inout Matrix) {
    precondition(gradient.stride == gradient.columns && pixels > 0, "shapes do not fit")
    valueGradient.reshape(rows: gradient.rows, columns: pixels * gradient.columns)
    awn_pool_mean_backward(
      gradient.rows, pixels, gradient.columns, gradient.base, valueGradient.mutableBase)
  }

  /// result ← the largest of each 2×2 pixels, an odd last line or column left out; reshapes it.
  public static func largest(
    _ value: Matrix, height: Int, width: Int, channels: Int, to result: inout Matrix
  ) {
    precondition(pixels(value, channels) == height * width, "shapes do not fit")
    result.reshape(rows: value.rows, columns: height / 2 * (width / 2) * channels)
    awn_pool_largest(value.rows, height, width, channels, value.base, result.mutableBase)
  }

  /// Back through `largest`: to the first of equals.
  public static func largestBackward(
    _ gradient: Matrix, value: Matrix, result: Matrix, height: Int, width: Int, channels: Int,
    to valueGradient: inout Matrix
  ) {
    precondition(
      pixels(value, channels) == height * width && gradient.columns == height / 2 * (width / 2) * channels
        && gradient.stride == gradient.columns && result.stride == gradient.columns
        && gradient.rows == value.rows && result.rows == value.rows, "shapes do not fit")
    valueGradient.reshape(rows: value.rows, columns: value.columns)
    awn_pool_largest_backward(
      value.rows, height, width, channels, value.base, result.base, gradient.base, valueGradient.mutableBase)
  }

  private static func pixels(_ value: Matrix, _ channels: Int) -> Int {
    precondition(
      value.stride == value.columns && channels > 0 && value.columns % channels == 0, "shapes do not fit")
    return value.columns / channels
  }
}
