/// How long the uncut network teaches the cut one.
public enum TeacherDuration: Equatable, Sendable {
  /// Until the held-out metric is as good as before the cut, but for a fifth of the run's epochs at the most.
  case untilCaughtUp
  case epochs(Int)

  private static let caughtUp = "caught-up"

  init?(_ text: String) {
    if text == Self.caughtUp {
      self = .untilCaughtUp
    } else if let epochs = Int(text) {
      self = .epochs(epochs)
    } else {
      return nil
    }
  }

  private var text: String {
    switch self {
    case .untilCaughtUp: Self.caughtUp
    case .epochs(let epochs): "\(epochs)"
    }
  }
}

extension TeacherDuration: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let duration = Self(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be \(Self.form)")
    }
    self = duration
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// On the command line `caught-up` or a number; in files the number is one.
extension TeacherDuration: SettingValue {
  public static var form: String { "\"\(caughtUp)\" or a number of epochs" }
  public static func reading(_ argument: String) -> Self? { Self(argument) }

  public init?(_ literal: SettingLiteral) {
    switch literal {
    case .text(let text): self.init(text)
    case .whole(let epochs): self = .epochs(epochs)
    default: return nil
    }
  }

  public var literal: SettingLiteral {
    if case .epochs(let epochs) = self { .whole(epochs) } else { .text(text) }
  }

  public func isWithin(_ range: SettingRange) -> Bool {
    if case .epochs(let epochs) = self { 1...1_000_000 ~= epochs } else { true }
  }

  public func refusal(by range: SettingRange) -> String { "takes \(Self.caughtUp) or at least 1 epoch" }
}
