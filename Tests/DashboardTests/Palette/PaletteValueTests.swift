import Canvas
import Dashboard
import Experiment
import Testing

/// Commands with a value.
@Suite struct PaletteValueTests {
  private func run(_ line: String, _ state: State = Fixtures.spiralState()) -> (State, [Effect]) {
    var state = Screens.palette(line, state)
    let effects = state.press(.enter)
    return (state, effects)
  }

  private var regression: State {
    Fixtures.state(Fixtures.regression.snapshot, Fixtures.regression.inspection)
  }

  @Test(arguments: [
    ("truncate 47", Question.truncate(layer: 0, width: 47)), ("truncate 70%", .truncate(layer: 0, width: 47)),
    ("tr 70 %", .truncate(layer: 0, width: 47)), ("truncate all 70%", .truncateAll(keep: 0.7)),
    ("truncate-all 70%", .truncateAll(keep: 0.7)), ("  Truncate  ALL  12.5%", .truncateAll(keep: 0.125)),
  ])
  func whatChangesTheModelIsAsked(line: String, question: Question) {
    var (state, effects) = run(line)
    #expect(effects == [.discardTypeAhead])
    #expect(state.question == question)
    #expect(state.view.overlay == nil)
    #expect(sent(state.press(.enter)) == question.content.command(in: Fixtures.spiralState())?.action)
  }

  @Test func compressingIsAskedWithTheWidthThatWasTyped() {
    var (state, effects) = run("compress 40")
    #expect(effects == [.discardTypeAhead])
    #expect(state.previewText.contains("compress layer 1 from 67 to 40_ neurons"))
    #expect(sent(state.press(.enter)) == .compress(layer: 0, width: 40))
  }

  @Test(arguments: [
    ("pace 20", Command.Action.setPace(20)), ("pace 0.5", .setPace(0.5)), ("pace unlimited", .setPace(nil)),
    ("learning-rate 0.003", .setLearningRate(0.003)), ("learning rate 3e-3", .setLearningRate(0.003)),
    ("learn r 0.1", .setLearningRate(0.1)),
  ])
  func whatTheKeysDoAtOnceIsDoneAtOnce(line: String, action: Command.Action) {
    #expect(sent(run(line).1) == action)
  }

  @Test func cutAndLayerMoveWhatIsLookedAt() {
    #expect(run("cut 30").0.kept(of: 0) == 30)
    #expect(run("cut 50%").0.kept(of: 0) == 34)
    #expect(run("cut 67").0.cut.kept == [nil])
    #expect(run("layer 2", regression).0.cut.layer == 1)
    #expect(run("layer-2", regression).0.cut.layer == 1)
  }

  @Test(arguments: [
    ("truncate 67", "a width from 1 to 66, or a share such as 70%"), ("truncate 0", "a width from 1"),
    ("truncate x", "a width from 1"), ("truncate 100%", "a width from 1"), ("truncate -3", "a width from 1"),
    ("truncate nan%", "a width from 1"), ("truncate all 47", "such as 70%"),
    ("truncate all 99.9%", "some layer shrinks by"), ("compress 67", "a width from 1 to 66"),
    ("pace 0", "epochs per second"), ("pace inf", "epochs per second"),
    ("learning-rate -1", "a positive number"),
    ("learning-rate nan", "a positive number"), ("layer 2", "there is one adaptive layer"),
    ("layer 0", "there is one adaptive layer"), ("cut 68", "from 1 to 67"),
    ("pace 1 2", "epochs per second"), ("cut 99999999999999999999", "from 1 to 67"),
    ("theme none", "dark, light"),
  ])
  func whatIsNotExpectedSaysWhatIs(line: String, words: String) throws {
    var state = Screens.palette(line, Fixtures.spiralState())
    let entry = try #require(state.palette?.selected(in: state))
    guard case .expects(let expected) = entry.status else {
      Issue.record("\(line) is \(entry)")
      return
    }
    #expect(expected.contains(words))
    #expect(render(state).text.contains("expects "))
    let before = state
    #expect(state.press(.enter).isEmpty)
    #expect(state == before)
  }

  @Test func theReasonComesBeforeTheValue() {
    var snapshot = Fixtures.spiral
    snapshot.layers[0].compressionTarget = 30
    let compressing = Screens.palette("compress 40", Fixtures.state(snapshot))
    #expect(
      compressing.palette?.selected(in: compressing)?.sentence
        == "not now: a layer is being compressed: c stops that")
    let loading = Screens.palette("truncate 4", Fixtures.state())
    #expect(loading.palette?.selected(in: loading)?.sentence == "not now: the data are still loading")
    let fixed = Screens.palette("cut 4", Fixtures.state(Fixtures.fixedWidth.snapshot))
    #expect(fixed.palette?.selected(in: fixed)?.sentence.contains("its widths are fixed") == true)
  }

  @Test func tabAndEnterAskForTheValue() {
    var state = Screens.palette("trunc", Fixtures.spiralState())
    state.press(.tab)
    #expect(state.palette?.query == "truncate ")
    state = Screens.palette("learning rate", Fixtures.spiralState())
    #expect(state.press(.enter).isEmpty)
    #expect(state.palette?.query == "learning-rate ")
    state = Screens.palette("pac", Fixtures.spiralState())
    while state.palette?.selected(in: state)?.id != "pace" { state.press(.down) }
    #expect(state.press(.enter).isEmpty)
    #expect(state.palette?.query == "pace ")
    #expect(
      state.palette?.selected(in: state)?.sentence
        == "expects epochs per second, such as 20 or 0.5, or unlimited")
    state.press("5")
    #expect(sent(state.press(.enter)) == .setPace(5))
  }

  @Test func themesAreShownWhileSelectedAndKeptByEnter() throws {
    let light = try #require(Theme.named("light"))
    var state = Screens.palette("theme light", Fixtures.spiralState())
    #expect(state.shownTheme == light)
    #expect(state.theme.name == "dark")
    #expect(render(state)[1, 0].style == light[.title])
    state.press(.escape)
    #expect(state.shownTheme.name == "dark")
    #expect(render(state)[1, 0].style == state.theme[.title])
    (state, _) = run("theme light")
    #expect(state.theme == light)
    #expect(state.previewText == "theme: light")
  }

  @Test func aThemeOfTheUsersOwnIsListedAndFollowsItsFile() throws {
    var state = Fixtures.spiralState()
    _ = update(&state, .theme(try Theme(text: "name = \"dusk\"\ntext = \"#aabbcc\"", path: "dusk.toml")))
    state = Screens.palette("dusk", state)
    #expect(state.shownTheme.name == "dusk")
    let changed = try Theme(text: "name = \"dusk\"\ntext = \"#112233\"", path: "dusk.toml")
    _ = update(&state, .theme(changed))
    #expect(state.shownTheme == changed)
    state.press(.enter)
    #expect(state.theme == changed)
  }

  @Test func everyValueCommandIsInTheTableOnce() {
    let ids = ArgumentCommand.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for command in ArgumentCommand.all {
      #expect(!command.argument.isEmpty && !command.description.hasSuffix("."))
    }
  }
}
