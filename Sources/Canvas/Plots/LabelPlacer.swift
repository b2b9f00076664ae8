/// Finds places for labels where they hide no curve, if there are any, then draws them.
struct LabelPlacer {
  private let plot: Rect
  private let raster: LineRaster
  private let glyphs: GlyphSet
  private var placed: [(area: Rect, lines: [[Piece]])] = []

  private typealias Piece = (text: String, style: Style)

  /// A label in one of its forms, with the places it may have in the plot, the best first.
  private struct Candidate {
    var lines: [[Piece]]
    var width: Int
    var rows: [Int]
    var starts: [Int]
  }

  init(plot: Rect, raster: LineRaster, glyphs: GlyphSet) {
    self.plot = plot
    self.raster = raster
    self.glyphs = glyphs
  }

  /// Beside its line: to the right if that hides no more, and as high as possible.
  ///
  /// - Parameter isCrowded: whether there are so many that labels keep to the upper half of the plot, and those that
  ///   would hide a curve are left out. Their lines stay.
  mutating func place(_ marker: LinePlot.Marker, beside column: Int, isCrowded: Bool = false) {
    let text = Text.fit(marker.label, width: max(0, plot.width - 2), glyphs: glyphs)
    let width = Text.columns(text, glyphs: glyphs)
    guard width > 0 else { return }
    let candidate = Candidate(
      lines: [[(text, marker.style)]], width: width,
      rows: Array(0..<(isCrowded ? (plot.height + 1) / 2 : plot.height)),
      starts: [column + 1, column - width])
    guard let best = best(of: [candidate]), !isCrowded || best.hidden < LineRaster.curveWeight else { return }
    placed.append((best.area, best.lines))
  }

  /// The names of the series: in the first or the last row if nothing is there, else one below another.
  /// Returns whether there was a place that hides no curve.
  mutating func placeLegend(of linePlot: LinePlot) -> Bool {
    let entries = entries(of: linePlot)
    let widths = entries.map { Text.columns($0.text, glyphs: glyphs) }
    guard let widest = widths.max() else { return true }
    let row = candidate([entries], width: widths.reduce(0, +), rows: [0, plot.height - 1])
    let rows = Array(0...max(0, plot.height - entries.count))
    let column = candidate(entries.map { [$0] }, width: widest, rows: rows)
    guard let best = best(of: [row, column]), best.hidden < LineRaster.curveWeight else { return false }
    placed.append((best.area, best.lines))
    return true
  }

  /// Draws the legend into a row outside the plot, with names as short as they have to be.
  func drawLegend(of linePlot: LinePlot, in row: Rect, on frame: inout Frame) {
    let count = entries(of: linePlot).count
    let total = entries(of: linePlot).reduce(0) { $0 + Text.columns($1.text, glyphs: glyphs) }
    // Each entry has a swatch and three blanks beside the name.
    let share = total <= row.width ? Int.max : row.width / max(1, count) - 4
    let shown = entries(of: linePlot, nameWidth: share)
    let width = shown.reduce(0) { $0 + Text.columns($1.text, glyphs: glyphs) }
    draw(shown, x: max(row.x, row.maxX - width), y: row.y, on: &frame)
  }

  /// Draws what was placed.
  func draw(on frame: inout Frame) {
    for (area, lines) in placed {
      for (index, line) in lines.enumerated() {
        draw(line, x: plot.x + area.x, y: plot.y + area.y + index, on: &frame)
      }
    }
  }

  private func draw(_ line: [Piece], x: Int, y: Int, on frame: inout Frame) {
    var x = x
    for (text, style) in line {
      x += frame.draw(text, x: x, y: y, style: style, maxWidth: plot.maxX - x, glyphs: glyphs)
    }
  }

  private func entries(of linePlot: LinePlot, nameWidth: Int = .max) -> [Piece] {
    var entries: [Piece] = []
    for (index, series) in linePlot.series.enumerated() where !series.name.isEmpty {
      let name = Text.fit(series.name, width: nameWidth, glyphs: glyphs)
      entries.append((" \(swatch(owner: index, stroke: series.stroke)) \(name) ", series.style))
    }
    return entries
  }

  private func candidate(_ lines: [[Piece]], width: Int, rows: [Int]) -> Candidate {
    let room = plot.width - width
    return Candidate(lines: lines, width: width, rows: rows, starts: [room, 0, room / 2])
  }

  private func swatch(owner: Int, stroke: LinePlot.Stroke) -> String {
    if glyphs == .ascii { return String(DotCanvas.asciiMarkers[owner % DotCanvas.asciiMarkers.count]) }
    return switch stroke {
    case .solid: "━"
    case .dashed: "╍"
    case .dotted: "┅"
    }
  }

  /// Where least is hidden, the first of several such places; `nil` if other labels are everywhere.
  private func best(of candidates: [Candidate]) -> (area: Rect, lines: [[Piece]], hidden: Int)? {
    var best: (area: Rect, lines: [[Piece]], hidden: Int)?
    for candidate in candidates {
      for row in candidate.rows where row >= 0 && row + candidate.lines.count <= plot.height {
        for start in candidate.starts where start >= 0 && start + candidate.width <= plot.width {
          let area = Rect(x: start, y: row, width: candidate.width, height: candidate.lines.count)
          // A blank between two labels of a row, or they would read as one word.
          let apart = Rect(x: start - 1, y: row, width: candidate.width + 2, height: candidate.lines.count)
          guard !placed.contains(where: { $0.area.intersects(apart) }) else { continue }
          let hidden = raster.content(of: area)
          if hidden < best?.hidden ?? .max { best = (area, candidate.lines, hidden) }
        }
      }
    }
    return best
  }
}
