import Canvas
import Experiment

/// Predicted against true values: what lies on the dotted diagonal is right.
extension Painter {
  mutating func paintParity(_ parity: ParityValues, _ measured: HeldOutPredictions, in rect: Rect) {
    let values = parity.values.filter { $0.actual.isFinite && $0.predicted.isFinite }
    let numbers = values.flatMap { [Double($0.actual), Double($0.predicted)] }
    guard let low = numbers.min(), let high = numbers.max(), rect.height >= 3 else {
      return paintSentence("No finite prediction to show.", in: rect)
    }
    let room = high > low ? (high - low) / 50 : max(1, abs(high)) / 10
    let (first, last) = (low - room, high + room)
    let diagonal = LinePlot.Series(
      name: "", style: styles.dim, samples: [Sample(x: first, y: first), Sample(x: last, y: last)],
      stroke: .dotted, showsExtremes: false)
    var plot = LinePlot(series: [diagonal], axisStyle: styles.dim)
    plot.xRange = .fixed(first, last)
    plot.yRange = plot.xRange
    plot.showsLegend = false
    plot.xLabel =
      parity.target.isEmpty ? "true" : "true \(Text.fit(parity.target, width: 20, glyphs: glyphs))"
    let hasCaption = rect.height >= 6
    var area = rect
    area.height -= hasCaption ? 1 : 0
    guard let scale = plot.draw(in: area, on: &frame, glyphs: glyphs), !scale.columns.isEmpty else { return }
    let field = Rect(
      x: scale.columns.lowerBound, y: area.y, width: scale.columns.count,
      height: area.height - (area.height >= 4 ? 1 : 0))
    paintPoints(
      values.map { (Double($0.actual), Double($0.predicted)) }, from: first, to: last, in: field)
    guard hasCaption else { return }
    let drawn = NumberText.grouped(parity.values.count)
    var pieces = [StatusText.Piece("predicted ↑", 1)] + measured.pieces
    if parity.values.count < measured.rows { pieces.append(.init("\(drawn) drawn", 3)) }
    let caption = StatusText.fit(pieces, separator: "  ", width: rect.width, glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }

  /// Dots, of which many in a cell are brighter than few.
  private mutating func paintPoints(
    _ points: [(x: Double, y: Double)], from first: Double, to last: Double, in rect: Rect
  ) {
    guard !rect.isEmpty else { return }
    var dots = DotCanvas(columns: rect.width, rows: rect.height, glyphs: glyphs)
    var counts = [Int](repeating: 0, count: rect.width * rect.height)
    let perCell = glyphs.dotsPerCell
    let isSparse = glyphs == .braille && 4 * points.count <= counts.count
    for point in points {
      let x = Int(((point.x - first) / (last - first) * Double(dots.width - 1)).rounded())
      let y = Int(((last - point.y) / (last - first) * Double(dots.height - 1)).rounded())
      guard (0..<dots.width).contains(x), (0..<dots.height).contains(y) else { continue }
      dots.set(x: x, y: y, owner: 0)
      // Few points are larger, so that they are no part of the diagonal.
      if isSparse {
        for (x, y) in [(x + 1, y), (x, y + 1), (x + 1, y + 1)] { dots.set(x: x, y: y, owner: 0) }
      }
      counts[y / perCell.y * rect.width + x / perCell.x] += 1
    }
    let densest = counts.max() ?? 1
    for row in 0..<rect.height {
      for column in 0..<rect.width {
        guard let (scalar, _) = dots.glyph(column: column, row: row) else { continue }
        let level = Self.level(of: counts[row * rect.width + column], densest: isSparse ? 1 : densest)
        frame[rect.x + column, rect.y + row] = Cell(
          glyphs == .ascii ? Self.asciiDensities[level] : scalar, densityStyle(level))
      }
    }
  }

  private static let asciiDensities: [Unicode.Scalar] = ["o", "O", "8", "@"]

  /// 0 … 3 by the count's logarithm: beside a cell of a hundred rows, one of ten is no empty one.
  private static func level(of count: Int, densest: Int) -> Int {
    guard densest > 1 else { return 2 }
    func magnitude(_ count: Int) -> Int { Int.bitWidth - count.leadingZeroBitCount - 1 }
    return min(3, 3 * magnitude(max(1, count)) / magnitude(densest))
  }

  private func densityStyle(_ level: Int) -> Style {
    var style = styles.layer(0)
    if state.usesColor, style.foreground != .terminal {
      style.foreground = styles.ground.blended(
        with: style.foreground, amount: [0.55, 0.75, 0.9, 1][level])
    }
    if level == 3 { style.attributes.insert(.bold) }
    return style
  }
}

extension HeldOutPredictions {
  /// On what it was measured, and when.
  var pieces: [StatusText.Piece] {
    let all = NumberText.grouped(allRows)
    let rows =
      rows < allRows ? "\(NumberText.grouped(rows)) of \(all) held-out rows" : "\(all) held-out rows"
    return [.init(rows, 0), .init("step \(NumberText.grouped(step))", 0)]
  }
}
