import Glibc

/// The variational posterior q(λ) of a layer's rate.
public enum Posterior: Codable, Equatable, Sendable {
  /// N(ν, σ²) with a mean that is learned and a standard deviation that is fixed.
  case normal(mean: Double, deviation: Double)
  /// ln λ ~ N(m, σ²), both found by measuring what neurons are worth.
  case logNormal(logMean: Double, logDeviation: Double)

  /// Its formula: "N(ν, 1)".
  public var name: String {
    switch self {
    case .normal(_, let deviation): "N(ν, \(Self.text(deviation)))"
    case .logNormal: "log-normal"
    }
  }

  /// What determines how wide it is: "σ = 1, fixed".
  public var spread: String {
    switch self {
    case .normal(_, let deviation): "σ = \(Self.text(deviation)), fixed"
    case .logNormal(_, let deviation): "σ of ln λ = \(Self.text((deviation * 100).rounded() / 100)), measured"
    }
  }

  public var mean: Double {
    switch self {
    case .normal(let mean, _): mean
    case .logNormal(let mean, let deviation): exp(mean + deviation * deviation / 2)
    }
  }

  /// log q(λ); −∞ where the density is zero.
  public func logDensity(at rate: Double) -> Double {
    switch self {
    case .normal(let mean, let deviation):
      let distance = (rate - mean) / deviation
      return -distance * distance / 2 - log(deviation) - log(2 * .pi) / 2
    case .logNormal(let mean, let deviation):
      guard rate > 0 else { return -.infinity }
      let distance = (log(rate) - mean) / deviation
      return -distance * distance / 2 - log(deviation) - log(2 * .pi) / 2 - log(rate)
    }
  }

  /// q(λ)
  public func density(at rate: Double) -> Double { exp(logDensity(at: rate)) }

  /// The interval that holds a probability, with as much left out below it as above, 0 < `probability` < 1.
  public func interval(_ probability: Double) -> (low: Double, high: Double) {
    switch self {
    case .normal(let mean, let deviation):
      let reach = deviation * Self.standardNormalQuantile(0.5 + probability / 2)
      return (mean - reach, mean + reach)
    case .logNormal(let mean, let deviation):
      let reach = deviation * Self.standardNormalQuantile(0.5 + probability / 2)
      return (exp(mean - reach), exp(mean + reach))
    }
  }

  /// Φ⁻¹ by bisection of Φ(x) = ½ erfc(−x/√2), to the precision of `Double`.
  private static func standardNormalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-40.0, 40.0)
    while case let middle = low + (high - low) / 2, middle > low, middle < high {
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
    }
    return low
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int(value)) : String(value)
  }
}

extension Posterior {
  /// That of the rate which a need means: ln D ~ N(m, σ²), so that the median rate is the one of e^m neurons.
  public init(_ need: WidthNeed, family: ImportanceFamily, quantile: Double) {
    let median = family.distribution.rate(covering: quantile, upTo: max(0.5, exp(need.logMean) - 0.5))
    // A width is a whole number: no posterior is narrower than one of a neuron.
    let least = 0.3 / max(1, exp(need.logMean))
    self = .logNormal(logMean: log(median), logDeviation: max(need.logDeviation, least))
  }
}
