/// The alphabet a picture is drawn in. Whatever this module draws has a form in each.
public enum GlyphSet: String, CaseIterable, Codable, Sendable {
  /// 2 × 4 dots a cell, eighth and half blocks, rounded borders.
  case braille
  /// Half, quarter and eighth blocks, for fonts without braille.
  case block
  /// ASCII alone.
  case ascii

  /// Columns and rows of dots in one cell of a `DotCanvas`.
  public var dotsPerCell: (x: Int, y: Int) {
    switch self {
    case .braille: (2, 4)
    case .block: (2, 2)
    case .ascii: (1, 2)
    }
  }

  /// The characters of borders and rules.
  public var lines: LineGlyphs { self == .ascii ? .ascii : .rounded }

  /// From empty to full, in equal steps.
  var verticalLadder: [Unicode.Scalar] {
    self == .ascii ? Self.asciiRamp : Self.verticalEighths
  }

  /// From empty to full, in equal steps, growing from the left.
  var horizontalLadder: [Unicode.Scalar] {
    self == .ascii ? [" ", "#"] : Self.horizontalEighths
  }

  static let asciiRamp: [Unicode.Scalar] = [" ", ".", ":", "-", "=", "+", "*", "#", "%", "@"]
  static let shades: [Unicode.Scalar] = [" ", "░", "▒", "▓", "█"]
  private static let verticalEighths: [Unicode.Scalar] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
  private static let horizontalEighths: [Unicode.Scalar] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
}

/// The characters of borders, rules and markers.
public struct LineGlyphs: Sendable {
  /// The line of borders and rules.
  public var horizontal: Unicode.Scalar
  /// The line of borders.
  public var vertical: Unicode.Scalar
  /// A corner.
  public var topLeft: Unicode.Scalar
  /// A corner.
  public var topRight: Unicode.Scalar
  /// A corner.
  public var bottomLeft: Unicode.Scalar
  /// A corner.
  public var bottomRight: Unicode.Scalar
  /// Either side of a focused pane's title.
  public var titleLeft: Unicode.Scalar
  /// Right of a focused pane's title.
  public var titleRight: Unicode.Scalar
  /// The line of references.
  public var dashedHorizontal: Unicode.Scalar
  /// The line of markers and cuts.
  public var dashedVertical: Unicode.Scalar
  /// Points at what is above it.
  public var pointer: Unicode.Scalar

  static let rounded = LineGlyphs(
    horizontal: "─", vertical: "│", topLeft: "╭", topRight: "╮", bottomLeft: "╰", bottomRight: "╯",
    titleLeft: "┤", titleRight: "├", dashedHorizontal: "┄", dashedVertical: "┊", pointer: "▲")
  static let ascii = LineGlyphs(
    horizontal: "-", vertical: "|", topLeft: "+", topRight: "+", bottomLeft: "+", bottomRight: "+",
    titleLeft: "[", titleRight: "]", dashedHorizontal: "-", dashedVertical: "|", pointer: "^")
}
