import Canvas

/// Breaks text into lines at spaces.
enum Wrapping {
  /// A word longer than a line gets one of its own.
  static func lines(_ text: String, width: Int, glyphs: GlyphSet) -> [String] {
    var lines: [String] = []
    var used = 0
    for word in text.split(separator: " ") {
      let columns = Text.columns(word, glyphs: glyphs)
      if !lines.isEmpty, used + 1 + columns <= width {
        lines[lines.count - 1] += " " + word
        used += 1 + columns
      } else {
        lines.append(String(word))
        used = columns
      }
    }
    return lines
  }
}

extension StatusText {
  /// The pieces with the first one in two, broken at a space, if it does not fit into a line.
  static func broken(_ pieces: [Piece], width: Int, glyphs: GlyphSet) -> [Piece] {
    guard let first = pieces.first, Text.columns(first.text, glyphs: glyphs) > width else { return pieces }
    let lines = Wrapping.lines(first.text, width: width, glyphs: glyphs)
    guard lines.count > 1 else { return pieces }
    let rest = lines.dropFirst().joined(separator: " ")
    return [Piece(lines[0], first.rank), Piece(rest, first.rank)] + pieces.dropFirst()
  }
}
