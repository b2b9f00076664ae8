import Canvas
import Fuzzing
import Testing

/// Whatever the data and wherever the rectangle: no crash, nothing drawn outside, ASCII when asked for.
@Suite struct PlotPropertyTests {
  private func check(
    seed: UInt64, rounds: Int = 600, draw: (inout SeededGenerator, Rect, inout Frame, GlyphSet) -> Void
  ) {
    var generator = SeededGenerator(seed: seed)
    for round in 0..<rounds {
      let glyphs = GlyphSet.allCases[round % GlyphSet.allCases.count]
      var guarded = GuardedFrame()
      let rect = generator.awkwardRect()
      draw(&generator, rect, &guarded.frame, glyphs)
      #expect(guarded.isUntouched(outside: rect), "round \(round), \(rect)")
      if glyphs == .ascii { #expect(guarded.frame.isASCII, "round \(round)") }
    }
  }

  @Test func linePlots() {
    check(seed: 11) { generator, rect, frame, glyphs in
      let series = (0..<Int.random(in: 0...4, using: &generator)).map { index in
        let samples = (0..<Int.random(in: 0...80, using: &generator)).map { position in
          let x =
            Int.random(in: 0..<10, using: &generator) == 0 ? generator.awkwardDouble() : Double(position)
          return Sample(
            x: x, minimum: generator.awkwardDouble(), maximum: generator.awkwardDouble(),
            mean: generator.awkwardDouble(), reach: index == 0 ? 0 : generator.awkwardDouble(),
            isInterrupted: position % 9 == 0)
        }
        let stroke: LinePlot.Stroke = [.solid, .dashed, .dotted][index % 3]
        return LinePlot.Series(
          name: ["", "λ train", "held-out"][index % 3], style: red, samples: samples, stroke: stroke,
          isFilled: index == 1, showsExtremes: index != 2)
      }
      var plot = LinePlot(series: series)
      plot.yScale = Bool.random(using: &generator) ? .linear : .logarithmic
      plot.yRange =
        [.automatic, .including(0), .fixed(generator.awkwardDouble(), generator.awkwardDouble())][
          Int.random(in: 0...2, using: &generator)]
      plot.xRange =
        [.automatic, .fixed(generator.awkwardDouble(), 50)][Int.random(in: 0...1, using: &generator)]
      plot.xLabel = "steps → ∞"
      plot.markers = [.init(x: generator.awkwardDouble(), label: "cut 83→58", style: green)]
      plot.references = [.init(y: generator.awkwardDouble(), label: "90 %", style: green)]
      plot.crosshair = .init(x: generator.awkwardDouble(), style: green)
      for index in plot.series.indices where index != 1 { plot.series[index].gapStyle = blue }
      plot.draw(in: rect, on: &frame, glyphs: glyphs)
    }
  }

  @Test func barPlots() {
    check(seed: 12) { generator, rect, frame, glyphs in
      let count = Int.random(in: 0...300, using: &generator)
      var plot = BarPlot(
        rows: (0..<Int.random(in: 0...3, using: &generator)).map { index in
          let values = (0..<max(0, count - index)).map { _ in generator.awkwardDouble() }
          return .init(name: ["", "importance f", "größe"][index], values: values, style: red)
        }, cut: Bool.random(using: &generator) ? nil : Int.random(in: -2...310, using: &generator))
      plot.cutLabel = "cut → 47"
      plot.draw(in: rect, on: &frame, glyphs: glyphs)
    }
  }

  @Test func rasterMaps() {
    check(seed: 13) { generator, rect, frame, glyphs in
      let (rows, columns) = (
        Int.random(in: 0...9, using: &generator), Int.random(in: 0...9, using: &generator)
      )
      let points = (0..<20).map { _ in
        RasterMap.Point(
          x: generator.awkwardDouble() / 900, y: Double.random(in: -0.1...1.1, using: &generator),
          classIndex: Int.random(in: -3...30, using: &generator))
      }
      let styles = Array([red, green, blue].prefix(Int.random(in: 0...3, using: &generator)))
      RasterMap(
        rows: rows, columns: columns,
        classes: (0..<rows * columns).map { _ in Int.random(in: -3...30, using: &generator) },
        confidences: (0..<rows * columns).map { _ in Float(generator.awkwardDouble()) }, points: points,
        classStyles: styles, ground: .terminal
      ).draw(in: rect, on: &frame, glyphs: glyphs)
    }
  }

  @Test func greyImages() {
    check(seed: 14) { generator, rect, frame, glyphs in
      let (rows, columns) = (
        Int.random(in: 0...40, using: &generator), Int.random(in: 0...40, using: &generator)
      )
      var image = PixelImage(
        rows: rows, columns: columns,
        pixels: (0..<rows * columns).map { _ in Float(generator.awkwardDouble()) })
      image.usesColor = Bool.random(using: &generator)
      let used = image.draw(in: rect, on: &frame, glyphs: glyphs)
      #expect(used.isEmpty || used.intersection(rect) == used)
    }
  }

  @Test func progressBars() {
    check(seed: 15) { generator, rect, frame, glyphs in
      ProgressBar(fraction: generator.awkwardDouble(), style: red, trackStyle: green)
        .draw(in: rect, on: &frame, glyphs: glyphs)
    }
  }
}
