/// Curves as dots: samples are gathered into columns, then drawn.
struct LineRaster {
  /// The curves.
  private(set) var canvas: DotCanvas
  /// The shaded areas under them: a layer of its own, so that curves, markers and labels can lie over it.
  private(set) var shading: DotCanvas
  /// Columns of cells to be marked because something in them is not finite.
  private(set) var gaps: [Int: Style] = [:]
  private let xAxis: Axis
  private let yAxis: Axis

  /// What a series shows in one column of dots.
  private struct Column {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var sum = 0.0
    var count = 0
    /// Something here is not finite: the curve does not go on to the next column.
    var isBroken = false
    /// The samples of a band, as three values each.
    var values: [Double] = []

    /// The 10th and the 90th percentile; `nil`: too few values to leave any out.
    mutating func band() -> ClosedRange<Double>? {
      guard values.count >= 5 else { return nil }
      values.sort()
      let last = Double(values.count - 1)
      return values[Int((last * 0.1).rounded())]...values[Int((last * 0.9).rounded())]
    }
  }

  init(plot: LinePlot, size: Rect, xAxis: Axis, yAxis: Axis, glyphs: GlyphSet) {
    canvas = DotCanvas(columns: size.width, rows: size.height, glyphs: glyphs)
    shading = DotCanvas(columns: size.width, rows: size.height, glyphs: glyphs, marksOwners: false)
    self.xAxis = xAxis
    self.yAxis = yAxis
    guard canvas.width > 0, canvas.height > 0 else { return }
    for (owner, series) in plot.series.enumerated() where owner != plot.front { draw(series, owner: owner) }
    if let front = plot.front, plot.series.indices.contains(front) { draw(plot.series[front], owner: front) }
  }

  /// What a cell of a curve counts in `content`: more than all the shade a label could hide.
  static let curveWeight = 10_000

  /// How much a label over these cells would hide.
  func content(of area: Rect) -> Int {
    var sum = 0
    for row in area.y..<area.maxY {
      for column in area.x..<area.maxX {
        if row == 0 && gaps[column] != nil { sum += Self.curveWeight }
        if !canvas.isBlank(column: column, row: row) { sum += Self.curveWeight }
        if !shading.isBlank(column: column, row: row) { sum += 1 }
      }
    }
    return sum
  }

  private mutating func draw(_ series: LinePlot.Series, owner: Int) {
    var columns = gather(series)
    var previous: (x: Int, y: Int)?
    for x in columns.indices {
      if series.showsExtremes, columns[x].minimum <= columns[x].maximum {
        let extremes = columns[x].minimum...columns[x].maximum
        let band = series.isBand ? columns[x].band() ?? extremes : extremes
        let (top, bottom) = (dot(band.upperBound), dot(band.lowerBound))
        canvas.column(x: x, from: bottom, to: top, owner: owner)
        // No spike is lost.
        let (highest, lowest) = (dot(extremes.upperBound), dot(extremes.lowerBound))
        let reach = max(2, (bottom - top) / 2)
        if highest < top - reach { canvas.set(x: x, y: highest, owner: owner) }
        if lowest > bottom + reach { canvas.set(x: x, y: lowest, owner: owner) }
      }
      let column = columns[x]
      if column.count > 0 {
        let mean = dot(column.sum / Double(column.count))
        connect(previous ?? (x, mean), (x, mean), series: series, owner: owner)
        previous = (x, mean)
      }
      if column.isBroken {
        previous = nil
        if let style = series.gapStyle { gaps[x / canvas.glyphs.dotsPerCell.x] = style }
      }
    }
  }

  private func gather(_ series: LinePlot.Series) -> [Column] {
    var columns = Array(repeating: Column(), count: canvas.width)
    for sample in series.samples {
      let center = dotColumn(sample.x)
      for x in covered(by: sample, center: center) {
        guard sample.isFinite else {
          columns[x].isBroken = true
          continue
        }
        if series.isBand {
          // Of a sample that was merged, extremes are rare.
          let spread = { (extreme: Double) in sample.mean + 0.6 * (extreme - sample.mean) }
          columns[x].values += [spread(sample.minimum), sample.mean, spread(sample.maximum)]
        }
        columns[x].minimum = min(columns[x].minimum, sample.minimum)
        columns[x].maximum = max(columns[x].maximum, sample.maximum)
        if sample.isInterrupted { columns[x].isBroken = true }
      }
      guard let center, sample.isFinite else { continue }
      columns[center].sum += min(max(sample.mean, -Axis.limit), Axis.limit)
      columns[center].count += 1
    }
    return columns
  }

  private func dotColumn(_ x: Double) -> Int? {
    guard x >= xAxis.low, x <= xAxis.high, let part = xAxis.position(x) else { return nil }
    return Int((part * Double(canvas.width - 1)).rounded())
  }

  /// The columns of dots that a sample lies in: its own, and those whose middle its stretch reaches.
  private func covered(by sample: Sample, center: Int?) -> Range<Int> {
    let own = center.map { $0..<$0 + 1 } ?? 0..<0
    guard sample.reach > 0, sample.x + sample.reach >= xAxis.low, sample.x - sample.reach <= xAxis.high,
      let left = xAxis.position(sample.x - sample.reach), let right = xAxis.position(sample.x + sample.reach)
    else { return own }
    let first = Int((left * Double(canvas.width - 1)).rounded(.up))
    let last = Int((right * Double(canvas.width - 1)).rounded(.down))
    guard first <= last else { return own }
    return min(first, center ?? first)..<max(last, center ?? last) + 1
  }

  /// The row of dots that shows a value.
  private func dot(_ value: Double) -> Int {
    let part = yAxis.position(value) ?? 0
    return Int(((1 - part) * Double(canvas.height - 1)).rounded())
  }

  private mutating func connect(
    _ start: (x: Int, y: Int), _ end: (x: Int, y: Int), series: LinePlot.Series, owner: Int
  ) {
    switch series.stroke {
    case .solid:
      canvas.line(from: start, to: end, owner: owner)
    case .dashed, .dotted:
      // Whole columns are left out, so that steep parts are dashed like flat ones.
      let (period, drawn) = series.stroke == .dashed ? (8, 5) : (3, 1)
      for x in start.x...end.x where x % period < drawn {
        let first = height(at: Double(x) - 0.5, start, end)
        let last = height(at: Double(x) + 0.5, start, end)
        canvas.column(x: x, from: first, to: last, owner: owner)
      }
    }
    guard series.isFilled else { return }
    for x in start.x...end.x {
      let top = height(at: Double(x), start, end)
      for y in stride(from: top, to: canvas.height, by: 1) where (x + y) % 2 == 0 {
        shading.set(x: x, y: y, owner: owner)
      }
    }
  }

  private func height(at x: Double, _ start: (x: Int, y: Int), _ end: (x: Int, y: Int)) -> Int {
    guard end.x > start.x else { return end.y }
    let part = min(1, max(0, (x - Double(start.x)) / Double(end.x - start.x)))
    return start.y + Int((Double(end.y - start.y) * part).rounded())
  }
}
