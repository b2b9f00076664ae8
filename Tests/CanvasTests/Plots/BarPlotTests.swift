import Canvas
import Testing

@Suite struct BarPlotTests {
  private func draw(_ plot: BarPlot, width: Int, height: Int = 1, glyphs: GlyphSet = .braille) -> Frame {
    var frame = Frame(width: width, height: height)
    plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
    return frame
  }

  @Test func barsAreEighthsOfACell() {
    let plot = BarPlot(rows: [.init(values: [0, 1, 2, 3, 4, 5, 6, 7, 8], style: red)])
    #expect(draw(plot, width: 9).text == " ▁▂▃▄▅▆▇█")
    #expect(draw(plot, width: 9, height: 2).text == "     ▂▄▆█\n ▂▄▆█████")
    #expect(draw(plot, width: 9, glyphs: .ascii).text == " .:-+*#%@")
  }

  @Test func aColumnShowsTheLargestOfItsValues() {
    var values = Array(repeating: 0.0, count: 1000)
    values[437] = 5
    #expect(draw(BarPlot(rows: [.init(values: values, style: red)]), width: 10).text == "    █")
  }

  @Test func fewValuesAreWidened() {
    let plot = BarPlot(rows: [.init(values: [8, 4, 1], style: red)])
    #expect(draw(plot, width: 10).text == "███▄▄▄▁▁▁")
  }

  @Test func theCutHasItsOwnColumnAndStyles() {
    var plot = BarPlot(
      rows: [.init(values: [8, 8, 8, 8, 8, 8], style: red, cutStyle: blue)], cut: 4, cutLineStyle: green)
    let frame = draw(plot, width: 7)
    #expect(frame.text == "████┊██")
    #expect((0..<7).map { frame[$0, 0].style } == [red, red, red, red, green, blue, blue])
    plot.cutLabel = "4"
    #expect(draw(plot, width: 7, height: 3).text.hasSuffix("\n    ▲ 4"))
  }

  @Test func columnsCoverEveryValueOnceAndNeverMixSides() {
    for count in [1, 2, 5, 40, 999] {
      for width in 3...60 {
        for cut in [1, count / 3, count - 1] where cut > 0 && cut < count {
          let columns = BarColumns(count: count, cut: cut, width: width)
          #expect(columns.ranges.count <= width)
          let covered = columns.ranges.compactMap { $0 }
          #expect(Set(covered.flatMap { Array($0) }) == Set(0..<count))
          for range in covered { #expect(range.upperBound <= cut || range.lowerBound >= cut) }
          #expect(columns.ranges.firstIndex(of: nil) == columns.cutColumn)
        }
      }
    }
  }

  @Test func secondRowIsBelowTheFirst() {
    let plot = BarPlot(rows: [
      .init(name: "f", values: [1], style: red), .init(name: "contribution", values: [1], style: blue),
    ])
    let frame = draw(plot, width: 26, height: 2)
    #expect(frame.text == "f            █████████████\ncontribution █████████████")
    #expect(frame[13, 1].style == blue)
  }
}
