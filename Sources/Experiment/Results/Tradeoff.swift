/// Held-out metrics and cost of the network that keeps only the first neurons of a layer.
public struct TradeoffPoint: Codable, Equatable, Sendable {
  /// Neurons kept in the layer the curve is of; of all adaptive layers together, if it is of all.
  public var width: Int
  /// Widths of all adaptive layers at this point.
  public var widths: [Int]
  /// After a cut by the curve's method.
  public var metrics: Metrics
  /// After a plain cut, if that is another one and was measured.
  public var plain: Metrics?
  /// Weights and biases of the whole network.
  public var parameters: Int
  /// Multiply-adds of one row's forward pass.
  public var multiplyAdds: Int

  public init(
    width: Int, widths: [Int], metrics: Metrics, plain: Metrics? = nil, parameters: Int, multiplyAdds: Int
  ) {
    self.width = width
    self.widths = widths
    self.metrics = metrics
    self.plain = plain
    self.parameters = parameters
    self.multiplyAdds = multiplyAdds
  }
}

/// The price of every cut of one layer, or of all by the same fraction, on held-out rows.
public struct TradeoffCurve: Codable, Equatable, Sendable {
  /// The step of the network it was measured on.
  public var step: Int
  /// Among the adaptive layers; `nil`: all of them, cut by the same fraction.
  public var layer: Int?
  /// In increasing width; the last is the network as it is.
  public var points: [TradeoffPoint]
  /// Whether every width was measured; otherwise the points are a sample.
  public var isExact: Bool
  /// How the points' networks are cut.
  public var method: CutMethod

  public init(
    step: Int, layer: Int?, points: [TradeoffPoint], isExact: Bool, method: CutMethod = .plain
  ) {
    self.step = step
    self.layer = layer
    self.points = points
    self.isExact = isExact
    self.method = method
  }

  /// The measured point nearest to a width; of two as near, the smaller network.
  public func point(at width: Int) -> TradeoffPoint? {
    points.min { abs($0.width - width) < abs($1.width - width) }
  }
}

/// What a layer's cuts cost if its neurons went in another order than that of their index, on the same rows and at
/// the same widths as its curve: how good an order the importances make.
public struct OrderComparison: Codable, Equatable, Sendable {
  public var layer: Int
  /// In increasing order.
  public var widths: [Int]
  /// Keeping the neurons of largest measured contribution.
  public var byContribution: [Metrics]
  /// Keeping the neurons of largest weights, in and out (L2).
  public var byMagnitude: [Metrics]
  /// Keeping the neurons without which the loss would change most, to first order; empty: not measured.
  public var byTaylor: [Metrics]
  /// Keeping neurons drawn at random.
  public var random: [MetricsBand]
  /// Keeping the neurons that together explain most, repaired; empty: not measured.
  public var best: [Metrics]
  /// Random orders that the bands are of.
  public var draws: Int

  public init(
    layer: Int, widths: [Int], byContribution: [Metrics], byMagnitude: [Metrics] = [],
    byTaylor: [Metrics] = [], random: [MetricsBand], best: [Metrics] = [], draws: Int
  ) {
    self.layer = layer
    (self.byMagnitude, self.byTaylor) = (byMagnitude, byTaylor)
    self.best = best
    self.widths = widths
    self.byContribution = byContribution
    self.random = random
    self.draws = draws
  }
}

/// Mean, least and greatest of each metric over several measurements.
public struct MetricsBand: Codable, Equatable, Sendable {
  public var mean: Metrics
  public var low: Metrics
  public var high: Metrics

  /// - Precondition: there is at least one measurement.
  public init(of measurements: [Metrics]) {
    precondition(!measurements.isEmpty, "a band of nothing")
    func reduced(_ value: ([Double]) -> Double) -> Metrics {
      func optional(_ path: KeyPath<Metrics, Double?>) -> Double? {
        let values = measurements.compactMap { $0[keyPath: path] }
        return values.count == measurements.count ? value(values) : nil
      }
      return Metrics(
        loss: value(measurements.map(\.loss)), accuracy: optional(\.accuracy), rmse: optional(\.rmse),
        r2: optional(\.r2))
    }
    mean = reduced { $0.reduce(0, +) / Double($0.count) }
    low = reduced { $0.min() ?? .nan }
    high = reduced { $0.max() ?? .nan }
  }
}
