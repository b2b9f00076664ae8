import Glibc

/// How many neurons a layer needs at a price, as a measurement found.
public struct WidthNeed: Codable, Equatable, Sendable {
  /// Neurons: where loss + price · ln K is least.
  public var width: Int
  /// Mean and standard deviation of ln K over widths that other rows would give, or that are about as good: q(ln K) is the
  /// normal distribution of these.
  public var logMean: Double
  public var logDeviation: Double
  /// Nats of loss that the neurons beyond `width` were worth together.
  public var worth: Double
  /// The layer's width was rounded up to a multiple of this; `nil`: it was not rounded.
  public var roundedTo: Int?

  public init(width: Int, logMean: Double, logDeviation: Double, worth: Double) {
    self.width = width
    self.logMean = logMean
    self.logDeviation = logDeviation
    self.worth = worth
  }

  private enum CodingKeys: String, CodingKey {
    case width, worth
    case logMean = "log_mean"
    case logDeviation = "log_deviation"
    case roundedTo = "rounded_to"
  }

  /// Whether a layer has the width that was measured, and not one that it was cut to since.
  public func hasSet(_ width: Int) -> Bool {
    roundedTo != nil || width == max(2, self.width) || width == self.width
  }

  /// 90 % of a normal distribution lie within so many standard deviations of its mean.
  package static let quantile = 1.645

  /// The widths between which 90 % of q lie: e^(m ± 1.645 σ), the upper one rounded up as the layer's width was.
  public var interval: ClosedRange<Int> {
    let multiple = min(max(1, roundedTo ?? 1), ImportanceFamily.largestWidth)
    let spread = Self.quantile * logDeviation
    let low = max(1, Int(exp(logMean - spread).rounded(.down)))
    let high = max(low, Int(exp(logMean + spread).rounded(.up)))
    return low...(high + multiple - 1) / multiple * multiple
  }
}
