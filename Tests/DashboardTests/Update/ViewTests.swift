import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct ViewTests {
  @Test func tabVisitsEveryPaneAndComesBack() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    var visited: [Pane] = []
    for _ in Pane.allCases {
      visited.append(state.view.focus)
      #expect(state.layout.panes.contains { $0.pane == state.view.focus })
      state.press(.tab)
    }
    #expect(visited == Pane.allCases)
    #expect(state.view.focus == .loss)
    state.press(.backTab)
    #expect(state.view.focus == .tradeoff)
  }

  @Test func theLowerPaneStaysWhenFocusGoesUp() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    state.press(.backTab, .backTab, .tab, .tab)
    #expect(state.view.focus == .loss)
    #expect(state.layout.panes.map(\.pane) == [.loss, .width, .tradeoff])
    state.press(.tab, .tab, .backTab)
    #expect(state.layout.panes.map(\.pane) == [.loss, .width, .input])
  }

  @Test func zoomShowsTheFocusedPaneAloneUntilEscape() {
    var state = Fixtures.spiralState()
    state.press(.tab)
    state.press("z")
    #expect(state.layout.panes.map(\.pane) == [.width])
    #expect(state.layout.panes[0].rect == state.layout.body)
    state.press(.tab)
    #expect(state.layout.panes.map(\.pane) == [.input])
    state.press(.escape)
    #expect(state.layout.panes.count == 6)
  }

  @Test func aCompactScreenHasNothingToZoom() {
    var state = Fixtures.spiralState(width: 60, height: 18)
    state.press(.backTab)
    state.press("z")
    #expect(!state.view.isZoomed)
    #expect(state.previewText == "zoom: this screen shows one pane at a time anyway")
  }

  @Test func scaleAndSmoothingToggle() {
    var state = Fixtures.spiralState()
    let before = render(state)
    state.press("l")
    #expect(!state.charts.isLogarithmic)
    let linear = render(state)
    #expect(linear != before)
    state.press("m")
    #expect(!state.charts.isSmoothed)
    #expect(render(state) != linear)
    state.press("lm")
    state.press(.escape)
    #expect(render(state) == before)
  }

  @Test func helpScrollsClosesAndActs() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    state.press("?")
    state.press(.down, .down, .up)
    #expect(state.view.overlay == .help(top: 1))
    state.press(.end)
    #expect(state.view.overlay == .help(top: state.lastListTop))
    #expect(state.lastListTop > 0)
    state.press(.pageUp, .home)
    #expect(state.view.overlay == .help(top: 0))
    for closing in [Key.character("?"), .escape, .character("q"), .enter] {
      #expect(state.press(closing).isEmpty)
      #expect(state.view.overlay == nil)
      state.press("?")
    }
    #expect(sent(state.press(" ")) == .pause)
    #expect(state.view.overlay == nil)
  }

  @Test func theLogOpensAtItsEndAndScrollsBack() {
    var state = Fixtures.spiralState(width: 80, height: 24)
    for index in 0..<50 { _ = update(&state, .log("line \(index).")) }
    state.press("o")
    #expect(render(state).text.contains("line 49."))
    state.press(.home)
    #expect(render(state).text.contains("line 0."))
    state.press(.down, .end)
    #expect(state.view.overlay == .log(back: 0))
  }

  @Test func aScreenTooSmallToShowAQuestionAsksNone() {
    var state = Fixtures.spiralState(width: 20, height: 5)
    state.press(.left)
    #expect(state.press("t").isEmpty)
    #expect(state.question == nil)
    #expect(state.press(" ").isEmpty)
    #expect(state.press("q") == [.discardTypeAhead])
    #expect(render(state).text.contains("enter quits"))
    #expect(state.press(.enter) == [.quit])
  }

  @Test func anUnboundKeySaysSo() {
    var state = Fixtures.spiralState()
    state.press("k")
    #expect(state.previewText == "k does nothing here: ? shows the keys")
    state.press(.escape)
    #expect(state.messages.current == nil)
  }

  @Test func anEnterWithoutAQuestionLeavesTheRefusal() {
    var state = Fixtures.spiralState()
    state.press("t")
    let refusal = state.previewText
    #expect(refusal.contains("keeps all"))
    #expect(state.press(.enter).isEmpty)
    #expect(state.previewText == refusal)
  }
}
