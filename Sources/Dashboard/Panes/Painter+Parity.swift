import Canvas
import Experiment

/// Held-out values beside their predictions.
extension Painter {
  /// Points, and a dotted line on which every one of them would lie if all predictions were right.
  private struct Scatter {
    var points: [(x: Double, y: Double)]
    var line: (first: Double, last: Double)
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var xLabel: String
    var yLabel: String
  }

  /// Predicted against true values: what lies on the diagonal is right.
  mutating func paintParity(_ parity: ParityValues, _ measured: HeldOutPredictions, in rect: Rect) {
    let points = parity.values.map { (x: Double($0.actual), y: Double($0.predicted)) }
      .filter { $0.x.isFinite && $0.y.isFinite }
    guard let range = Self.range(of: points.flatMap { [$0.x, $0.y] }), rect.height >= 3 else {
      return paintSentence("No finite prediction to show.", in: rect)
    }
    let scatter = Scatter(
      points: points, line: (range.lowerBound, range.upperBound), x: range, y: range,
      xLabel: label("true", parity), yLabel: "predicted ↑")
    paint(scatter, parity, measured, in: rect)
  }

  /// True minus predicted values against predicted ones: what lies at zero is right, and what has no pattern is noise.
  mutating func paintResiduals(_ parity: ParityValues, _ measured: HeldOutPredictions, in rect: Rect) {
    let points = parity.values
      .map { (x: Double($0.predicted), y: Double($0.actual) - Double($0.predicted)) }
      .filter { $0.x.isFinite && $0.y.isFinite }
    guard let x = Self.range(of: points.map(\.x)), let y = Self.range(of: points.map(\.y) + [0]),
      rect.height >= 3
    else { return paintSentence("No finite prediction to show.", in: rect) }
    // In a narrow pane the target's name would leave no room for ticks.
    let scatter = Scatter(
      points: points, line: (0, 0), x: x, y: y,
      xLabel: rect.width < 50 ? "predicted" : label("predicted", parity),
      yLabel: "true − predicted ↑")
    paint(scatter, parity, measured, in: rect)
  }

  private func label(_ word: String, _ parity: ParityValues) -> String {
    parity.target.isEmpty ? word : "\(word) \(Text.fit(parity.target, width: 20, glyphs: glyphs))"
  }

  /// A little more than numbers reach over, so that none is at an edge; `nil` without numbers.
  private static func range(of numbers: [Double]) -> ClosedRange<Double>? {
    guard let low = numbers.min(), let high = numbers.max() else { return nil }
    let room = high > low ? (high - low) / 50 : max(1, abs(high)) / 10
    return low - room...high + room
  }

  private mutating func paint(
    _ scatter: Scatter, _ parity: ParityValues, _ measured: HeldOutPredictions, in rect: Rect
  ) {
    let (x, y) = (scatter.x, scatter.y)
    let line = LinePlot.Series(
      name: "", style: styles.dim,
      samples: [
        Sample(x: x.lowerBound, y: scatter.line.first), Sample(x: x.upperBound, y: scatter.line.last),
      ], stroke: .dotted, showsExtremes: false)
    var plot = LinePlot(series: [line], axisStyle: styles.dim)
    plot.xRange = .fixed(x.lowerBound, x.upperBound)
    plot.yRange = .fixed(y.lowerBound, y.upperBound)
    plot.showsLegend = false
    plot.xLabel = scatter.xLabel
    let hasCaption = rect.height >= 6
    var area = rect
    area.height -= hasCaption ? 1 : 0
    guard let scale = plot.draw(in: area, on: &frame, glyphs: glyphs), !scale.columns.isEmpty else { return }
    let field = Rect(
      x: scale.columns.lowerBound, y: area.y, width: scale.columns.count,
      height: area.height - (area.height >= 4 ? 1 : 0))
    paintPoints(scatter.points, x, y, in: field)
    guard hasCaption else { return }
    let drawn = NumberText.grouped(parity.values.count)
    var pieces = [StatusText.Piece(scatter.yLabel, 1)] + measured.pieces
    if parity.values.count < measured.rows { pieces.append(.init("\(drawn) drawn", 3)) }
    let caption = StatusText.fit(pieces, separator: "  ", width: rect.width, glyphs: glyphs)
    write(caption, x: rect.x, y: rect.maxY - 1, width: rect.width, style: styles.dim)
  }

  /// Dots, of which many in a cell are brighter than few.
  private mutating func paintPoints(
    _ points: [(x: Double, y: Double)], _ xRange: ClosedRange<Double>, _ yRange: ClosedRange<Double>,
    in rect: Rect
  ) {
    guard !rect.isEmpty else { return }
    var dots = DotCanvas(columns: rect.width, rows: rect.height, glyphs: glyphs)
    var counts = [Int](repeating: 0, count: rect.width * rect.height)
    let perCell = glyphs.dotsPerCell
    let isSparse = glyphs == .braille && 4 * points.count <= counts.count
    for point in points {
      let x = Self.place(of: point.x - xRange.lowerBound, in: xRange, dots: dots.width)
      let y = Self.place(of: yRange.upperBound - point.y, in: yRange, dots: dots.height)
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

  /// The dot at a distance from the edge, among so many dots.
  private static func place(of distance: Double, in range: ClosedRange<Double>, dots: Int) -> Int {
    Int((distance / (range.upperBound - range.lowerBound) * Double(dots - 1)).rounded())
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
    return [.init(rows, 0), .init("step \(NumberText.grouped(step))", 2)]
  }
}
