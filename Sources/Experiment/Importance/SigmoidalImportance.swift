import Glibc

/// A plateau, then a fall: importance in proportion to 1/(1 + e^(νx − a)) with a = 4.
///
/// With u = νx, F(x; ν) = (u − ln(1 + e^(u − a)) + ln(1 + e^(−a))) / Z, Z = a + ln(1 + e^(−a)).
public enum SigmoidalImportance: ImportanceDistribution {
  /// a: where importance has fallen by half, in units of 1/ν.
  private static let middle = 4.0
  /// ln(1 + e^(−a))
  private static let start = log1p(exp(-middle))
  /// Z
  private static let total = middle + start

  public static func cumulative(_ x: Double, rate: Double) -> Double {
    let u = rate * x
    // Both are u − ln(1 + e^(u − a)), each where nothing overflows.
    let integral = u <= middle ? u - log1p(exp(u - middle)) : middle - log1p(exp(middle - u))
    return (integral + start) / total
  }

  /// x / (1 + e^(νx − a)) / Z
  public static func cumulativeSlope(_ x: Double, rate: Double) -> Double {
    x / (1 + exp(rate * x - middle)) / total
  }

  /// u with F = k, over ν: with t = k Z − ln(1 + e^(−a)), u = t − ln(1 − e^(t − a)).
  public static func position(covering quantile: Double, rate: Double) -> Double {
    scaledPosition(quantile) / rate
  }

  public static func rate(covering quantile: Double, upTo x: Double) -> Double {
    scaledPosition(quantile) / x
  }

  private static func scaledPosition(_ quantile: Double) -> Double {
    let t = quantile * total - start
    return t - log1p(-exp(t - middle))
  }
}
