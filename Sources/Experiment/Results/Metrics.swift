/// What kind of value is predicted.
public enum Problem: String, Codable, CaseIterable, Sendable {
  case classification
  case regression
}

/// The network's quality on a set of rows.
public struct Metrics: Codable, Equatable, Sendable {
  /// Mean negative log-likelihood a row: cross-entropy in nats, or half the squared error summed over
  /// outputs (in standardized units).
  public var loss: Double
  /// Fraction of rows whose largest logit is their class; classification only.
  public var accuracy: Double?
  /// Root of the mean squared error, in the target's own unit; regression only.
  public var rmse: Double?
  /// 1 − squared error / variance of the target; regression only.
  public var r2: Double?
  // Measured only where a run goes by them.
  /// The mean of the classes' recalls.
  public var balancedAccuracy: Double?
  /// The mean of the classes' F1.
  public var macroF1: Double?
  /// The area under the ROC curve, of several classes the mean of each against all others.
  public var auc: Double?
  /// Mean absolute error, in the target's own unit.
  public var mae: Double?

  public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil, r2: Double? = nil) {
    self.loss = loss
    self.accuracy = accuracy
    self.rmse = rmse
    self.r2 = r2
  }
}

extension Metrics {
  /// One standard error of the accuracy as the fraction of the whole population, √(a (1 − a) / rows); `nil` without
  /// one.
  public func accuracyError(rows: Int) -> Double? {
    accuracy.map { (max(0, $0 * (1 - $0)) / Double(max(1, rows))).squareRoot() }
  }
}
