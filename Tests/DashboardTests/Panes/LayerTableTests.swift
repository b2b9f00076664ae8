import Canvas
import Dashboard
import Experiment
import Testing

/// The table of layers in the width pane.
@Suite struct LayerTableTests {
  private func driver(width: Int = 120, height: Int = 36) -> Driver {
    var state = Fixtures.deep([200, 100], width: width, height: height)
    state.run.snapshot.layers[0].name = "stage 1, block 1"
    state.run.snapshot.layers[1].policy = .hold
    state.run.snapshot.layers[1].ceiling = 100
    return Driver(state)
  }

  @Test func namesWidthsAndParametersOfEveryLayer() {
    // 784·200 + 200 + 200·100 of the first, 200·100 + 100 + 100·10 of the second, of 178,110.
    driver().press("L").press(.tab).press("z")
      .shows("layer", "width", "parameters", "of all", "policy")
      .shows("stage 1, block 1", "177,000", "99.4 %", "21,100", "11.8 %")
  }

  @Test func aSecondPressShowsWidthsOverTheSteps() {
    let before = render(driver().state).text
    #expect(render(driver().press("L").press("L").state).text == before)
  }

  @Test func aNarrowPaneKeepsNamesAndWidths() {
    let text = render(driver(width: 60, height: 18).press("L").press("z").state).text
    #expect(text.contains("stage 1, block 1") && text.contains("width"))
    let small = render(Screens.pressed(Screens.twelveLayers(width: 120, height: 36), [.character("L")])).text
    #expect(small.contains("layer 1") && !small.contains("of all"))
  }

  @Test func thePaneIsBroughtIntoView() {
    var state = Fixtures.deep([200, 100], width: 60, height: 18)
    while state.view.focus != .input { state.press(.tab) }
    state.press("L")
    #expect(state.view.focus == .width && render(state).text.contains("parameters"))
  }
}
