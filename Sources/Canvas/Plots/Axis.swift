import Glibc

/// How values become heights.
public enum AxisScale: Sendable {
  case linear
  /// Values that are not positive are drawn at the bottom edge.
  case logarithmic
}

/// What part of an axis is shown.
public enum AxisRange: Equatable, Sendable {
  /// What the data span, with a little room.
  case automatic
  /// As automatic, with this value always in it.
  case including(Double)
  /// Exactly this; what lies beyond is drawn at the edge. Empty or not finite: as automatic.
  case fixed(Double, Double)
}

/// How an axis writes its values.
public struct AxisFormat: Equatable, Sendable {
  /// The number shown is the value times this.
  public var factor: Double
  /// Follows the number, with its blank, such as `" s"`.
  public var suffix: String
  /// Whether values between whole numbers mean nothing, as of neurons.
  public var isWhole = false

  /// Values times `factor`, followed by `suffix`.
  public init(factor: Double = 1, suffix: String = "") {
    self.factor = factor
    self.suffix = suffix
  }

  /// The values as they are.
  public static let number = AxisFormat()
  /// Numbers of things, with ticks at whole numbers alone.
  public static let count = {
    var format = AxisFormat()
    format.isWhole = true
    return format
  }()
  /// Fractions as percentages.
  public static let percent = AxisFormat(factor: 100, suffix: " %")
}

/// A scaled interval with its ticks: pure arithmetic, shared by every plot.
package struct Axis {
  package struct Tick: Equatable {
    package var value: Double
    package var label: String
  }

  package let low: Double
  package let high: Double
  package let scale: AxisScale

  /// Values further out would overflow differences, and logarithms of their inverse would lose precision.
  static let limit = 1e250

  /// An interval around data from `minimum` to `maximum` (those of the positive values, on a logarithmic
  /// scale); `nil` if there are none.
  package init(range: AxisRange, minimum: Double?, maximum: Double?, scale: AxisScale, padding: Double = 0.05)
  {
    self.scale = scale
    let isUsable = { (value: Double) in value.isFinite && (scale == .linear || value > 0) }
    let clamped = { (value: Double) in
      let least = scale == .linear ? -Self.limit : 1 / Self.limit
      return min(max(value, least), Self.limit)
    }
    if case .fixed(let low, let high) = range, isUsable(low), isUsable(high) {
      let ends = (low: clamped(low), high: clamped(high))
      // Too short to tell its ends apart is as good as empty.
      if ends.high - ends.low > max(1 / Self.limit, abs(ends.high) * 1e-12) {
        (self.low, self.high) = ends
        return
      }
    }
    var ends = [minimum, maximum].compactMap { $0 }.filter(isUsable)
    if case .including(let value) = range, isUsable(value) { ends.append(value) }
    let low = clamped(ends.min() ?? (scale == .linear ? 0 : 0.1))
    let high = clamped(ends.max() ?? 1)
    (self.low, self.high) = Self.padded(low, high, scale: scale, padding: padding)
  }

  private static func padded(
    _ low: Double, _ high: Double, scale: AxisScale, padding: Double
  ) -> (Double, Double) {
    if scale == .logarithmic {
      if high / low < 1 + 1e-9 { return (low / 3, high * 3) }
      let room = pow(10, padding * (log10(high) - log10(low)))
      return (low / room, high * room)
    }
    let magnitude = max(abs(low), abs(high))
    if high - low <= max(magnitude * 1e-9, 1 / limit) {
      let room = magnitude > 1 / limit ? magnitude / 2 : 1
      return (low - room, high + room)
    }
    let room = (high - low) * padding
    // Data that never go below zero shall not suggest that they could.
    return (low >= 0 ? max(0, low - room) : low - room, high <= 0 ? min(0, high + room) : high + room)
  }

  /// Where a value lies between low (0) and high (1), clipped to the edges; `nil` for not-a-number.
  package func position(_ value: Double) -> Double? {
    guard !value.isNaN else { return nil }
    let part: Double
    switch scale {
    case .linear: part = (value - low) / (high - low)
    case .logarithmic: part = value > 0 ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : 0
    }
    return part.isNaN ? nil : min(1, max(0, part))
  }

  /// At most about `count` round values in the interval, in rising order.
  package func ticks(count: Int, format: AxisFormat) -> [Tick] {
    guard count > 0 else { return [] }
    if scale == .logarithmic, let ticks = decadeTicks(count: count, format: format) { return ticks }
    return roundTicks(count: count, format: format)
  }

  /// Steps of 1, 2 or 5 times a power of ten. All labels share prefix and decimals.
  private func roundTicks(count: Int, format: AxisFormat) -> [Tick] {
    let (low, high) = (low * format.factor, high * format.factor)
    let rough = (high - low) / Double(count)
    guard rough > 0, rough.isFinite, rough > 1e-300 else { return [] }
    let decade = NumberLabel.power(NumberLabel.decimalExponent(rough))
    let round = decade * ([1, 2, 5].first { $0 * decade >= rough * 0.999 } ?? 10)
    let step = format.isWhole ? max(1, round) : round
    let stepExponent = NumberLabel.decimalExponent(step * 1.001)
    let largest = NumberLabel.decimalExponent(max(abs(low), abs(high)))
    let prefix = NumberLabel.Prefix(exponent: min(largest, 14))
    let isPlain = stepExponent >= -4 && largest < 15
    var ticks: [Tick] = []
    let first = (low / step - 1e-9).rounded(.up)
    for index in 0...count {
      let value = (first + Double(index)) * step
      guard value <= high + step * 1e-9 else { break }
      let label =
        if !isPlain { NumberLabel.short(value) } else if value == 0 { "0" } else {
          NumberLabel.fixed(value / prefix.factor, decimals: max(0, prefix.exponent - stepExponent))
            + prefix.symbol
        }
      ticks.append(Tick(value: value / format.factor, label: label + format.suffix))
    }
    return ticks
  }

  /// Powers of ten with the most of 1, 2, 5 times them that there is room for; `nil` if fewer than two
  /// would be shown.
  private func decadeTicks(count: Int, format: AxisFormat) -> [Tick]? {
    let decades = NumberLabel.decimalExponent(low)...NumberLabel.decimalExponent(high)
    let choices: [[Double]] = [[1, 2, 5], [1, 3], [1]]
    for factors in choices {
      var values: [Double] = []
      for exponent in decades {
        for factor in factors {
          let value = factor * NumberLabel.power(exponent)
          if value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) { values.append(value) }
        }
      }
      guard values.count <= count || factors.count == 1 else { continue }
      let step = max(1, (values.count + count - 1) / count)
      let shown = stride(from: 0, to: values.count, by: step).map { values[$0] }
      guard shown.count >= 2 else { return nil }
      return shown.map { Tick(value: $0, label: NumberLabel.short($0 * format.factor) + format.suffix) }
    }
    return nil
  }
}
