/// A color as a theme names it; the terminal reduces it to what it can show.
public enum Color: Equatable, Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminal
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell is drawn.
public struct Style: Equatable, Hashable, Sendable {
  /// Of the character.
  public var foreground: Color
  /// Of the space around it.
  public var background: Color
  /// What is done to it besides colors.
  public var attributes: Attributes

  /// What every terminal can do to a character.
  public struct Attributes: OptionSet, Hashable, Sendable {
    /// One bit an attribute.
    public let rawValue: UInt8

    /// The attributes of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Heavier, or brighter.
    public static let bold = Attributes(rawValue: 1)
    /// Fainter.
    public static let dim = Attributes(rawValue: 2)
    /// With foreground and background exchanged.
    public static let reverse = Attributes(rawValue: 4)
    /// With a line underneath.
    public static let underline = Attributes(rawValue: 8)
  }

  /// What is left out is the terminal's own.
  public init(
    foreground: Color = .terminal, background: Color = .terminal, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The terminal's own colors and nothing else.
  public static let plain = Style()
}

/// One character position of the screen.
public struct Cell: Equatable, Hashable, Sendable {
  /// Printable and one column wide: `Frame` lets nothing else in.
  public var scalar: Unicode.Scalar
  /// How the character is drawn.
  public var style: Style

  /// A character in a style.
  public init(_ scalar: Unicode.Scalar, _ style: Style = .plain) {
    self.scalar = scalar
    self.style = style
  }

  /// A plain space.
  public static let blank = Cell(" ")
}
