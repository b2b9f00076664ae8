import Canvas
import Experiment
import PlainText

/// Numbers as sentences say them; axes have `NumberLabel`.
package enum NumberText {
  /// "26,412"
  package static func grouped(_ value: Int) -> String { PlainText.grouped(value) }

  /// Three significant digits: "0.0342", "12.3". Not a number is named.
  package static func significant(_ value: Double) -> String {
    value.isNaN ? "not a number" : NumberLabel.short(value)
  }

  /// As many digits as a measured time has: "0.0034", "1.7", "240".
  package static func twoDigits(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "?" }
    var (scale, decimals) = (1.0, 0)
    while value > 0, value * scale < 9.95, decimals < 7 { (scale, decimals) = (scale * 10, decimals + 1) }
    var unit = 1.0
    while value / unit >= 99.5, unit < 1e15 { unit *= 10 }
    return NumberLabel.fixed((value / unit * scale).rounded() / scale * unit, decimals: decimals)
  }

  /// "99.8 %"
  package static func percent(_ fraction: Double) -> String {
    NumberLabel.fixed(fraction * 100, decimals: 1) + " %"
  }

  /// A number of a measure, without its name.
  static func value(_ value: Double, of measure: Metrics.Measure) -> String {
    switch measure.format {
    case .percent: percent(value)
    case .number: significant(value)
    case .coefficient: NumberLabel.fixed(value, decimals: 3)
    }
  }

  /// The change of a measure's number: of a percentage in points, of any other number in per cent of it.
  static func change(from old: Double, to new: Double, of measure: Metrics.Measure) -> String {
    switch measure.format {
    case .percent: signed(new * 100, 1, minus: old * 100)
    case .number: change(from: old, to: new)
    case .coefficient: signed(new, 3, minus: old)
    }
  }

  /// "12 s", "3:20 min", "2 h 10 min"
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds).rounded())
    let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
    if whole < 100 { return whole == 0 ? "<1 s" : "\(whole) s" }
    if minutes < 60 { return "\(minutes):\(rest < 10 ? "0" : "")\(rest) min" }
    let (hours, left) = minutes.quotientAndRemainder(dividingBy: 60)
    return hours < 48 ? "\(hours) h \(left) min" : "\(grouped(hours / 24)) days"
  }

  /// How long ago something was, without what nobody asks of it: "12 s", "42 min", "5 h", "3 days".
  static func age(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 100 else { return duration(seconds) }
    let minutes = seconds / 60
    if minutes < 100 { return "\(Int(minutes)) min" }
    return minutes < 48 * 60 ? "\(Int((minutes / 60).rounded())) h" : duration(seconds)
  }

  /// A standard error, with as many digits as say something: "1.3", "0.04".
  static func uncertainty(_ error: Double) -> String {
    guard error.isFinite else { return "?" }
    return NumberLabel.fixed(error, decimals: error >= 0.095 || error == 0 ? 1 : 2)
  }

  /// "−30 %"; the change from one value to another, in whole per cent.
  package static func change(from old: Double, to new: Double) -> String {
    signed((new - old) / old.magnitude * 100, 0) + " %"
  }

  /// With "+", "−" or "±" before it.
  package static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = NumberLabel.fixed(value, decimals: decimals)
    if text.hasPrefix("−") || value.isNaN { return text }
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return (isZero ? "±" : "+") + text
  }

  /// The difference of two numbers as their rounded texts show it, so that "99.8 → 99.7" is never "(±0.0)".
  package static func signed(_ new: Double, _ decimals: Int, minus old: Double) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    return signed(((new * scale).rounded() - (old * scale).rounded()) / scale, decimals)
  }
}
