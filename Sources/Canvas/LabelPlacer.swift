/// Puts labels where they hide no curve, if there is such a place.
struct LabelPlacer {
  let plot: Rect
  let canvas: DotCanvas
  let glyphs: GlyphSet
  private var taken: [Rect] = []

  init(plot: Rect, canvas: DotCanvas, glyphs: GlyphSet) {
    self.plot = plot
    self.canvas = canvas
    self.glyphs = glyphs
  }

  /// Beside its line: to the right if that hides no more, and as high as possible.
  mutating func place(_ marker: LinePlot.Marker, beside column: Int, on frame: inout Frame) {
    let text = Text.fit(marker.label, width: max(0, plot.width - 2), glyphs: glyphs)
    let width = Text.columns(text, glyphs: glyphs)
    guard width > 0 else { return }
    put(
      [(text, marker.style)], width: width, rows: Array(0..<plot.height),
      starts: [column + 1, column - width], on: &frame)
  }

  /// The names of the series in one row, in a corner if possible.
  mutating func placeLegend(of linePlot: LinePlot, on frame: inout Frame) {
    var pieces: [(String, Style)] = []
    for (index, series) in linePlot.series.enumerated() where !series.name.isEmpty {
      let swatch = swatch(owner: index, stroke: series.stroke)
      pieces.append(("\(pieces.isEmpty ? "" : " ")\(swatch) \(series.name) ", series.style))
    }
    let width = pieces.reduce(0) { $0 + Text.columns($1.0, glyphs: glyphs) }
    guard width > 0, plot.height > 1 else { return }
    let rows = [0, plot.height - 1] + Array(1..<plot.height - 1)
    let starts = [plot.width - width, 0, (plot.width - width) / 2]
    put(pieces, width: width, rows: rows, starts: starts, on: &frame)
  }

  private func swatch(owner: Int, stroke: LinePlot.Stroke) -> String {
    if glyphs == .ascii { return String(DotCanvas.asciiMarkers[owner % DotCanvas.asciiMarkers.count]) }
    return switch stroke {
    case .solid: "━━"
    case .dashed: "╍╍"
    case .dotted: "┅┅"
    }
  }

  /// Draws where the fewest cells of curves are hidden, in the first of several such places; nowhere if other
  /// labels are everywhere.
  private mutating func put(
    _ pieces: [(String, Style)], width: Int, rows: [Int], starts: [Int], on frame: inout Frame
  ) {
    var best: (area: Rect, hidden: Int)?
    for row in rows {
      for start in starts where start >= 0 && start + width <= plot.width {
        let area = Rect(x: start, y: row, width: width, height: 1)
        guard !taken.contains(where: { $0.intersects(area) }) else { continue }
        let hidden = (start..<start + width).count { !canvas.isBlank(column: $0, row: row) }
        if hidden < best?.hidden ?? .max { best = (area, hidden) }
      }
    }
    guard let area = best?.area else { return }
    taken.append(area)
    var x = plot.x + area.x
    for (text, style) in pieces {
      x += frame.draw(text, x: x, y: plot.y + area.y, style: style, maxWidth: plot.maxX - x, glyphs: glyphs)
    }
  }
}
