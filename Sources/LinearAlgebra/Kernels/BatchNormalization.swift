import CKernels

/// Batch normalization of channels: of images as rows [pixels · channels], or of any contiguous matrix whose columns
/// are whole pixels. Every pass is O(rows · columns) and allocates nothing once the scratch space has its size.
public enum BatchNormalization {
  /// ε, which is added to every variance.
  public static let epsilon = 1e-5

  /// The values that a pass computes for each channel.
  public struct Scratch: Sendable {
    /// Mean and (biased) variance over all rows and pixels.
    public var (means, variances) = ([Double](), [Double]())
    /// The number of values per channel that `means` and `variances` describe: rows times pixels.
    public private(set) var count = 0
    /// Σ gradient and Σ gradient · (value − mean).
    public var (sums, products) = ([Double](), [Double]())
    /// Σ gradient · result / importance.
    fileprivate var importanceSums = [Double]()
    /// The coefficients of `apply` and `combine`.
    public var (a, b, c) = ([Float](), [Float](), [Float]())

    public init(channels: Int = 0) { resize(channels: channels) }

    /// Resizes every array to one value per channel; keeps the memory if the number is the same.
    public mutating func resize(channels: Int) {
      if means.count == channels { return }
      let zeros = [Double](repeating: 0, count: channels)
      (means, variances, sums, products, importanceSums) = (zeros, zeros, zeros, zeros, zeros)
      let coefficients = [Float](repeating: 0, count: channels)
      (a, b, c) = (coefficients, coefficients, coefficients)
    }

    var channels: Int { means.count }

    fileprivate mutating func setMoments(count: Int, _ write: (inout [Double], inout [Double]) -> Void) {
      self.count = count
      write(&means, &variances)
    }

    /// The number of values n and, for each channel, n μ and n (σ² + μ²): sums that add up over parts of a minibatch.
    public var momentSums: [Double] {
      let n = Double(count)
      return [n] + means.map { n * $0 } + zip(means, variances).map { n * ($1 + $0 * $0) }
    }

    /// The number of elements of `momentSums`.
    public var momentSumCount: Int { 1 + 2 * channels }

    /// Sets the moments from their sums.
    public mutating func setMoments(fromSums sums: ArraySlice<Double>) {
      precondition(sums.count == momentSumCount, "the same channels")
      let (first, n) = (sums.startIndex, max(sums[sums.startIndex], 1))
      count = Int(sums[first])
      for channel in means.indices {
        let mean = sums[first + 1 + channel] / n
        means[channel] = mean
        variances[channel] = max(0, sums[first + 1 + channels + channel] / n - mean * mean)
      }
    }

    /// Combines means and variances with those of another set of values (Chan, Golub & LeVeque 1983).
    ///
    /// For counts n and m, means μ and ν, variances σ² and τ², N = n + m and d = ν − μ, the mean becomes μ + d m/N and
    /// the variance (n σ² + m τ² + d² n m/N) / N.
    public mutating func combineMoments(with other: Scratch) {
      precondition(other.channels == channels, "the same channels")
      if other.count == 0 { return }
      let (n, m) = (Double(count), Double(other.count))
      let total = n + m
      for channel in means.indices {
        let distance = other.means[channel] - means[channel]
        if count == 0 {
          (means[channel], variances[channel]) = (other.means[channel], other.variances[channel])
        } else {
          means[channel] += distance * m / total
          variances[channel] =
            (n * variances[channel] + m * other.variances[channel] + distance * distance * n * m / total)
            / total
        }
      }
      count += other.count
    }
  }

  /// Computes the mean and variance of each channel.
  public static func moments(_ value: Matrix, _ scratch: inout Scratch) {
    let (channels, rows) = (scratch.channels, pixels(value, scratch.channels))
    scratch.setMoments(count: rows) { awn_column_moments(rows, channels, value.base, &$0, &$1) }
    for channel in 0..<channels where rows > 0 { scratch.variances[channel] /= Double(rows) }
  }

  /// result ← value · a + b (+ shortcut), and no less than 0 where `isRectified`; reshapes it.
  public static func apply(
    _ value: Matrix, _ scratch: Scratch, shortcut: Matrix?, isRectified: Bool, to result: inout Matrix
  ) {
    if let shortcut { check(shortcut, like: value) }
    let rows = pixels(value, scratch.channels)
    result.reshape(rows: value.rows, columns: value.columns)
    awn_normalize(
      rows, scratch.channels, value.base, scratch.a, scratch.b, shortcut?.base, isRectified ? 1 : 0,
      result.mutableBase)
  }

  /// The backward pass through the rectifier, in place: gradient ← 0 where the result is not positive. Then it writes Σ
  /// gradient and Σ gradient · (value − mean), over all rows and pixels.
  ///
  /// - Parameter means: one per channel, in the first row.
  public static func gradientSums(
    _ gradient: inout Matrix, value: Matrix, means: Matrix, result: Matrix, isRectified: Bool,
    _ scratch: inout Scratch
  ) {
    check(gradient, like: value)
    check(result, like: value)
    precondition(means.rows > 0 && means.columns == scratch.channels, "a mean for each channel")
    let rows = pixels(value, scratch.channels)
    awn_normalize_sums(
      rows, scratch.channels, value.base, means.base, result.base, isRectified ? 1 : 0, gradient.mutableBase,
      &scratch.sums, &scratch.products)
  }

  /// result ← min(max(0, value · a + b), ceiling) · importance; reshapes it.
  ///
  /// - Parameters:
  ///   - importances: positive, [1, channels].
  ///   - ceiling: infinity bounds nothing.
  public static func apply(
    _ value: Matrix, _ scratch: Scratch, importances: Matrix, ceiling: Float, to result: inout Matrix
  ) {
    precondition(importances.columns == scratch.channels, "an importance for each channel")
    let rows = pixels(value, scratch.channels)
    result.reshape(rows: value.rows, columns: value.columns)
    awn_normalize_neurons(
      rows, scratch.channels, value.base, scratch.a, scratch.b, importances.base, ceiling, result.mutableBase)
  }

  /// The backward pass through `apply(_:_:importances:ceiling:to:)`, in place, and the sums of `gradientSums`.
  ///
  /// - Parameters:
  ///   - means: one per channel, in the first row.
  ///   - importanceGradient: becomes Σ gradient · result / importance, [1, channels].
  public static func gradientSums(
    _ gradient: inout Matrix, value: Matrix, means: Matrix, result: Matrix, importances: Matrix,
    ceiling: Float, importanceGradient: inout Matrix, _ scratch: inout Scratch
  ) {
    check(gradient, like: value)
    check(result, like: value)
    let channels = scratch.channels
    precondition(
      means.rows > 0 && means.columns == channels && importances.columns == channels,
      "a mean and an importance for each channel")
    let rows = pixels(value, channels)
    awn_normalize_neurons_sums(
      rows, channels, value.base, means.base, result.base, importances.base, ceiling, gradient.mutableBase,
      &scratch.sums, &scratch.products, &scratch.importanceSums)
    importanceGradient.reshape(rows: 1, columns: channels)
    for channel in 0..<channels { importanceGradient[0, channel] = Float(scratch.importanceSums[channel]) }
  }

  /// gradient ← gradient · a + value · b + c, a channel at a time.
  public static func combine(_ gradient: inout Matrix, _ value: Matrix, _ scratch: Scratch) {
    check(gradient, like: value)
    let rows = pixels(value, scratch.channels)
    let base = gradient.mutableBase
    awn_combine(rows, scratch.channels, base, value.base, scratch.a, scratch.b, scratch.c, base)
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
