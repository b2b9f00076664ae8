/// How widths are learned.
public enum WidthMethod: String, Codable, CaseIterable, Sendable {
  /// A layer explores with room to spare; then measurements of what its neurons are worth set its width, at a price a
  /// neuron. Importances begin at 1.
  case settle
  /// The paper's: the gradient moves the rate of every layer. Importances sum up to 1.
  case paper

  /// The posterior of a rate that it has.
  public var posterior: PosteriorFamily { self == .settle ? .logNormal : .gaussian }
}

extension NetworkOptions {
  /// The method in force: a prior on the rate and a Gaussian posterior belong to the paper's.
  public func method(under ratePrior: NormalPrior?) -> WidthMethod {
    ratePrior == nil && posterior != .gaussian ? method : .paper
  }

  /// The scale of importances in force.
  public func importanceScale(under ratePrior: NormalPrior?) -> ImportanceScale {
    importanceScale ?? (method(under: ratePrior) == .settle ? .first : .sum)
  }
}

/// The family of distributions of the posterior q(λ) of a layer's rate.
public enum PosteriorFamily: String, Codable, CaseIterable, Sendable {
  /// ln λ is normal, with the spread that a measurement found.
  case logNormal = "lognormal"
  /// N(ν, 1), the paper's.
  case gaussian
}

/// What importances of a layer are in proportion to.
public enum ImportanceScale: String, Codable, CaseIterable, Sendable {
  /// f(0) = 1: the first neuron is as large as in a layer without importances.
  case first
  /// Σ f(n) = 1.
  case sum
}

/// On or off, where a word says it better than a flag.
public enum Switch: String, Codable, CaseIterable, Sendable {
  case on, off
}

/// The quantity whose e-fold increase costs τ nats.
public enum PriceUnit: String, Codable, CaseIterable, Sendable {
  /// Neurons of a layer.
  case neuron
  /// Multiply-adds of the whole network.
  case multiplyAdds = "multiply-adds"

  /// Reads `cost` as well, the older name of `multiply-adds`.
  public init?(rawValue: String) {
    switch rawValue {
    case "neuron": self = .neuron
    case "multiply-adds", "cost": self = .multiplyAdds
    default: return nil
    }
  }
}
