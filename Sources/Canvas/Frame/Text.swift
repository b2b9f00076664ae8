/// What may stand in a cell, and how text is made to fit.
public enum Text {
  /// Stands for a character of unknown width, in the one column it gets.
  public static let substitute: Unicode.Scalar = "▯"

  /// Where `fit` takes characters away.
  public enum Truncation: Sendable {
    case middle
    case end
  }

  /// The columns a text takes when drawn.
  public static func columns(_ text: some StringProtocol, glyphs: GlyphSet = .braille) -> Int {
    var count = 0
    forEachGlyph(of: text, glyphs: glyphs) {
      count += $0.columns
      return true
    }
    return count
  }

  /// The text as it will be drawn, shortened to at most `width` columns with an ellipsis for what is missing.
  public static func fit(
    _ text: some StringProtocol, width: Int, truncation: Truncation = .end, glyphs: GlyphSet = .braille
  ) -> String {
    var all: [Glyph] = []
    forEachGlyph(of: text, glyphs: glyphs) {
      all.append($0)
      return true
    }
    guard all.reduce(0, { $0 + $1.columns }) > width else { return string(all) }
    let ellipsis = glyphs == .ascii ? ".." : "…"
    guard width > ellipsis.count else { return string(leading(all, width)) }
    let kept = width - ellipsis.count
    let tail = truncation == .middle ? kept / 2 : 0
    return string(leading(all, kept - tail)) + ellipsis + string(leading(all.reversed(), tail).reversed())
  }

  /// The first glyphs that together fit into so many columns.
  private static func leading(_ all: [Glyph], _ width: Int) -> ArraySlice<Glyph> {
    var columns = 0
    return all.prefix { glyph in
      columns += glyph.columns
      return columns <= width
    }
  }

  private static func string(_ all: some Sequence<Glyph>) -> String {
    var view = String.UnicodeScalarView()
    for glyph in all {
      view.append(glyph.scalar)
      view.append(contentsOf: glyph.marks.scalars)
    }
    return String(view)
  }
}
