/// A horizontal axis in one row: a rule with labels at round values and a name where there is room for it.
struct XRuler {
  var axis: Axis
  var format: AxisFormat
  var name: String
  var style: Style

  private struct Piece {
    var text: String
    var columns: Range<Int>
  }

  /// Draws in the first row of `rect`.
  func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) {
    for x in rect.x..<rect.maxX { frame[x, rect.y] = Cell(glyphs.lines.horizontal, style) }
    for piece in pieces(width: rect.width, glyphs: glyphs) {
      frame.draw(
        piece.text, x: rect.x + piece.columns.lowerBound, y: rect.y, style: style,
        maxWidth: piece.columns.count, glyphs: glyphs)
    }
  }

  /// As many labels as leave room for the name.
  private func pieces(width: Int, glyphs: GlyphSet) -> [Piece] {
    for count in stride(from: min(8, width / 8), to: 1, by: -1) {
      var pieces: [Piece] = []
      let labels = axis.ticks(count: count, format: format)
      for tick in labels {
        let center = Int(((axis.position(tick.value) ?? 0) * Double(width - 1)).rounded())
        place(tick.label, around: center, width: width, among: &pieces, glyphs: glyphs)
      }
      let isComplete = pieces.count == labels.count && !labels.isEmpty
      let gap = widestGap(among: pieces, width: width)
      if !name.isEmpty {
        place(
          name, around: (gap.lowerBound + gap.upperBound) / 2, width: width, among: &pieces, glyphs: glyphs)
      }
      if isComplete && (name.isEmpty || pieces.count > labels.count) { return pieces }
    }
    var pieces: [Piece] = []
    place(name, around: width / 2, width: width, among: &pieces, glyphs: glyphs)
    return pieces
  }

  /// Adds a text with a blank on either side, unless it would touch another such.
  private func place(
    _ text: String, around center: Int, width: Int, among pieces: inout [Piece], glyphs: GlyphSet
  ) {
    let length = Text.columns(text, glyphs: glyphs)
    guard length > 0, length + 2 <= width else { return }
    let start = min(max(0, center - length / 2), width - length)
    let columns = max(0, start - 1)..<min(width, start + length + 1)
    let isFree = pieces.allSatisfy {
      $0.columns.upperBound < columns.lowerBound || columns.upperBound < $0.columns.lowerBound
    }
    guard isFree else { return }
    let padded = (start > 0 ? " " : "") + text + (start + length < width ? " " : "")
    pieces.append(Piece(text: padded, columns: columns))
  }

  private func widestGap(among pieces: [Piece], width: Int) -> Range<Int> {
    var best = 0..<0
    var start = 0
    for piece in pieces {
      if piece.columns.lowerBound - start > best.count { best = start..<piece.columns.lowerBound }
      start = max(start, piece.columns.upperBound)
    }
    return width - start > best.count ? start..<width : best
  }
}
