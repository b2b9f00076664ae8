import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct TextTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (26_412, "26,412"), (-1_234_567, "−1,234,567")])
  func thousandsAreGrouped(value: Int, text: String) {
    #expect(NumberText.grouped(value) == text)
  }

  @Test func noChangeHasNoSignBeforeItsUncertainty() {
    let metrics = Metrics(loss: 0.1, accuracy: 0.98)
    #expect(Wording.change(from: metrics, to: metrics) == "98.0 % → 98.0 % (±0.0)")
    #expect(Wording.change(from: metrics, to: metrics, error: 0.003) == "98.0 % → 98.0 % (0.0 ± 0.3)")
  }

  @Test func changesCarryTheirSign() {
    #expect(NumberText.change(from: 337, to: 237) == "−30 %")
    #expect(NumberText.change(from: 2, to: 3) == "+50 %")
    #expect(NumberText.signed(0.04, 1) == "±0.0")
    // 99.84 → 99.76 reads 99.8 → 99.8, and 99.86 → 99.84 reads 99.9 → 99.8.
    #expect(NumberText.signed(99.76, 1, minus: 99.84) == "±0.0")
    #expect(NumberText.signed(99.84, 1, minus: 99.86) == "−0.1")
  }

  @Test(arguments: [
    (0, "0"), (0.003449, "0.0034"), (0.0996, "0.10"), (0.5, "0.50"), (1.74, "1.7"), (9.96, "10"),
    (14.2, "14"),
    (99.7, "100"), (243.1, "240"), (.infinity, "?"), (-1, "?"), (.nan, "?"),
  ])
  func timesHaveTwoDigits(value: Double, text: String) {
    #expect(NumberText.twoDigits(value) == text)
  }

  /// Those that changed at once share a line on the charts.
  @Test func markersOfOneStepAreJoined() {
    func label(_ edits: Marker.Edit...) -> String {
      Marker.Edit.label(of: edits)
    }
    #expect(label(.width(from: 83, to: 58)) == "83→58")
    #expect(label(.width(from: 256, to: 151), .width(from: 256, to: 149)) == "→151, →149")
    #expect(label(.width(from: 9, to: 4), .width(from: 8, to: 4)) == "→4, →4")
    #expect(label(.width(from: 9, to: 4), .width(from: 8, to: 4), .width(from: 7, to: 4)) == "3 layers →4")
    #expect(label(.width(from: 9, to: 4), .other("hold")) == "9→4, hold")
    // A text that looks like widths is none.
    #expect(label(.other("1→2"), .other("compress→3")) == "1→2, compress→3")
  }

  /// Of the last step and the last epoch whichever comes first.
  @Test func aLimitOfStepsShortensTheTimeLeft() {
    func header(_ limit: Int?) -> [String] {
      var snapshot = Fixtures.spiral
      snapshot.stepLimit = limit
      return StatusText.header(Fixtures.state(snapshot, Fixtures.spiralInspection, width: 120, height: 36))
        .map(\.text)
    }
    #expect(header(nil).contains("12 s left") && header(nil).contains("step 26,412"))
    #expect(header(29_537).contains("1 s left") && header(29_537).contains("step 26,412/29,537"))
    #expect(header(1_000_000).contains("12 s left"))
  }

  @Test func theHeaderDropsTheLeastImportantFirst() {
    let pieces = StatusText.header(Fixtures.spiralState())
    let full = StatusText.fit(pieces, separator: " · ", width: 200, glyphs: .braille)
    #expect(
      full
        == "spiral · mlp 2→[67]→2 · epoch 211/500 · step 26,412 · 25 epochs/s (paced) · 12 s left · lr 0.01 "
        + "· running")
    var last = full
    for width in stride(from: 200, through: 1, by: -1) {
      let line = StatusText.fit(pieces, separator: " · ", width: width, glyphs: .braille)
      #expect(Text.columns(line) <= width)
      #expect(Text.columns(line) <= Text.columns(last))
      last = line
    }
    #expect(StatusText.fit(pieces, separator: " · ", width: 20, glyphs: .braille) == "spiral · running")
  }

  @Test func onlyAdaptiveWidthsAreBracketed() {
    #expect(StatusText.shape(Fixtures.fixedWidth.snapshot) == "mlp 64→32→16→10")
    #expect(StatusText.shape(Fixtures.regression.snapshot) == "mlp 8→[120]→[45]→1")
  }

  @Test func regressionIsToldInRMSEAndR2() {
    #expect(Wording.quality(Metrics(loss: 1, rmse: 0.5119, r2: 0.9973)) == "RMSE 0.512, R² 0.997")
    #expect(
      Wording.change(from: Metrics(loss: 1, rmse: 0.5), to: Metrics(loss: 1, rmse: 0.6))
        == "RMSE 0.5 → 0.6 (+20 %)")
  }

  @Test func textFromDataCannotReachTheTerminalAsControl() {
    var snapshot = Fixtures.fixedWidth
    snapshot.inspection.input = .classes([ClassAccuracy(name: "a\u{1B}[2Jb\u{7}", rows: 1, accuracy: 1)])
    var state = Fixtures.state(snapshot.snapshot, snapshot.inspection, name: "evil\u{1B}]0;x\u{7}")
    _ = update(&state, .log("\u{1B}[31mred\r\n"))
    for keys in ["", "o", "?"] {
      state.press(keys)
      #expect(render(state).cells.allSatisfy { $0.isVisible && $0.scalar.value != 0x7F })
    }
  }
}
