/// What may stand in a cell, and how text is made to fit.
public enum Text {
  /// Stands for a character that is wide, or of unknown width, in the one column it gets.
  public static let substitute: Unicode.Scalar = "▯"

  /// Where `fit` takes characters away.
  public enum Truncation: Sendable {
    case middle
    case end
  }

  /// The one-column form of a scalar.
  ///
  /// Tabs and line breaks become a space. Control characters, bidirectional overrides and other invisible
  /// characters, and combining marks give `nil`: they take no column and are dropped. East-Asian wide
  /// characters, emoji, private-use and unassigned scalars become `substitute`.
  public static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x20...0x7E, 0x2500...0x25FC, 0x2800...0x28FF: return scalar
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: return " "
    case 0...0x9F: return nil
    default: break
    }
    let properties = scalar.properties
    if properties.isDefaultIgnorableCodePoint { return nil }
    switch properties.generalCategory {
    case .control, .format, .nonspacingMark, .spacingMark, .enclosingMark: return nil
    case .surrogate, .privateUse, .unassigned: return substitute
    case .spaceSeparator: return scalar.value == 0x3000 ? substitute : " "
    default: break
    }
    if (0x1160...0x11FF).contains(scalar.value) { return nil }
    return isWide(scalar) ? substitute : scalar
  }

  /// The columns a text takes when drawn.
  public static func columns(_ text: some StringProtocol, glyphs: GlyphSet = .braille) -> Int {
    var count = 0
    forEachScalar(of: text, glyphs: glyphs) { _ in count += 1 }
    return count
  }

  /// The text as it will be drawn, shortened to at most `width` columns with an ellipsis for what is missing.
  public static func fit(
    _ text: some StringProtocol, width: Int, truncation: Truncation = .end, glyphs: GlyphSet = .braille
  ) -> String {
    var scalars: [Unicode.Scalar] = []
    forEachScalar(of: text, glyphs: glyphs) { scalars.append($0) }
    guard scalars.count > width else { return string(scalars) }
    let ellipsis: [Unicode.Scalar] = glyphs == .ascii ? [".", "."] : ["…"]
    guard width > ellipsis.count else { return string(scalars.prefix(max(0, width))) }
    let kept = width - ellipsis.count
    let tail = truncation == .middle ? kept / 2 : 0
    return string(scalars.prefix(kept - tail) + ellipsis + scalars.suffix(tail))
  }

  /// Calls `body` with every scalar that gets a column, spelled in the alphabet.
  static func forEachScalar(
    of text: some StringProtocol, glyphs: GlyphSet, _ body: (Unicode.Scalar) -> Void
  ) {
    for scalar in text.unicodeScalars {
      guard let shown = printable(scalar) else { continue }
      if glyphs == .ascii && !shown.isASCII {
        for letter in spelling(of: shown).unicodeScalars { body(letter) }
      } else {
        body(shown)
      }
    }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// East-Asian wide and full-width scalars and emoji, by block.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF,
      0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1D300...0x1D37F,
      0x1F000...0x1FAFF, 0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }
}
