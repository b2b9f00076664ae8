/// A color as a theme names it; the terminal reduces it to what it can show.
public enum Color: Equatable, Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminal
  case rgb(red: UInt8, green: UInt8, blue: UInt8)
}

/// How a cell is drawn.
public struct Style: Equatable, Hashable, Sendable {
  /// The color of the character.
  public var foreground: Color
  /// The color of the space around it.
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
  /// Printable: `Frame` lets nothing else in. Of a wide character's second column, NUL.
  public var scalar: Unicode.Scalar
  /// Over the character.
  public var marks: Marks
  /// How the character is drawn.
  public var style: Style

  /// A character in a style.
  public init(_ scalar: Unicode.Scalar, _ style: Style = .plain, marks: Marks = Marks()) {
    self.scalar = scalar
    self.style = style
    self.marks = marks
  }

  /// A plain space.
  public static let blank = Cell(" ")

  /// Whether it is the second column of the wide character before it.
  public var isContinuation: Bool { scalar.value == 0 }

  /// What a terminal is sent for it; nothing for the second column of a wide character.
  public var text: String {
    if isContinuation { return "" }
    var view = String.UnicodeScalarView([scalar])
    view.append(contentsOf: marks.scalars)
    return String(view)
  }

  static func continuation(_ style: Style) -> Cell { Cell("\0", style) }
}

/// Combining marks over one character, at most two: further ones are left out.
public struct Marks: Equatable, Hashable, Sendable {
  /// 0: none.
  private var first: UInt32 = 0
  private var second: UInt32 = 0

  /// None.
  public init() {}

  /// One more, if there is room.
  public mutating func add(_ mark: Unicode.Scalar) {
    if first == 0 { first = mark.value } else if second == 0 { second = mark.value }
  }

  /// In their order.
  public var scalars: [Unicode.Scalar] { [first, second].filter { $0 != 0 }.compactMap(Unicode.Scalar.init) }
}
