import Canvas
import Testing

@Suite struct LinePlotTests {
  /// A plot without axes and legend on a frame of its own.
  private func draw(
    _ plot: LinePlot, width: Int = 10, height: Int = 4, glyphs: GlyphSet = .braille
  ) -> Frame {
    var plot = plot
    plot.showsAxes = false
    plot.showsLegend = false
    var frame = Frame(width: width, height: height)
    plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
    return frame
  }

  private func line(_ values: [Double], style: Style = red) -> LinePlot.Series {
    .init(name: "", style: style, samples: values.enumerated().map { Sample(x: Double($0), y: $1) })
  }

  @Test func aDiagonalInThreeAlphabets() {
    var plot = LinePlot(series: [line([0, 1])])
    plot.yRange = .fixed(0, 1)
    #expect(draw(plot, width: 2, height: 1, glyphs: .braille).text == "⡠⠊")
    #expect(draw(plot, width: 2, height: 2, glyphs: .block).text == " ▞\n▞")
    #expect(draw(plot, width: 4, height: 2, glyphs: .ascii).text == "  .'\n.'")
  }

  @Test func aSpikeAmongManySamplesIsSeen() {
    var values = Array(repeating: 0.0, count: 100_000)
    values[54_321] = 1
    var plot = LinePlot(series: [line(values)])
    plot.yRange = .fixed(0, 1)
    for glyphs in GlyphSet.allCases {
      let frame = draw(plot, glyphs: glyphs)
      #expect((0..<10).filter { frame[$0, 0] != .blank } == [5], "\(glyphs)")
      #expect((0..<4).allSatisfy { frame[5, $0] != .blank }, "\(glyphs)")
    }
  }

  @Test func mergedSamplesShowTheirExtremes() {
    var series = LinePlot.Series(
      name: "", style: red, samples: [Sample(x: 0, minimum: 0, maximum: 1, mean: 0.5), Sample(x: 9, y: 0.5)])
    var plot = LinePlot(series: [series])
    plot.yRange = .fixed(0, 1)
    #expect(draw(plot)[0, 0] != .blank)
    series.showsExtremes = false
    plot.series = [series]
    #expect(draw(plot)[0, 0] == .blank)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity]) func whatIsNotFiniteIsAGap(value: Double) {
    let frame = draw(LinePlot(series: [line([1, 1, 1, 1, value, value, 1, 1, 1, 1])]))
    let drawn = (0..<10).filter { x in (0..<4).contains { frame[x, $0] != .blank } }
    #expect(drawn == [0, 1, 2, 3, 6, 7, 8, 9])
  }

  @Test func meansAreConnectedAcrossEmptyColumns() {
    let frame = draw(LinePlot(series: [line([1, 1])]))
    #expect((0..<10).allSatisfy { x in (0..<4).contains { frame[x, $0] != .blank } })
  }

  @Test func notPositiveOnALogarithmicAxisIsAtTheBottom() {
    var plot = LinePlot(series: [line([-5, 0, -1, 100, 1])])
    plot.yScale = .logarithmic
    let frame = draw(plot)
    #expect(frame[0, 3] != .blank && frame[0, 0] == .blank)
    #expect((0..<10).contains { frame[$0, 0] != .blank })
  }

  @Test func aCellHasTheColourOfTheLaterSeries() {
    let rising = line([0, 1])
    let frame = draw(LinePlot(series: [line([1, 0], style: green), rising]))
    let alone = draw(LinePlot(series: [rising]))
    for (both, single) in zip(frame.cells, alone.cells) where single != .blank { #expect(both == single) }
    #expect(frame.cells.contains { $0.style == green })
  }

  @Test func shadingLiesUnderCurvesOfOtherSeries() {
    var filled = line([1, 1], style: green)
    filled.isFilled = true
    var plot = LinePlot(series: [line([0.5, 0.5]), filled])
    plot.yRange = .fixed(0, 1)
    let frame = draw(plot)
    #expect((0..<10).allSatisfy { x in (0..<4).contains { frame[x, $0].style == red } })
    #expect((0..<10).allSatisfy { frame[$0, 3].style == green })
  }

  @Test func dashesAreTellingWithoutColour() {
    var dashed = line([1, 1])
    dashed.stroke = .dashed
    let frame = draw(LinePlot(series: [dashed]))
    let solid = draw(LinePlot(series: [line([1, 1])]))
    #expect(frame.cells.count { $0 != .blank } < solid.cells.count { $0 != .blank })
  }

  @Test func markersHaveTheirPlaceAndLabel() {
    var plot = LinePlot(series: [line(Array(repeating: 1, count: 21))])
    plot.markers = [.init(x: 5, label: "cut", style: green), .init(x: 99, label: "out", style: green)]
    plot.yRange = .fixed(0, 1)
    let frame = draw(plot, width: 21)
    #expect(frame[5, 3] == Cell("┊", green))
    #expect(frame.text.contains("┊cut"))
    #expect(!frame.text.contains("out"))
    #expect(draw(plot, width: 21, glyphs: .ascii).text.contains("|cut"))
  }

  @Test func axesLegendAndUnitsAreShown() {
    var plot = LinePlot(series: [
      .init(
        name: "train", style: red, samples: (0...264).map { Sample(x: Double($0 * 100), y: Double($0) / 264) }
      )
    ])
    plot.xLabel = "steps"
    plot.yFormat = .percent
    var frame = Frame(width: 50, height: 12)
    plot.draw(in: frame.bounds, on: &frame, glyphs: .braille)
    for text in ["0 ", "20 k", "steps", "100 %", "50 %", "━ train"] { #expect(frame.text.contains(text)) }
  }

  @Test func theLegendHidesNoCurve() {
    // A wall of spikes leaves no free place.
    let values = (0..<200).map { Double($0 % 2) }
    var plot = LinePlot(series: [line(values)])
    plot.series[0].name = "train"
    plot.showsAxes = false
    var frame = Frame(width: 20, height: 6)
    plot.draw(in: frame.bounds, on: &frame, glyphs: .block)
    let lines = frame.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasSuffix("━ train"))
    #expect(lines[1...].allSatisfy { $0 == String(repeating: "█", count: 20) })
  }

  @Test func longLegendsAreShortenedEvenly() {
    var plot = LinePlot(series: [line([0, 1, 0, 1, 0, 1, 0, 1]), line([1, 0, 1, 0, 1, 0, 1, 0])])
    plot.series[0].name = "training loss"
    plot.series[1].name = "held-out loss"
    plot.showsAxes = false
    var frame = Frame(width: 20, height: 5)
    plot.draw(in: frame.bounds, on: &frame, glyphs: .block)
    #expect(frame.text.hasPrefix(" ━ train…  ━ held-…\n"))
  }

  /// Names at the ends of curves; of those that end together, beside each other.
  @Test func namesStandAtTheEndsOfCurves() {
    let series = [(1.0, 10.0), (1, 5), (0, 10)].enumerated().map { index, end in
      LinePlot.Series(
        name: "\(index + 1)", style: .plain, samples: [Sample(x: 0, y: 0), Sample(x: end.1, y: end.0)])
    }
    var plot = LinePlot(series: series)
    plot.labelsEnds = true
    plot.showsAxes = false
    plot.yRange = .fixed(0, 1)
    for glyphs in GlyphSet.allCases {
      var frame = Frame(width: 20, height: 6)
      plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
      let rows = frame.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(rows[0].last == "1" && rows[0].contains("2") && rows[5].last == "3")
    }
    plot.series[1].samples[1] = Sample(x: 10, y: 1)
    var frame = Frame(width: 20, height: 6)
    plot.draw(in: frame.bounds, on: &frame, glyphs: .ascii)
    let first = Array(frame.text.split(separator: "\n", omittingEmptySubsequences: false)[0])
    #expect(first[19] == "1" && first[17] == "2")
  }

  /// Of many values in a column, a band shows where most of them are, so that other curves are seen before it.
  @Test func aBandIsNarrowerThanItsExtremes() {
    let values = (0..<4_000).map { Double($0 * 7_919 % 1_000) / 999 }
    var plot = LinePlot(series: [line(values)])
    plot.yRange = .fixed(0, 1)
    let filled = { (frame: Frame, y: Int) in (0..<10).count { frame[$0, y] != .blank } }
    let whole = draw(plot, width: 10, height: 20)
    plot.series[0].isBand = true
    let band = draw(plot, width: 10, height: 20)
    #expect(filled(whole, 0) == 10 && filled(band, 0) < 10)
    #expect(filled(band, 10) == 10)
  }
}
