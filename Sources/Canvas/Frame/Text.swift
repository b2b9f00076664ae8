/// What may stand in a cell, and how text is made to fit.
public enum Text {
  /// Stands for a character of unknown width, in the one column it gets.
  public static let substitute: Unicode.Scalar = "▯"

  /// Where `fit` takes characters away.
  public enum Truncation: Sendable {
    case middle
    case end
    /// At the end, and the whole of a number that would lose its last digits, if that leaves anything.
    case wholeNumbers
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

  /// The text behind as many blanks as make it `width` columns wide.
  public static func padded(_ text: String, width: Int, glyphs: GlyphSet = .braille) -> String {
    blanks(beside: text, width: width, glyphs: glyphs) + text
  }

  /// The blanks that make a text `width` columns wide; none if it is that wide.
  public static func blanks(beside text: String, width: Int, glyphs: GlyphSet = .braille) -> String {
    String(repeating: " ", count: max(0, width - columns(text, glyphs: glyphs)))
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
    var head = leading(all, kept - tail)
    if truncation == .wholeNumbers { head = withoutCutNumber(head) }
    return string(head) + ellipsis + string(leading(all.reversed(), tail).reversed())
  }

  /// Whatever ends in a digit: of what is missing nobody can see that it is none.
  private static func withoutCutNumber(_ head: ArraySlice<Glyph>) -> ArraySlice<Glyph> {
    let digits: ClosedRange<Unicode.Scalar> = "0"..."9"
    guard let last = head.last(where: { !".,".unicodeScalars.contains($0.scalar) }), digits ~= last.scalar
    else {
      return head
    }
    let number = head.reversed().prefix { digits ~= $0.scalar || ".,−-+±".unicodeScalars.contains($0.scalar) }
    let words = head.dropLast(number.count)
    let blanks = words.reversed().prefix { $0.scalar == " " }
    let rest = words.dropLast(blanks.count)
    return rest.isEmpty ? head : rest
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
