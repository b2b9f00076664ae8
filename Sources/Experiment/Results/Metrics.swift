/// What kind of value is predicted.
public enum Problem: String, Codable, Sendable {
  case classification
  case regression
}

/// The network's quality on a set of rows.
public struct Metrics: Codable, Equatable, Sendable {
  /// Mean negative log-likelihood a row: cross-entropy in nats, or half the squared error summed over
  /// outputs (in standardized units).
  public var loss: Double
  /// Share of rows whose largest logit is their class; classification only.
  public var accuracy: Double?
  /// Root of the mean squared error, in the target's own unit; regression only.
  public var rmse: Double?
  /// 1 − squared error / variance of the target; regression only.
  public var r2: Double?

  public init(loss: Double, accuracy: Double? = nil, rmse: Double? = nil, r2: Double? = nil) {
    self.loss = loss
    self.accuracy = accuracy
    self.rmse = rmse
    self.r2 = r2
  }

  /// Whether these are the better ones: by accuracy, else by RMSE, then by loss.
  public func isBetter(than other: Metrics) -> Bool {
    if let accuracy, let theirs = other.accuracy, accuracy != theirs { return accuracy > theirs }
    if let rmse, let theirs = other.rmse, rmse != theirs { return Self.isLess(rmse, theirs) }
    return Self.isLess(loss, other.loss)
  }

  /// Whether accuracy, or RMSE, or else the loss, is better: the number a user looks at, alone.
  public func hasBetterMetric(than other: Metrics) -> Bool {
    if let accuracy, let theirs = other.accuracy { return accuracy > theirs }
    if let rmse, let theirs = other.rmse { return Self.isLess(rmse, theirs) }
    return Self.isLess(loss, other.loss)
  }

  /// Any number is less than none: metrics of an overflown network may not stay the best for good.
  private static func isLess(_ value: Double, _ other: Double) -> Bool {
    value < other || other.isNaN && !value.isNaN
  }
}
