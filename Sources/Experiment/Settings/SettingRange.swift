import PlainText

/// The values that a setting can take.
public enum SettingRange: Equatable, Sendable, CustomStringConvertible {
  case any
  /// (0, ∞)
  case positive
  /// (0, most]
  case positiveUpTo(Int)
  /// [0, ∞)
  case notNegative
  /// [0, 1)
  case fraction
  /// (0, 1)
  case openFraction
  case atLeast(Int)
  case atMost(Int)
  case between(Int, Int)
  /// A text that is not empty.
  case path

  /// After "must".
  public var description: String {
    switch self {
    case .any: "be of its form"
    case .positive: "be positive"
    case .positiveUpTo(let most): "be positive, and at most \(most)"
    case .notNegative: "not be negative"
    case .fraction: "be at least 0 and below 1"
    case .openFraction: "lie between 0 and 1"
    case .atLeast(let least): "be at least \(grouped(least))"
    case .atMost(let most): "be at most \(most)"
    case .between(let least, let most):
      "be between \(grouped(least)) and \(grouped(most))"
    case .path: "be the path of a file or folder"
    }
  }

  func contains(_ text: String) -> Bool { self != .path || !text.isEmpty }

  func contains(_ value: some BinaryInteger) -> Bool {
    switch self {
    case .any: true
    case .positive: value > 0
    case .positiveUpTo(let most): value > 0 && value <= most
    case .notNegative: value >= 0
    case .fraction: value == 0
    case .openFraction: false
    case .atLeast(let least): value >= least
    case .atMost(let most): value <= most
    case .between(let least, let most): value >= least && value <= most
    case .path: false
    }
  }

  /// No infinity and no NaN is within any range.
  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    return switch self {
    case .any: true
    case .positive: value > 0
    case .positiveUpTo(let most): value > 0 && value <= Double(most)
    case .notNegative: value >= 0
    case .fraction: value >= 0 && value < 1
    case .openFraction: value > 0 && value < 1
    case .atLeast(let least): value >= Double(least)
    case .atMost(let most): value <= Double(most)
    case .between(let least, let most): value >= Double(least) && value <= Double(most)
    case .path: false
    }
  }
}
