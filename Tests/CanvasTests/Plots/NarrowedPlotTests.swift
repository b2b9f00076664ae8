import Canvas
import Testing

/// Plots of a part of their samples.
@Suite struct NarrowedPlotTests {
  private func draw(
    _ samples: [Sample], from low: Double, to high: Double, showsExtremes: Bool = true,
    scale: AxisScale = .linear, yRange: AxisRange = .fixed(0, 1), glyphs: GlyphSet = .braille
  ) -> Frame {
    var plot = LinePlot(series: [
      .init(name: "", style: red, samples: samples, showsExtremes: showsExtremes)
    ])
    plot.series[0].gapStyle = green
    plot.xRange = .fixed(low, high)
    plot.yRange = yRange
    plot.yScale = scale
    plot.showsAxes = false
    var frame = Frame(width: 20, height: 4)
    plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
    return frame
  }

  /// Columns with something of the curve in some of the rows.
  private func drawn(_ frame: Frame, rows: Range<Int> = 0..<4) -> [Int] {
    (0..<frame.width).filter { x in rows.contains { frame[x, $0].style == red && frame[x, $0] != .blank } }
  }

  @Test(arguments: GlyphSet.allCases) func aCurveGoesOnToTheEdges(glyphs: GlyphSet) {
    let samples = stride(from: 0.0, through: 100, by: 10).map { Sample(x: $0, y: 0.5) }
    #expect(drawn(draw(samples, from: 43, to: 77, glyphs: glyphs)) == Array(0..<20))
    // Between two samples, with none in view.
    #expect(drawn(draw(samples, from: 41, to: 49, glyphs: glyphs)) == Array(0..<20))
    // Nothing is invented before the first and after the last.
    #expect(drawn(draw(samples, from: -20, to: -1, glyphs: glyphs)).isEmpty)
    #expect(drawn(draw(samples, from: 101, to: 120, glyphs: glyphs)).isEmpty)
  }

  @Test func theEdgeIsMetAtTheHeightOfTheLine() {
    // A line from 0 to 1, of which the last quarter is seen: it lies in the top row alone.
    let samples = [Sample(x: 0, y: 0), Sample(x: 100, y: 1)]
    let frame = draw(samples, from: 80, to: 99)
    #expect(drawn(frame, rows: 0..<1) == Array(0..<20) && drawn(frame, rows: 1..<4).isEmpty)
    // The same on a logarithmic axis.
    let decades = [Sample(x: 0, y: 1), Sample(x: 100, y: 10_000)]
    let high = draw(decades, from: 80, to: 99, scale: .logarithmic, yRange: .fixed(1, 10_000))
    #expect(drawn(high, rows: 0..<1) == Array(0..<20) && drawn(high, rows: 1..<4).isEmpty)
  }

  @Test func noLineCrossesAGapOutOfView() {
    let gap = Sample(x: 50, y: .nan)
    let samples = [Sample(x: 40, y: 0.5), gap, Sample(x: 60, y: 0.5)]
    #expect(drawn(draw(samples, from: 51, to: 59)).isEmpty)
    #expect(drawn(draw(samples, from: 41, to: 49)).isEmpty)
    let interrupted = Sample(x: 40, minimum: 0.5, maximum: 0.5, mean: 0.5, isInterrupted: true)
    #expect(drawn(draw([interrupted, Sample(x: 60, y: 0.5)], from: 41, to: 59)).isEmpty)
  }

  @Test(arguments: GlyphSet.allCases) func theExtremesOfAWideSampleStandOverAllOfIt(glyphs: GlyphSet) {
    let wide = Sample(x: 50, minimum: 0, maximum: 1, mean: 0.2, reach: 25)
    #expect(drawn(draw([wide], from: 0, to: 100, glyphs: glyphs), rows: 0..<1) == Array(5..<15))
    // Its middle is out of view.
    #expect(drawn(draw([wide], from: 60, to: 70, glyphs: glyphs), rows: 0..<1) == Array(0..<20))
    // Narrower than a column, it has but one.
    let narrow = Sample(x: 50, minimum: 0, maximum: 1, mean: 0.2, reach: 0.5)
    #expect(drawn(draw([narrow], from: 0, to: 100, glyphs: glyphs), rows: 0..<1).count == 1)
  }

  @Test func aMergedSampleThatHidesANaNInterruptsTheLineAndIsMarked() {
    var samples = (0..<20).map { Sample(x: Double($0), y: 0.5) }
    samples[7].isInterrupted = true
    let frame = draw(samples, from: 0, to: 19)
    #expect(drawn(frame).contains(7))
    #expect((0..<20).filter { frame[$0, 0] == Cell("!", green) } == [7])
    let whole = draw((0..<20).map { Sample(x: Double($0), y: 0.5) }, from: 0, to: 19)
    #expect(!whole.text.contains("!"))
    let pair = [
      Sample(x: 0, minimum: 0.5, maximum: 0.5, mean: 0.5, isInterrupted: true), Sample(x: 19, y: 0.5),
    ]
    #expect(drawn(draw(pair, from: 0, to: 19)) == [0, 19])
  }

  @Test func aWideGapIsEmptyAllAlong() {
    let samples = [
      Sample(x: 10, y: 0.5), Sample(x: 50, minimum: .nan, maximum: .nan, mean: .nan, reach: 20),
      Sample(x: 90, y: 0.5),
    ]
    let frame = draw(samples, from: 0, to: 100)
    #expect(drawn(frame).allSatisfy { $0 <= 2 || $0 >= 17 })
    #expect((0..<20).filter { frame[$0, 0].scalar == "!" }.count >= 8)
  }

  @Test func theHeightsFollowWhatIsInView() {
    let samples = (0..<100).map { Sample(x: Double($0), y: $0 == 5 ? 1000 : Double($0 % 2)) }
    let all = draw(samples, from: 0, to: 99, yRange: .automatic)
    let part = draw(samples, from: 20, to: 39, yRange: .automatic)
    #expect(drawn(all, rows: 0..<1).count == 1)
    #expect(drawn(part, rows: 0..<1).count > 5)
  }

  @Test(arguments: GlyphSet.allCases) func theCrosshairIsALineWithAPointerOnTheAxis(glyphs: GlyphSet) {
    var plot = LinePlot(series: [
      .init(name: "", style: red, samples: [Sample(x: 0, y: 1), Sample(x: 9, y: 1)])
    ])
    plot.crosshair = .init(x: 5, style: green)
    var frame = Frame(width: 30, height: 8)
    let scale = plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
    let column = scale?.column(of: 5) ?? -1
    #expect(frame[column, 7] == Cell(glyphs.lines.pointer, green))
    #expect(frame[column, 0] == Cell(glyphs.lines.vertical, green))
    // Curves lie over it.
    #expect((0..<7).contains { frame[column, $0].style == red })
    plot.crosshair?.x = 10
    var other = Frame(width: 30, height: 8)
    plot.draw(in: other.bounds, on: &other, glyphs: glyphs)
    #expect(!other.cells.contains { $0.style == green })
  }
}
