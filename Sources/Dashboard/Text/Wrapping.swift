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
