/// A colour as a theme names it; the terminal reduces it to what it can show.
public enum Color: Equatable, Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminal
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell is drawn.
public struct Style: Equatable, Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public struct Attributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let bold = Attributes(rawValue: 1)
    public static let dim = Attributes(rawValue: 2)
    public static let reverse = Attributes(rawValue: 4)
    public static let underline = Attributes(rawValue: 8)
  }

  public init(
    foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  public static let plain = Style()
}

/// One character position of the screen.
public struct Cell: Equatable, Hashable, Sendable {
  /// Printable and one column wide: `Frame` lets nothing else in.
  public var scalar: Unicode.Scalar
  public var style: Style

  public init(_ scalar: Unicode.Scalar, _ style: Style = .plain) {
    self.scalar = scalar
    self.style = style
  }

  public static let blank = Cell(" ")
}
