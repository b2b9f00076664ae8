import Canvas
import Fuzzing
import Testing

/// Drawing, then asking what was drawn where.
@Suite struct ColumnScaleTests {
  private static let marker = Style(foreground: Color(hex: 0x123456))

  private func columns(with style: Style, in frame: Frame) -> Set<Int> {
    Set(
      (0..<frame.width).filter { x in (0..<frame.height).contains { frame[x, $0].style == style } })
  }

  @Test(arguments: GlyphSet.allCases) func aMarkersColumnGivesItsValueBackWithinHalfAColumn(glyphs: GlyphSet)
  {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<400 {
      let low = Double.random(in: -1e6...1e6, using: &random)
      let high = low + Double.random(in: 1...1e6, using: &random)
      let x = [low, high, Double.random(in: low...high, using: &random)].randomElement(using: &random)!
      var plot = LinePlot(series: [])
      plot.xRange = .fixed(low, high)
      plot.markers = [.init(x: x, label: "", style: Self.marker)]
      var frame = Frame(width: 70, height: 12)
      let rect = Rect(
        x: Int.random(in: 0...20, using: &random), y: 1, width: Int.random(in: 1...50, using: &random),
        height: 9)
      guard let scale = plot.draw(in: rect, on: &frame, glyphs: glyphs) else {
        Issue.record("nothing drawn in \(rect)")
        return
      }
      #expect(scale.columns.upperBound == rect.maxX)
      let drawn = columns(with: Self.marker, in: frame)
      #expect(drawn.count == 1 && drawn.first == scale.column(of: x))
      if let column = drawn.first, scale.columns.count > 1 {
        #expect(abs(scale.value(at: column) - x) <= scale.perColumn * 0.5000001)
      }
    }
  }

  @Test(arguments: GlyphSet.allCases) func aCurveIsWhereTheScaleSays(glyphs: GlyphSet) {
    for place in stride(from: 0.0, through: 1000, by: 7) {
      var plot = LinePlot(series: [
        .init(name: "", style: red, samples: [Sample(x: place, minimum: 0, maximum: 1, mean: 0.5)])
      ])
      plot.xRange = .fixed(0, 1000)
      var frame = Frame(width: 60, height: 8)
      let scale = plot.draw(in: frame.bounds, on: &frame, glyphs: glyphs)
      #expect(columns(with: red, in: frame) == [scale?.column(of: place) ?? -1])
    }
  }

  @Test func whatLiesOutsideHasNoColumn() throws {
    var plot = LinePlot(series: [])
    plot.xRange = .fixed(0, 10)
    var frame = Frame(width: 40, height: 8)
    let scale = try #require(plot.draw(in: frame.bounds, on: &frame, glyphs: .braille))
    for value in [-1, 11, Double.nan, .infinity, -.infinity] { #expect(scale.column(of: value) == nil) }
    #expect(plot.draw(in: Rect(x: 50, y: 0, width: 4, height: 4), on: &frame, glyphs: .braille) == nil)
  }

  @Test func aCutsColumnGivesItBackWithinHalfAColumn() throws {
    for count in [2, 3, 7, 40, 67, 999] {
      for width in [5, 9, 30, 41] {
        for cut in 1..<count {
          let plot = BarPlot(
            rows: [.init(values: Array(repeating: 1, count: count), style: red)], cut: cut,
            cutLineStyle: Self.marker)
          var frame = Frame(width: width + 3, height: 3)
          let drawnScale = plot.draw(
            in: Rect(x: 2, y: 0, width: width, height: 3), on: &frame, glyphs: .braille)
          let scale = try #require(drawnScale)
          let column = try #require(columns(with: Self.marker, in: frame).first)
          // Neither side may be left without a column.
          let isEdge = column == 2 + 1 || column == 2 + width - 2
          let error = abs(scale.value(at: column) - Double(cut))
          #expect(isEdge || error <= max(0.5, scale.perColumn * 0.5000001), "\(cut) of \(count) in \(width)")
        }
      }
    }
  }

  @Test func draggingACutPutsItUnderThePointerOrOnTheNearestNeuron() throws {
    for (count, width) in [(5, 40), (67, 40), (67, 90), (900, 33)] {
      for pointer in 1..<width - 1 {
        func draw(_ cut: Int?) throws -> (scale: ColumnScale, line: Int?) {
          let plot = BarPlot(
            rows: [.init(values: Array(repeating: 1, count: count), style: red)], cut: cut,
            cutLineStyle: Self.marker)
          var frame = Frame(width: width, height: 2)
          let scale = plot.draw(in: frame.bounds, on: &frame, glyphs: .braille)
          return (try #require(scale), columns(with: Self.marker, in: frame).first)
        }
        let cut = Int(try draw(nil).scale.value(at: pointer).rounded())
        let (scale, line) = try draw(cut)
        guard let line else {
          #expect(cut == 0 || cut >= count)
          continue
        }
        #expect(Double(abs(line - pointer)) <= max(1, 0.5 / scale.perColumn + 0.5), "\(pointer) of \(width)")
        // It stays there.
        #expect(Int(scale.value(at: pointer).rounded()) == cut)
      }
    }
  }
}
