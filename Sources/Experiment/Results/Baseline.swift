/// Held-out quality of networks of one size that one method reached: what a cut to that size has to beat. Means over
/// seeds, with the standard deviation of several.
public struct Baseline: Codable, Equatable, Sendable {
  /// Fraction of every layer's neurons that is kept.
  public var keep: Double
  public var widths: [Int]
  public var means: Means
  /// `nil`: there is nothing to repair.
  public var repaired: Bool?
  public var accuracy: Double?
  /// In the target's own unit.
  public var rmse: Double?
  /// The standard deviation of the accuracy or the RMSE.
  public var deviation: Double?
  public var loss: Double?
  public var parameters: Double?
  /// Seeds; those that diverged are left out of the means.
  public var runs: Int
  public var diverged: Int
  public var seconds: Double?

  /// How a smaller network is obtained.
  public enum Means: String, Codable, CaseIterable, Sendable {
    /// The network itself.
    case whole
    /// The first neurons.
    case index
    /// The neurons of largest weights.
    case magnitude
    /// The neurons without which the loss would change most, to first order.
    case taylor
    /// Neurons drawn at random.
    case random
    /// The neurons that together explain most.
    case best
    /// An ordinary network of these widths, trained from its beginning.
    case scratch
    /// The best of five such networks of random widths, none larger.
    case search

    public var isTrained: Bool { self == .scratch || self == .search }
    public var dependsOnSeed: Bool { isTrained || self == .random }
  }

  public init(
    keep: Double, widths: [Int], means: Means, repaired: Bool?, metrics: [Metrics], parameters: [Int],
    seconds: [Double]
  ) {
    (self.keep, self.widths, self.means, self.repaired) = (keep, widths, means, repaired)
    let finite = metrics.filter { $0.loss.isFinite }
    (runs, diverged) = (metrics.count, metrics.count - finite.count)
    accuracy = finite.compactMap(\.accuracy).mean
    rmse = finite.compactMap(\.rmse).mean
    deviation = finite.compactMap { $0.accuracy ?? $0.rmse }.deviation
    loss = finite.map(\.loss).mean
    self.parameters = parameters.map(Double.init).mean
    self.seconds = seconds.mean
  }

  /// `nil`: every run diverged.
  public var metrics: Metrics? { loss.map { Metrics(loss: $0, accuracy: accuracy, rmse: rmse) } }
}

/// Baselines of one network, as `baselines` prints and keeps them.
public struct BaselineReport: Codable, Sendable {
  public var metric: String
  /// Held out.
  public var rows: Int
  public var whole: Baseline
  public var results: [Baseline]

  public init(whole: MeasuredCut, rows: Int, results: [Baseline]) {
    metric = whole.metrics.accuracy == nil ? "rmse" : "accuracy"
    self.rows = rows
    self.whole = Baseline(
      keep: 1, widths: whole.widths, means: .whole, repaired: nil, metrics: [whole.metrics],
      parameters: [whole.parameters], seconds: [0])
    self.results = results
  }
}
