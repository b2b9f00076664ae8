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

  /// Right of its line if it fits there, else left, in the highest free row.
  mutating func place(_ marker: LinePlot.Marker, beside column: Int, on frame: inout Frame) {
    let text = Text.fit(marker.label, width: max(0, plot.width - 2), glyphs: glyphs)
    let width = Text.columns(text, glyphs: glyphs)
    guard width > 0 else { return }
    let starts = [column + 1, column - width].filter { $0 >= 0 && $0 + width <= plot.width }
    for row in 0..<plot.height {
      for start in starts where isFree(row: row, columns: start..<start + width) {
        return put([(text, marker.style)], row: row, start: start, width: width, on: &frame)
      }
    }
  }

  /// The names of the series in one row, in a corner if possible.
  mutating func placeLegend(of linePlot: LinePlot, on frame: inout Frame) {
    let named = linePlot.series.enumerated().filter { !$0.element.name.isEmpty }
    guard named.count > 0 else { return }
    var pieces: [(String, Style)] = []
    for (index, series) in named {
      let swatch = swatch(owner: index, stroke: series.stroke)
      pieces.append(("\(pieces.isEmpty ? "" : " ")\(swatch) \(series.name) ", series.style))
    }
    let width = pieces.reduce(0) { $0 + Text.columns($1.0, glyphs: glyphs) }
    guard width <= plot.width, plot.height > 1 else { return }
    let rows = [0, plot.height - 1] + Array(1..<max(1, plot.height - 1))
    for row in rows {
      for start in [plot.width - width, 0, (plot.width - width) / 2]
      where isFree(row: row, columns: start..<start + width) {
        return put(pieces, row: row, start: start, width: width, on: &frame)
      }
    }
    put(pieces, row: 0, start: plot.width - width, width: width, on: &frame)
  }

  private func swatch(owner: Int, stroke: LinePlot.Stroke) -> String {
    if glyphs == .ascii { return String(DotCanvas.asciiMarkers[owner % DotCanvas.asciiMarkers.count]) }
    return switch stroke {
    case .solid: "━━"
    case .dashed: "╍╍"
    case .dotted: "┅┅"
    }
  }

  private func isFree(row: Int, columns: Range<Int>) -> Bool {
    let area = Rect(x: columns.lowerBound, y: row, width: columns.count, height: 1)
    return !taken.contains { $0.intersects(area) } && columns.allSatisfy { canvas.isBlank(column: $0, row: row) }
  }

  private mutating func put(
    _ pieces: [(String, Style)], row: Int, start: Int, width: Int, on frame: inout Frame
  ) {
    taken.append(Rect(x: start, y: row, width: width, height: 1))
    var x = start
    for (text, style) in pieces {
      x += frame.draw(
        text, x: plot.x + x, y: plot.y + row, style: style, maxWidth: plot.width - x, glyphs: glyphs)
    }
  }
}
