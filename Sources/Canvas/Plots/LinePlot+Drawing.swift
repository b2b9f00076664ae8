extension LinePlot {
  /// Draws inside the part of `rect` that the frame shows.
  ///
  /// With axes, the left columns are for the labels of the y axis and the last row for the x axis; both
  /// give way where there is no room. Returns what its columns stand for; `nil` if nothing was drawn.
  @discardableResult
  public func draw(in rect: Rect, on frame: inout Frame, glyphs: GlyphSet) -> ColumnScale? {
    let rect = rect.intersection(frame.bounds)
    guard !rect.isEmpty else { return nil }
    let xAxis = makeXAxis()
    return clipped(to: xAxis).draw(in: rect, xAxis: xAxis, on: &frame, glyphs: glyphs)
  }

  private func draw(in rect: Rect, xAxis: Axis, on frame: inout Frame, glyphs: GlyphSet) -> ColumnScale {
    let yAxis = makeYAxis()
    let hasXAxis = showsAxes && rect.height >= 4
    let rows = rect.height - (hasXAxis ? 1 : 0)
    let ticks = showsAxes && rows >= 2 ? yAxis.ticks(count: max(2, min(rows / 2, 6)), format: yFormat) : []
    let widest = ticks.map { Text.columns($0.label, glyphs: glyphs) }.max() ?? 0
    let gutter = widest > 0 && rect.width >= widest + 9 ? widest + 1 : 0
    var plot = Rect(x: rect.x + gutter, y: rect.y, width: rect.width - gutter, height: rows)
    var raster = LineRaster(plot: self, size: plot, xAxis: xAxis, yAxis: yAxis, glyphs: glyphs)
    var labels = LabelPlacer(plot: plot, raster: raster, glyphs: glyphs)
    if showsLegend, !labelsEnds, !labels.placeLegend(of: self), rows >= 5 {
      // Rather a row less of the curves than names that hide them.
      plot = Rect(x: plot.x, y: plot.y + 1, width: plot.width, height: rows - 1)
      raster = LineRaster(plot: self, size: plot, xAxis: xAxis, yAxis: yAxis, glyphs: glyphs)
      labels = LabelPlacer(plot: plot, raster: raster, glyphs: glyphs)
      labels.drawLegend(of: self, in: Rect(x: rect.x, y: rect.y, width: rect.width, height: 1), on: &frame)
    }

    let scale = ColumnScale(x: plot.x, width: plot.width, dotsPerColumn: glyphs.dotsPerCell.x, axis: xAxis)
    let styles = series.map(\.style)
    raster.shading.draw(x: plot.x, y: plot.y, styles: styles, on: &frame)
    drawReferences(in: plot, axis: yAxis, on: &frame, glyphs: glyphs)
    let shown = markers.compactMap { marker in scale.column(of: marker.x).map { (marker: marker, column: $0) }
    }
    for (marker, column) in shown {
      drawVertical(glyphs.lines.dashedVertical, marker.style, column: column, in: plot, on: &frame)
    }
    // Where there is no room for all labels, those of the last ones count.
    let isCrowded = shown.count > 2
    for (marker, column) in isCrowded ? shown.reversed() : shown {
      labels.place(marker, beside: column - plot.x, isCrowded: isCrowded)
    }
    let hair = crosshair.flatMap { scale.column(of: $0.x) }
    if let hair, let crosshair {
      drawVertical(glyphs.lines.vertical, crosshair.style, column: hair, in: plot, on: &frame)
    }
    raster.canvas.draw(x: plot.x, y: plot.y, styles: styles, on: &frame)
    labels.draw(on: &frame)
    if labelsEnds { drawEndLabels(in: plot, scale, yAxis, on: &frame, glyphs: glyphs) }
    if plot.height > 0 {
      for (column, style) in raster.gaps { frame[plot.x + column, plot.y] = Cell("!", style) }
    }
    if gutter > 0 { drawYAxis(ticks, in: plot, axis: yAxis, on: &frame, glyphs: glyphs) }
    if hasXAxis {
      let ruler = Rect(x: plot.x, y: rect.maxY - 1, width: plot.width, height: 1)
      XRuler(axis: xAxis, format: xFormat, name: xLabel, style: axisStyle).draw(
        in: ruler, on: &frame, glyphs: glyphs)
      if let hair, let crosshair { frame[hair, ruler.y] = Cell(glyphs.lines.pointer, crosshair.style) }
    }
    return scale
  }

  private func makeXAxis() -> Axis {
    var (low, high) = (Double.infinity, -Double.infinity)
    for sample in series.lazy.flatMap(\.samples) where sample.x.isFinite {
      (low, high) = (min(low, sample.x), max(high, sample.x))
    }
    let hasData = low <= high
    return Axis(
      range: xRange, minimum: hasData ? low : nil, maximum: hasData ? high : nil, scale: .linear, padding: 0)
  }

  private func makeYAxis() -> Axis {
    var (low, high) = (Double.infinity, -Double.infinity)
    for series in series {
      for sample in series.samples where sample.isFinite {
        let bottom = series.showsExtremes ? sample.minimum : sample.mean
        let top = series.showsExtremes ? sample.maximum : sample.mean
        for value in [bottom, top, sample.mean] where yScale == .linear || value > 0 {
          (low, high) = (min(low, value), max(high, value))
        }
      }
    }
    let hasData = low <= high
    return Axis(range: yRange, minimum: hasData ? low : nil, maximum: hasData ? high : nil, scale: yScale)
  }

  private func drawReferences(in plot: Rect, axis: Axis, on frame: inout Frame, glyphs: GlyphSet) {
    for reference in references {
      guard let part = axis.position(reference.y), plot.height > 0 else { continue }
      let y = plot.y + Int(((1 - part) * Double(plot.height - 1)).rounded())
      for x in plot.x..<plot.maxX { frame[x, y] = Cell(glyphs.lines.dashedHorizontal, reference.style) }
      let label = Text.fit(reference.label, width: plot.width - 2, glyphs: glyphs)
      let start = plot.maxX - Text.columns(label, glyphs: glyphs) - 1
      frame.draw(label, x: start, y: y, style: reference.style, maxWidth: plot.maxX - start, glyphs: glyphs)
    }
  }

  /// Those of curves that end together stand beside each other.
  private func drawEndLabels(
    in plot: Rect, _ scale: ColumnScale, _ axis: Axis, on frame: inout Frame, glyphs: GlyphSet
  ) {
    var taken: [Rect] = []
    for series in series where !series.name.isEmpty && plot.height > 0 {
      guard let last = series.samples.filter(\.isFinite).max(by: { $0.x < $1.x }),
        let column = scale.column(of: last.x), let part = axis.position(last.mean)
      else { continue }
      let width = Text.columns(series.name, glyphs: glyphs)
      let y = plot.y + Int(((1 - part) * Double(plot.height - 1)).rounded())
      var area = Rect(x: min(column, plot.maxX - width), y: y, width: width, height: 1)
      while taken.contains(where: { $0.intersects(area) }), area.x - width - 1 >= plot.x {
        area = Rect(x: area.x - width - 1, y: y, width: width, height: 1)
      }
      guard area.x >= plot.x else { continue }
      taken.append(area)
      frame.draw(series.name, x: area.x, y: y, style: series.style, maxWidth: width, glyphs: glyphs)
    }
  }

  private func drawVertical(
    _ line: Unicode.Scalar, _ style: Style, column: Int, in plot: Rect, on frame: inout Frame
  ) {
    for y in plot.y..<plot.maxY { frame[column, y] = Cell(line, style) }
  }

  private func drawYAxis(
    _ ticks: [Axis.Tick], in plot: Rect, axis: Axis, on frame: inout Frame, glyphs: GlyphSet
  ) {
    for tick in ticks {
      guard let part = axis.position(tick.value), plot.height > 0 else { continue }
      let y = plot.y + Int(((1 - part) * Double(plot.height - 1)).rounded())
      let width = Text.columns(tick.label, glyphs: glyphs)
      frame.draw(
        tick.label, x: plot.x - 1 - width, y: y, style: axisStyle, maxWidth: width, glyphs: glyphs)
    }
  }
}
