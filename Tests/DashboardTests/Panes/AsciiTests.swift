import Dashboard
import Experiment
import Testing

/// What ASCII must not confuse.
@Suite struct AsciiTests {
  @Test func arrowKeysHaveWords() {
    var state = Fixtures.spiralState()
    state.glyphs = .ascii
    let footer = StatusText.footer(state)
    #expect(footer.contains { $0.key == "left right" && $0.name == "cut" })
    #expect(footer.contains { $0.key == "< >" && $0.name == "pace" })
    state.press("t")
    #expect(state.previewText.contains("move it with left first"))
  }

  @Test func layersDifferInTheirMarks() {
    var state = Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
    state.glyphs = .ascii
    let text = render(state).text
    #expect(text.contains(".. layer 1") && text.contains("** layer 2"))
  }
}
