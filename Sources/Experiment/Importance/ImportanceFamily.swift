/// How importance falls with a neuron's index: the family of the distribution F(x; ν) over x ≥ 0.
///
/// Neuron n among the D in use has the importance f(n; ν, D) = (F(n + 1; ν) − F(n; ν)) / F(D; ν); a rate ν means the
/// smallest width that covers the fraction k of the distribution, D(ν) = ⌈F⁻¹(k; ν)⌉. A family is a case here and an
/// `ImportanceDistribution` in a file of its own.
public enum ImportanceFamily: String, Codable, CaseIterable, Sendable {
  case exponential
  case powerLaw = "power-law"
  case sigmoidal

  /// The formulas of the family.
  public var distribution: any ImportanceDistribution.Type {
    switch self {
    case .exponential: ExponentialImportance.self
    case .powerLaw: PowerLawImportance.self
    case .sigmoidal: SigmoidalImportance.self
    }
  }
}

/// The formulas of an importance family.
public protocol ImportanceDistribution: Sendable {
  /// F(x; ν), which rises from 0 at x = 0 to 1.
  static func cumulative(_ x: Double, rate: Double) -> Double
  /// ∂F(x; ν)/∂ν
  static func cumulativeSlope(_ x: Double, rate: Double) -> Double
  /// F⁻¹(k; ν): the position up to which the distribution covers the fraction k.
  static func position(covering quantile: Double, rate: Double) -> Double
  /// The rate at which the distribution covers the fraction k up to x.
  static func rate(covering quantile: Double, upTo x: Double) -> Double
  /// A rate to start from: by default in the middle of those of 231 neurons.
  static func defaultInitialRate(quantile: Double) -> Double
  /// A bound on growth: by default the rate in the middle of those of 4,606 neurons.
  static func defaultMinimumRate(quantile: Double) -> Double
  /// Writes f(n; ν, D) and ∂f(n; ν, D)/∂ν for n from 0 to D − 1. O(D), without memory of its own. By default from F
  /// and ∂F/∂ν.
  static func fill(
    _ importances: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, width: Int,
    rate: Double)
}

extension ImportanceDistribution {
  public static func defaultInitialRate(quantile: Double) -> Double { rate(covering: quantile, upTo: 230.5) }
  public static func defaultMinimumRate(quantile: Double) -> Double {
    rate(covering: quantile, upTo: 4_605.5)
  }

  public static func fill(
    _ importances: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, width: Int,
    rate: Double
  ) {
    let (total, totalSlope) = (
      cumulative(Double(width), rate: rate), cumulativeSlope(Double(width), rate: rate)
    )
    var (below, belowSlope) = (0.0, 0.0)
    for n in 0..<width {
      let above = cumulative(Double(n + 1), rate: rate)
      let aboveSlope = cumulativeSlope(Double(n + 1), rate: rate)
      let value = (above - below) / total
      importances[n] = Float(value)
      slopes[n] = Float((aboveSlope - belowSlope - value * totalSlope) / total)
      (below, belowSlope) = (above, aboveSlope)
    }
  }
}

extension ImportanceFamily {
  /// No rate means more neurons than this, whatever the quantile.
  public static let largestWidth = 65_536

  /// D(ν): the smallest width whose neurons cover the fraction `quantile` of the distribution, between 1 and
  /// `largestWidth`.
  public func width(rate: Double, quantile: Double) -> Int {
    let position = distribution.position(covering: quantile, rate: rate)
    guard position < Double(Self.largestWidth) else { return Self.largestWidth }
    return max(1, Int(position.rounded(.up)))
  }

  /// The rate in the middle of those that mean `width` neurons, so that a small change of the rate keeps the width.
  public func rate(width: Int, quantile: Double) -> Double {
    precondition(width >= 1)
    return distribution.rate(covering: quantile, upTo: Double(width) - 0.5)
  }

  /// A rate to start from: of about 231 neurons at k = 0.9.
  public func defaultInitialRate(quantile: Double = 0.9) -> Double {
    distribution.defaultInitialRate(quantile: quantile)
  }

  /// A bound on growth: the rate of about 4,600 neurons at k = 0.9.
  public func defaultMinimumRate(quantile: Double = 0.9) -> Double {
    distribution.defaultMinimumRate(quantile: quantile)
  }
}
