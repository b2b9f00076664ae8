/// What a cut network must satisfy.
public enum CutBudget: Codable, Equatable, Sendable {
  case parameters(atMost: Int)
  /// Multiply-adds of one row's forward pass.
  case multiplyAdds(atMost: Int)
  case accuracy(atLeast: Double)
  /// In the target's own unit.
  case rmse(atMost: Double)
  /// Worse than the best that cuts reach by at most so many points of accuracy as a fraction, or by at most this
  /// fraction of the RMSE.
  case tolerance(Double)

  /// Metrics that are worse than these by at most a tolerance.
  public static func tolerance(_ tolerance: Double, of metrics: Metrics) -> CutBudget {
    if let accuracy = metrics.accuracy { return .accuracy(atLeast: accuracy - tolerance) }
    return .rmse(atMost: (metrics.rmse ?? .nan) * (1 + tolerance))
  }

  /// With the best metrics known, a tolerance is a bound like the others.
  public func resolved(best: Metrics) -> CutBudget {
    if case .tolerance(let tolerance) = self { return .tolerance(tolerance, of: best) }
    return self
  }

  /// Whether a network satisfies the budget, within a rounding tolerance of 1e-12: 0.97 − 0.02 is not 0.95 in binary.
  ///
  /// - Precondition: it is resolved.
  public func admits(_ metrics: Metrics, parameters: Int = 0, multiplyAdds: Int = 0) -> Bool {
    switch self {
    case .parameters(let most): parameters <= most
    case .multiplyAdds(let most): multiplyAdds <= most
    case .accuracy(let least): (metrics.accuracy ?? .nan) >= least - 1e-12
    case .rmse(let most): (metrics.rmse ?? .nan) <= most * (1 + 1e-12)
    case .tolerance: preconditionFailure("a tolerance is resolved first")
    }
  }

  public func admits(_ cut: MeasuredCut) -> Bool {
    admits(cut.metrics, parameters: cut.parameters, multiplyAdds: cut.multiplyAdds)
  }

  /// Whether it bounds the size of the network, and not its quality.
  public var boundsSize: Bool {
    switch self {
    case .parameters, .multiplyAdds: true
    case .accuracy, .rmse, .tolerance: false
    }
  }
}

/// Widths of all adaptive layers, and what the network that keeps so many first neurons is worth.
public struct MeasuredCut: Codable, Equatable, Sendable {
  public var widths: [Int]
  public var metrics: Metrics
  /// Weights and biases of the whole network.
  public var parameters: Int
  /// Multiply-adds of one row's forward pass.
  public var multiplyAdds: Int
  /// `nil`: not measured.
  public var times: InferenceTimes?

  public init(widths: [Int], metrics: Metrics, parameters: Int, multiplyAdds: Int) {
    self.widths = widths
    self.metrics = metrics
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
  }
}

/// No cut satisfies a budget.
public struct ImpossibleBudget: Error, Equatable, Sendable {
  /// The smallest network, or the best that was measured.
  public var closest: MeasuredCut

  public init(closest: MeasuredCut) { self.closest = closest }
}

/// The price list: cuts of a network that no smaller one equals.
public struct CutFrontier: Codable, Equatable, Sendable {
  /// The step of the network it was measured on.
  public var step: Int
  /// The network as it is.
  public var whole: MeasuredCut
  /// From the smallest on, each better than all before it.
  public private(set) var cuts: [MeasuredCut]

  /// - Parameter measured: any cuts of the network; those that a smaller one equals are left out.
  public init(step: Int, whole: MeasuredCut, measured: [MeasuredCut]) {
    self.step = step
    self.whole = whole
    let sorted = (measured + [whole]).sorted {
      ($0.parameters, $0.metrics.loss) < ($1.parameters, $1.metrics.loss)
    }
    cuts = []
    for cut in sorted where cuts.last.map({ cut.metrics.hasBetterMetric(than: $0.metrics) }) ?? true {
      // Of the same size the better one.
      if cuts.last?.parameters == cut.parameters { cuts.removeLast() }
      cuts.append(cut)
    }
  }

  /// - Parameter times: of each cut.
  public mutating func setTimes(_ times: [InferenceTimes?]) {
    for (index, time) in zip(cuts.indices, times) { cuts[index].times = time }
  }

  /// The smallest network there is among them.
  public var smallest: MeasuredCut { cuts[0] }

  /// The best that cuts of the network reach.
  public var best: MeasuredCut { cuts[cuts.count - 1] }

  /// What to cut to: the best network that is small enough, or the smallest one that is good enough.
  public func choice(for budget: CutBudget) throws(ImpossibleBudget) -> MeasuredCut {
    let budget = budget.resolved(best: best.metrics)
    if budget.boundsSize {
      guard let choice = cuts.last(where: budget.admits) else { throw ImpossibleBudget(closest: smallest) }
      return choice
    }
    guard let choice = cuts.first(where: budget.admits) else { throw ImpossibleBudget(closest: best) }
    return choice
  }
}
