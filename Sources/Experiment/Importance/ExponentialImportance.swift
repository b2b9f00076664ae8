import Glibc

/// F(x; ν) = 1 − e^(−νx), and so f(n; ν, D) = e^(−νn) (1 − e^(−ν)) / (1 − e^(−νD)).
public enum ExponentialImportance: ImportanceDistribution {
  public static func cumulative(_ x: Double, rate: Double) -> Double { -expm1(-rate * x) }

  /// x e^(−νx)
  public static func cumulativeSlope(_ x: Double, rate: Double) -> Double { x * exp(-rate * x) }

  /// −ln(1 − k) / ν
  public static func position(covering quantile: Double, rate: Double) -> Double { -log1p(-quantile) / rate }

  /// −ln(1 − k) / x
  public static func rate(covering quantile: Double, upTo x: Double) -> Double { -log1p(-quantile) / x }

  public static func defaultInitialRate(quantile: Double) -> Double { 0.01 }
  public static func defaultMinimumRate(quantile: Double) -> Double { 5e-4 }

  /// By the recurrence f(n + 1) = f(n) e^(−ν), and
  /// ∂f/∂ν = f(n) (1/(e^ν − 1) − D/(e^(νD) − 1) − n): two exponentials in all.
  public static func fill(
    _ importances: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, width: Int,
    rate: Double
  ) {
    let ratio = exp(-rate)
    var value = expm1(-rate) / expm1(-rate * Double(width))
    let constant = 1 / expm1(rate) - Double(width) / expm1(rate * Double(width))
    for n in 0..<width {
      importances[n] = Float(value)
      slopes[n] = Float(value * (constant - Double(n)))
      value *= ratio
    }
  }
}
