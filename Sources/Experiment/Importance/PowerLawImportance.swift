import Glibc

/// F(x; ν) = 1 − (1 + x)^(−ν), and so f(n; ν, D) = ((1 + n)^(−ν) − (2 + n)^(−ν)) / (1 − (1 + D)^(−ν)).
public enum PowerLawImportance: ImportanceDistribution {
  public static func cumulative(_ x: Double, rate: Double) -> Double { -expm1(-rate * log1p(x)) }

  /// (1 + x)^(−ν) ln(1 + x)
  public static func cumulativeSlope(_ x: Double, rate: Double) -> Double { exp(-rate * log1p(x)) * log1p(x) }

  /// (1 − k)^(−1/ν) − 1
  public static func position(covering quantile: Double, rate: Double) -> Double {
    exp(-log1p(-quantile) / rate) - 1
  }

  /// −ln(1 − k) / ln(1 + x)
  public static func rate(covering quantile: Double, upTo x: Double) -> Double {
    -log1p(-quantile) / log1p(x)
  }

  // The tail is so heavy that a usual rate has to follow k.
  public static func defaultInitialRate(quantile: Double) -> Double { -log1p(-quantile) / log(231.5) }
  public static func defaultMinimumRate(quantile: Double) -> Double { -log1p(-quantile) / log(4_606.5) }

  /// As the default, but with the powers themselves, whose differences lose fewer digits far out in the tail.
  public static func fill(
    _ importances: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, width: Int,
    rate: Double
  ) {
    let logEnd = log1p(Double(width))
    let tail = exp(-rate * logEnd)
    let total = 1 - tail
    var (power, logarithm) = (1.0, 0.0)
    for n in 0..<width {
      let nextLogarithm = log(Double(n + 2))
      let nextPower = exp(-rate * nextLogarithm)
      let value = (power - nextPower) / total
      importances[n] = Float(value)
      slopes[n] = Float((nextPower * nextLogarithm - power * logarithm - value * tail * logEnd) / total)
      (power, logarithm) = (nextPower, nextLogarithm)
    }
  }
}
