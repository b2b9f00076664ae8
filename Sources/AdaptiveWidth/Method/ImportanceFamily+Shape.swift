import Experiment
import Glibc
import LinearAlgebra

/// The importance of neuron n among the D in use (METHOD: f(n; ν, D) = (F(n+1) − F(n)) / F(D)), the width a rate
/// means, and the rate that means a width.
extension ImportanceFamily {
  /// No rate means more neurons than this, whatever the quantile.
  public static let largestWidth = 65_536

  /// D(ν): the smallest width whose neurons cover the share `quantile` of the distribution; at least 1.
  public func width(rate: Double, quantile: Double) -> Int {
    let position: Double
    switch self {
    case .exponential: position = -log1p(-quantile) / rate
    case .powerLaw: position = exp(-log1p(-quantile) / rate) - 1
    }
    return max(1, Int(min(position.rounded(.up), Double(Self.largestWidth))))
  }

  /// A rate whose width is `width`: the one in the middle of them, so that a small step of the rate keeps it.
  public func rate(width: Int, quantile: Double) -> Double {
    precondition(width >= 1)
    let position = Double(width) - 0.5
    switch self {
    case .exponential: return -log1p(-quantile) / position
    case .powerLaw: return -log1p(-quantile) / log1p(position)
    }
  }

  /// Fills f and ∂f/∂ν, both [1, D], for D = `importances.columns`. O(D).
  func fill(importances: inout Matrix, slopes: inout Matrix, rate: Double) {
    let width = importances.columns
    precondition(slopes.columns == width && width >= 1)
    let f = importances.mutableBase
    let df = slopes.mutableBase
    switch self {
    case .exponential: Self.fillExponential(f, df, width, rate)
    case .powerLaw: Self.fillPowerLaw(f, df, width, rate)
    }
  }

  /// f(n) = e^(−νn) (1 − e^−ν) / (1 − e^(−νD));
  /// ∂f/∂ν = f(n) (−n + 1/(e^ν − 1) − D/(e^(νD) − 1)).
  private static func fillExponential(
    _ f: UnsafeMutablePointer<Float>, _ df: UnsafeMutablePointer<Float>, _ width: Int, _ rate: Double
  ) {
    let ratio = exp(-rate)
    var value = expm1(-rate) / expm1(-rate * Double(width))
    let constant = 1 / expm1(rate) - Double(width) / expm1(rate * Double(width))
    for n in 0..<width {
      f[n] = Float(value)
      df[n] = Float(value * (constant - Double(n)))
      value *= ratio
    }
  }

  /// f(n) = ((1+n)^−ν − (2+n)^−ν) / F(D), F(D) = 1 − (1+D)^−ν.
  private static func fillPowerLaw(
    _ f: UnsafeMutablePointer<Float>, _ df: UnsafeMutablePointer<Float>, _ width: Int, _ rate: Double
  ) {
    let logEnd = log1p(Double(width))
    let tail = exp(-rate * logEnd)
    let total = 1 - tail
    var (power, logarithm) = (1.0, 0.0)
    for n in 0..<width {
      let nextLogarithm = log(Double(n + 2))
      let nextPower = exp(-rate * nextLogarithm)
      let value = (power - nextPower) / total
      f[n] = Float(value)
      df[n] = Float((nextPower * nextLogarithm - power * logarithm - value * tail * logEnd) / total)
      (power, logarithm) = (nextPower, nextLogarithm)
    }
  }
}
