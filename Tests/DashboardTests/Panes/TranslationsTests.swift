import Dashboard
import Experiment
import Testing

@Suite struct TranslationsTests {
  private func state(_ translations: [SampleTranslation], width: Int, height: Int) -> State {
    var state = Fixtures.spiralState()
    _ = update(
      &state,
      .inspection(Inspection(step: 1, curves: [], contributions: [], input: .translations(translations))))
    (state.width, state.height) = (width, height)
    state.view.focus = .input
    state.view.isZoomed = true
    return state
  }

  @Test func textsStandOverTheirTranslations() {
    let samples = [
      SampleTranslation(source: "a man walks", prediction: "ein Mann", reference: "ein Mann geht"),
      SampleTranslation(source: "two dogs", prediction: "", reference: "zwei Hunde"),
    ]
    let lines = render(state(samples, width: 100, height: 30)).text.split(separator: "\n")
    let rows = ["a man walks", "ein Mann  ", "ein Mann geht", "two dogs", "zwei Hunde"].map { text in
      lines.firstIndex { $0.contains(text) }
    }
    #expect(!rows.contains(nil) && rows.compactMap { $0 } == rows.compactMap { $0 }.sorted())
    #expect(lines.contains { $0.contains("translations") })
  }

  @Test(arguments: [20, 40, 61, 120], [8, 11, 24])
  func longOrStrangeTextsStayInThePane(_ width: Int, _ height: Int) {
    let strange = [
      String(repeating: "x", count: 300), String(repeating: "word ", count: 80), "\u{1B}[31m\n\t猫猫", "",
    ]
    let samples = strange.map { SampleTranslation(source: $0, prediction: $0, reference: $0) }
    let state = state(samples, width: width, height: height)
    #expect(state.brokenBorder(in: render(state)) == nil)
  }
}
