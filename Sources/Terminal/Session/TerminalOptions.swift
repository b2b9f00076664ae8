import Canvas

/// How a session uses the terminal.
public struct TerminalOptions: Equatable, Sendable {
  /// How many colors to use.
  public var color: ColorChoice

  /// Whether the mouse is reported from the start, where the terminal can.
  public var usesMouse: Bool

  /// By default: the colors that the terminal can show, and no mouse.
  public init(color: ColorChoice = .auto, usesMouse: Bool = false) {
    self.color = color
    self.usesMouse = usesMouse
  }
}

/// `--color`
public enum ColorChoice: String, CaseIterable, Sendable {
  /// What terminal and environment ask for.
  case auto
  case trueColor = "truecolor"
  case ansi256 = "256"
  case ansi16 = "16"
  case never
}

extension ColorLevel {
  /// The colors to use: an explicit choice, else none under a non-empty `NO_COLOR`, else what `COLORTERM` or
  /// the number of colors in terminfo (−1: none stated) promise.
  package init(choice: ColorChoice, environment: [String: String], terminfoColors: Int) {
    self =
      switch choice {
      case .trueColor: .trueColor
      case .ansi256: .ansi256
      case .ansi16: .ansi16
      case .never: .none
      case .auto: Self.promised(by: environment, terminfoColors: terminfoColors)
      }
  }

  private static func promised(by environment: [String: String], terminfoColors: Int) -> ColorLevel {
    if environment["NO_COLOR"]?.isEmpty == false { return .none }
    if ["truecolor", "24bit"].contains(environment["COLORTERM"]) { return .trueColor }
    // A "-direct" entry.
    if terminfoColors > 256 { return .trueColor }
    if terminfoColors == 256 { return .ansi256 }
    return terminfoColors >= 8 ? .ansi16 : .none
  }
}
