import Canvas
import Dashboard
import Testing

/// The help, narrowed to what is searched for.
@Suite struct HelpSearchTests {
  private func help(_ search: String) -> State {
    Screens.pressed(Fixtures.spiralState(width: 200, height: 60), Screens.keys("?/" + search))
  }

  private func commands(_ state: State) -> [String] {
    state.listLines.filter { [.command, .unavailable].contains($0.kind) }.map(\.label)
  }

  @Test func lettersNarrowIt() {
    #expect(commands(help("learning rate")) == ["- + ="])
    #expect(commands(help("just before")) == ["u"])
    #expect(commands(help("xyzzy")).isEmpty)
    #expect(render(help("xyzzy")).text.contains("no command fits"))
    #expect(commands(help("")).count == KeyBinding.all.count)
    #expect(render(help("q")).text.contains("help: q_"))
  }

  @Test func whileTypingNoKeyActs() {
    var state = help("t")
    #expect(state.press("qu t").isEmpty)
    #expect(state.view.overlay == .help(top: 0, search: State.Search(text: "tqu t")))
    state.press(.backspace, .backspace)
    #expect(state.view.overlay == .help(top: 0, search: State.Search(text: "tqu")))
  }

  @Test func afterEnterTheKeysActAndEscapeShowsAll() {
    var state = help("pause")
    state.press(.enter)
    #expect(commands(state).contains("space"))
    #expect(commands(state).count < KeyBinding.all.count)
    #expect(sent(state.press(" ")) == .pause)
    #expect(state.view.overlay == nil)

    state = help("pause")
    state.press(.enter, .escape)
    #expect(state.view.overlay == .help(top: 0))
    state.press(.escape)
    #expect(state.view.overlay == nil)
  }

  @Test func anEmptySearchEndsWithBackspaceOrEnter() {
    for key in [Key.backspace, .enter, .escape] {
      var state = help("")
      state.press(key)
      #expect(state.view.overlay == .help(top: 0))
    }
  }

  @Test func ctrlCStillQuits() {
    var state = help("pa")
    #expect(state.press(.control("c")) == [.discardTypeAhead])
    #expect(state.question == .quit)
  }
}
