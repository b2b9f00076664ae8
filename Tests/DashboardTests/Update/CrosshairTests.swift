import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct CrosshairTests {
  /// The loss alone on the screen.
  private func zoomed(width: Int = 120, height: Int = 36) -> State {
    Screens.pressed(Fixtures.spiralState(width: width, height: height), [.character("z")])
  }

  private func column(_ state: State) -> Int? {
    state.crosshair.flatMap { state.stepScale?.column(of: $0) }
  }

  @Test func arrowsMoveItByColumnsAndLeaveTheCutAlone() throws {
    var state = zoomed()
    #expect(state.crosshair == nil)
    state.press(.left)
    #expect(state.crosshair == 26_412)
    let last = try #require(column(state))
    for back in 1...5 {
      state.press(.left)
      #expect(column(state) == last - back)
    }
    state.press(.shiftLeft)
    #expect(column(state) == last - 15)
    state.press(.right, .shiftRight)
    #expect(column(state) == last - 4)
    state.press(.home)
    #expect(state.crosshair == 0)
    state.press(.left, .shiftLeft)
    #expect(state.crosshair == 0 && state.charts.range == nil)
    state.press(.end)
    #expect(state.crosshair == 26_412)
    #expect(state.kept(of: 0) == 67)
    // Elsewhere, and with all panes in view, they move the cut.
    state.press(.backTab, .left)
    #expect(state.kept(of: 0) == 66)
    state.press(.tab, .character("z"), .left)
    #expect(state.kept(of: 0) == 65 && state.crosshair == nil)
  }

  @Test func zoomingKeepsTheStepAtTheCrosshairAndItsColumn() throws {
    var state = zoomed()
    state.press(.home)
    for _ in 0..<3 { state.press(.shiftRight) }
    let (step, before) = (try #require(state.crosshair), try #require(column(state)))
    state.press("i")
    #expect(state.crosshair == step)
    #expect(abs(try #require(column(state)) - before) <= 1)
    let view = state.stepsInView
    #expect(abs(view.upperBound - view.lowerBound - 13_206) < 1)
    state.press("I")
    #expect(state.charts.range == nil)
    for _ in 0..<40 { state.press("i") }
    #expect(state.stepsInView.upperBound - state.stepsInView.lowerBound == State.fewestSteps)
    #expect(state.stepsInView.contains(step))
    for _ in 0..<40 { state.press("I") }
    #expect(state.charts.range == nil)
  }

  @Test func theViewGoesAlongWhenTheCrosshairLeavesIt() throws {
    var state = zoomed()
    state.press("iii")
    let view = state.stepsInView
    let length = view.upperBound - view.lowerBound
    state.press(.home)
    #expect(state.crosshair == view.lowerBound)
    state.press(.shiftLeft)
    let panned = state.stepsInView
    #expect(panned.lowerBound < view.lowerBound && state.crosshair == panned.lowerBound)
    #expect(abs(panned.upperBound - panned.lowerBound - length) < 1e-6)
    // Home at the edge of the view goes to the start of the run.
    state.press(.home)
    #expect(state.crosshair == 0 && state.stepsInView.lowerBound == 0)
    state.press(.end)
    #expect(state.crosshair == state.stepsInView.upperBound && state.stepsInView.lowerBound == 0)
    state.press(.end)
    #expect(state.crosshair == 26_412 && state.stepsInView.upperBound == 26_412)
  }

  @Test func escapeLeavesFirstTheStretchThenThePane() {
    var state = zoomed()
    state.press("i")
    state.press(.left, .escape)
    #expect(state.crosshair == nil && state.charts.range == nil && state.view.isZoomed)
    state.press(.escape)
    #expect(!state.view.isZoomed)
  }

  @Test func theWholeRunFollowsAndAStretchStays() {
    var state = zoomed()
    state.take { $0.step = 40_000 }
    #expect(state.stepsInView == 0...40_000)
    state.press("ii")
    let view = state.stepsInView
    state.take { $0.step = 80_000 }
    #expect(state.stepsInView == view)
    // An undo can leave it beyond the run: it is moved back.
    state.press(.end)
    state.take {
      $0.step = 5_000
      $0.abandonedLoss = []
    }
    #expect(state.stepsInView.upperBound <= 5_000)
    #expect(state.crosshair.map(state.stepsInView.contains) == true)
  }

  @Test func theFooterAndTheChartNameTheKeys() {
    var state = zoomed(width: 80, height: 24)
    let names = StatusText.footer(state).map { "\($0.key) \($0.name)" }
    #expect(names.contains("← → crosshair") && names.contains("i I zoom in, out"))
    state.press(.left)
    #expect(render(state).text.contains("esc leaves"))
    state.press("z")
    #expect(!StatusText.footer(state).contains { $0.key == "i I" })
    state.press("i")
    #expect(state.previewText.contains("zoom loss or width with z first"))
    #expect(state.charts.range == nil)
  }

  @Test func aCompactScreenCanBeReadToo() {
    var state = zoomed(width: 60, height: 18)
    #expect(state.isReadingSteps)
    state.press(.left, .shiftLeft)
    #expect(render(state).text.contains("held-out"))
    state.press("z")
    #expect(!state.isReadingSteps && state.kept(of: 0) == 67)
  }

  @Test func itReadsWhatTheColumnShows() {
    // One value a step, so that every step can be read alone.
    var snapshot = Snapshot()
    (snapshot.step, snapshot.state) = (1_000, .running)
    snapshot.layers = [LayerSnapshot(width: 9, rate: 0.1)]
    for step in 1...1_000 {
      snapshot.trainLoss.append(step == 600 ? 7 : step == 700 ? .nan : 0.5, at: step)
      snapshot.smoothedTrainLoss.append(0.25, at: step)
      snapshot.layers[0].widthHistory.append(Float(1_000 - step + 9), at: step)
      if step % 100 == 0 { snapshot.validationLoss.append(0.001 * Float(step), at: step) }
    }
    var state = Screens.pressed(Fixtures.state(snapshot, width: 80, height: 24), [.character("z"), .left])
    func text(at step: Double) -> String {
      state.charts.crosshair = step
      return render(state).text
    }
    #expect(text(at: 600).contains("train 0.5–7  smoothed 0.25  held-out 0.6"))
    #expect(text(at: 650).contains("held-out 0.6 at step 600"))
    #expect(text(at: 650).contains("train 0.5  "))
    #expect(text(at: 700).contains("train 0.5 with NaN or ∞"))
    // So near that a column is less than a step.
    for _ in 0..<20 { state.press("i") }
    state.charts.range = 596...604
    #expect(text(at: 600).contains("▲ step 600 "))
    #expect(text(at: 600).contains("train 7  "))
    #expect(text(at: 601).contains("train 0.5  smoothed 0.25  held-out 0.6 at step 600"))
    state.charts.range = 696...704
    #expect(text(at: 700).contains("train NaN or ∞"))
    state.press(.tab)
    #expect(state.view.focus == .width && state.isReadingSteps)
    #expect(text(at: 700).contains("layer 1  309 neurons  now 9"))
    state.charts.range = nil
    #expect(text(at: 700).firstMatch(of: /layer 1  30\d–3\d\d neurons/) != nil)
  }

  @Test func aMergedBucketIsReadAsItsRangeAndNothingElse() throws {
    var series = Series(capacity: 4)
    for step in 1...13 { series.append(step == 6 ? 9 : step == 7 ? .infinity : Float(step) / 100, at: step) }
    #expect(series.buckets.count == 4)
    #expect(series.buckets[1].firstStep == 5 && series.buckets[1].lastStep == 8)
    for step in [5.0, 6, 7, 8] {
      let reading = try #require(series.reading(at: step, perColumn: 0.1))
      #expect(reading.steps == 5...8 && reading.nonFinite == 1)
      #expect(reading.minimum == 0.05 && reading.maximum == 9)
      #expect(reading.stepText == "steps 5–8")
      #expect(reading.text(NumberText.significant) == "0.05–9 with NaN or ∞")
    }
    // Over columns wider than buckets, all whose middle is in them.
    #expect(series.reading(at: 4.5, perColumn: 8)?.steps == 1...8)
    #expect(series.reading(at: 20, perColumn: 1) == nil)
    #expect(series.reading(before: 20)?.steps == 13...13)
    #expect(series.reading(before: 0) == nil)
    #expect(Series().reading(at: 0, perColumn: 1) == nil)
  }

  @Test func stepsWithoutAFiniteLossAreMarkedInTheChart() {
    var snapshot = Fixtures.spiral
    for step in 26_413...26_500 { snapshot.trainLoss.append(step == 26_450 ? .nan : 0.01, at: step) }
    snapshot.step = 26_500
    let state = Fixtures.state(snapshot)
    let frame = render(state)
    #expect(frame.text.contains("! 1 step with NaN or ∞ loss: gaps"))
    let plot = state.layout.panes[0].rect
    let marks = (plot.x + 1..<plot.maxX - 1).filter { frame[$0, plot.y + 1].scalar == "!" }
    #expect(marks.count == 1 && marks[0] >= plot.maxX - 3)
    #expect(!render(Fixtures.spiralState()).text.contains("!"))
  }
}
