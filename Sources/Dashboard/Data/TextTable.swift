import Canvas

/// Rows of cells under each other, in columns as wide as they must be.
enum TextTable {
  private static let gap = 2
  /// A column that has to shrink keeps as many.
  private static let minWidth = 8

  /// The lines of each row, without blanks at their ends. Where they would be longer than `width`, the widest columns
  /// shrink and their cells take several lines.
  static func lines(_ rows: [[String]], width: Int, glyphs: GlyphSet = .braille) -> [[String]] {
    guard let count = rows.map(\.count).max(), count > 0 else { return [] }
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? Text.columns($0[column], glyphs: glyphs) : 0 }.max() ?? 0
    }
    while widths.reduce(gap * (count - 1), +) > width {
      guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > minWidth else {
        break
      }
      widths[widest] -= 1
    }
    return rows.map { row in
      let cells = zip(row, widths).map { lines(of: $0, width: $1, glyphs) }
      return (0..<(cells.map(\.count).max() ?? 0)).map { line in
        var text = ""
        var end = 0
        for (cell, width) in zip(cells, widths) {
          if line < cell.count, !cell[line].isEmpty {
            text += Text.blanks(beside: text, width: end, glyphs: glyphs) + cell[line]
          }
          end += width + gap
        }
        return text
      }
    }
  }

  /// At least one line; words that are longer than a line are broken.
  private static func lines(of cell: String, width: Int, _ glyphs: GlyphSet) -> [String] {
    var lines: [String] = []
    for line in Wrapping.lines(cell, width: width, glyphs: glyphs) {
      var rest = line[...]
      while Text.columns(rest, glyphs: glyphs) > width, rest.count > 1 {
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex, Text.columns(rest[...end], glyphs: glyphs) <= width {
          rest.formIndex(after: &end)
        }
        lines.append(String(rest[..<end]))
        rest = rest[end...]
      }
      lines.append(String(rest))
    }
    return lines.isEmpty ? [""] : lines
  }
}
