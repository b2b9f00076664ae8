import Canvas
import Dashboard
import Experiment
import Fuzzing
import Testing

@Suite struct PaletteTests {
  /// With the palette open and a line typed.
  private func state(_ query: String, _ state: State = Screens.cutState(width: 120, height: 36)) -> State {
    Screens.palette(query, state)
  }

  private func entries(_ state: State) -> [Palette.Entry] { state.palette?.entries(in: state) ?? [] }

  private func ids(_ query: String) -> [String] { entries(state(query)).map(\.id) }

  @Test func withoutAQueryItListsEveryCommand() {
    let listed = Set(ids(""))
    let bound = KeyBinding.all.filter { $0.keyRange == nil }.flatMap { $0.commands.map(\.id) }
    #expect(listed.isSuperset(of: bound))
    for command in ArgumentCommand.all { #expect(listed.contains { $0.hasPrefix(command.id) }) }
    for theme in Theme.builtIn { #expect(listed.contains("theme \(theme.name)")) }
  }

  @Test func theBestMatchStandsFirst() {
    #expect(ids("truncate").first == "truncate")
    #expect(ids("truncate all").first == "truncate-all")
    #expect(ids("ta").first == "truncate-all")
    #expect(ids("trunc").prefix(2) == ["truncate", "truncate-all"])
    #expect(ids("quit").first == "quit")
    // Words of the description, of the group, and letters in their order.
    #expect(ids("moving average").first == "smoothing")
    #expect(ids("test rows").first == "evaluate")
    #expect(ids("editing network").contains("undo"))
    #expect(ids("smthg").first == "smoothing")
    #expect(ids("xyzzy").isEmpty)
  }

  @Test func whatACommandIsCalledNowFindsItToo() {
    var paused = Fixtures.spiralState()
    paused.take { $0.state = .paused }
    let found = entries(state("resume", paused)).first
    #expect(found?.id == "pause")
    #expect(found?.text.hasPrefix("resume: ") == true)
  }

  /// Running from the palette is pressing the key.
  @Test func everyBindingIsReachedByItsName() {
    for binding in KeyBinding.all where binding.keyRange == nil {
      for way in binding.commands {
        let before = Screens.cutState(width: 120, height: 36)
        var (pressed, run) = (before, state(way.id, before))
        let isAvailable = binding.availability(in: before) == .available
        let expected = pressed.press(way.keys[0])
        #expect(entries(run).first?.id == way.id)
        #expect(run.press(.enter) == (isAvailable ? expected : []), "\(way.id)")
        if isAvailable { #expect(run == pressed, "\(way.id)") } else { #expect(run.palette != nil) }
      }
    }
  }

  @Test func keysAndReasonsStandBesideTheCommands() {
    let text = render(state("undo")).text
    #expect(text.contains("▸ undo"))
    #expect(text.contains(" u "))
    #expect(text.contains("not now: there is nothing to undo"))
    var refused = state("undo")
    #expect(refused.press(.enter).isEmpty)
    #expect(refused.palette?.query == "undo")
  }

  @Test func allTypedKeysReachTheQuery() {
    var state = Screens.cutState(width: 120, height: 36)
    state.press(":")
    #expect(state.press("quxo?/:1 %tT").isEmpty)
    #expect(state.palette?.query == "quxo?/:1 %tT")
    state.press(.backspace, .left, .delete)
    #expect(state.palette?.query == "quxo?/:1 %t")
    state.press(.control("u"))
    #expect(state.palette?.query == "")
    state.press(.backspace)
    #expect(state.palette != nil)
    state.press(.escape)
    #expect(state.palette == nil)
    #expect(state.question == nil)
  }

  @Test func ctrlCQuitsFromThePaletteToo() {
    var asked = state("zoom")
    #expect(asked.press(.control("c")) == [.discardTypeAhead])
    #expect(asked.question == .quit)
  }

  @Test func arrowsChooseAndStayInTheList() {
    var state = state("layer")
    let count = entries(state).count
    state.press(.up)
    #expect(state.palette?.selection == 0)
    state.press(.down, .down)
    #expect(state.palette?.selected(in: state)?.id == entries(state)[2].id)
    state.press(.end, .down)
    #expect(state.palette?.selection == count - 1)
    // Another query begins at its best match.
    state.press("-")
    #expect(state.palette?.selection == 0)
  }

  @Test func whatIsTooSmallToSeeIsNeitherOpenedNorObeyed() {
    var small = Fixtures.spiralState(width: 30, height: 8)
    small.press(":")
    #expect(small.palette == nil)
    var shrunk = state("pause")
    _ = update(&shrunk, .resized(width: 30, height: 8))
    #expect(shrunk.press(.enter).isEmpty)
    #expect(shrunk.palette == nil)
    shrunk = state("pause")
    _ = update(&shrunk, .resized(width: 30, height: 8))
    #expect(shrunk.press("q") == [.discardTypeAhead])
  }

  @Test(arguments: GlyphSet.allCases)
  func randomQueriesNeverBreakTheFrame(glyphs: GlyphSet) {
    var random = SeededGenerator(seed: 9)
    let letters = Array("trunc at all70%.-layer theme é猫\u{1B}\u{301}:?/q")
    for number in 0..<25 {
      var state = state("", Screens.cutState(width: 120, height: 36))
      state.glyphs = glyphs
      state.width = Int.random(in: 40...140, using: &random)
      state.height = Int.random(in: 10...40, using: &random)
      for _ in 0..<(number % 4 == 0 ? 100 : 8) {
        let key: Key =
          switch Int.random(in: 0..<12, using: &random) {
          case 0: .down
          case 1: .tab
          case 2: .pageDown
          default: .character(letters.randomElement(using: &random)!)
          }
        state.press(key)
      }
      let frame = render(state)
      let body = state.layout.body
      let lines = glyphs.lines
      for y in body.y + 1..<body.maxY - 1 {
        #expect(frame[0, y].scalar == lines.vertical && frame[body.maxX - 1, y].scalar == lines.vertical)
      }
      #expect(frame.cells.allSatisfy { $0.isVisible && (glyphs != .ascii || $0.scalar.isASCII) })
      let shown = frame.text.split(separator: "\n").filter { $0.contains(glyphs == .ascii ? "|>" : "│▸") }
      #expect(shown.count == (entries(state).isEmpty ? 0 : 1), "\(frame.text)")
    }
  }
}
