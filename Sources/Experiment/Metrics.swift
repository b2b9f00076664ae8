/// What kind of value is predicted.
public enum Problem: String, Codable, Sendable {
  case classification
  case regression
}

/// The network's quality on a set of rows.
public struct Metrics: Codable, Equatable, Sendable {
  /// Mean negative log-likelihood a row: cross-entropy in nats, or half the squared error summed over
  /// outputs (in standardised units).
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

  /// Any number is less than none: metrics of an overflown network may not stay the best for good.
  private static func isLess(_ value: Double, _ other: Double) -> Bool {
    value < other || other.isNaN && !value.isNaN
  }
}

/// Held-out metrics and cost of the network that keeps only the first neurons of a layer.
public struct TradeoffPoint: Codable, Equatable, Sendable {
  /// Neurons kept in the layer the curve is of.
  public var width: Int
  /// Widths of all adaptive layers at this point.
  public var widths: [Int]
  public var metrics: Metrics
  /// Weights and biases of the whole network.
  public var parameters: Int
  /// Multiply-adds of one row's forward pass.
  public var multiplyAdds: Int

  public init(width: Int, widths: [Int], metrics: Metrics, parameters: Int, multiplyAdds: Int) {
    self.width = width
    self.widths = widths
    self.metrics = metrics
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
  }
}

/// The price of every cut of one layer, on held-out rows.
public struct TradeoffCurve: Codable, Equatable, Sendable {
  /// The step of the network it was measured on.
  public var step: Int
  public var layer: Int
  /// In increasing width; the last is the network as it is.
  public var points: [TradeoffPoint]
  /// Whether every width was measured; otherwise the points are a sample.
  public var isExact: Bool

  public init(step: Int, layer: Int, points: [TradeoffPoint], isExact: Bool) {
    self.step = step
    self.layer = layer
    self.points = points
    self.isExact = isExact
  }

  /// The measured point nearest to a width: never above it if there is one below.
  public func point(at width: Int) -> TradeoffPoint? {
    points.last { $0.width <= width } ?? points.first
  }
}
