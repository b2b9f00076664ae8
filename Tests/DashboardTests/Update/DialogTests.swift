import Canvas
import Dashboard
import Experiment
import Testing

/// Whole dialogs of a user with a run, as they go in a terminal: keys go in, the screen is read.
@Suite struct DialogTests {
  /// A run of one layer that trains.
  private func training(_ columns: Int = 80, _ rows: Int = 24) -> Driver {
    Driver(Fixtures.spiralState(width: columns, height: rows))
  }

  @Test func theWidthInTheHeaderFollowsTheRun() {
    training(120, 36).shows("mlp 2→[67]→2")
      .receives {
        $0.layers[0].width = 60
        $0.shape[1] = 60
      }
      .shows("mlp 2→[60]→2").hides("[67]")
  }

  @Test func aCutIsMadeAndUndoneWhileItTrains() {
    training(120, 36).press(.shiftLeft, .shiftLeft, .shiftLeft).shows("keep 49 of 67", "cut at 49")
      .press("t").expects(effects: .discardTypeAhead).shows("enter truncates layer 1", "keep 49 of 67")
      .press(.enter).expects(sent: .truncate(layer: 0, width: 49)).shows("pending")
      .answers(.truncated(layer: 0, from: 67, to: 49)) { ($0.layers[0].width, $0.undoDepth) = (49, 1) }
      .shows("cut layer 1: 67 → 49 neurons", "67→49")
      .press("u").expects(sent: .undo)
      .answers(.undone(to: 26_000)).shows("undone: back at step 26,000")
  }

  @Test func aPausedNetworkIsCutAndComesBackExactly() {
    training().press(" ").expects(sent: .pause)
      .answers(.paused) { $0.state = .paused }.shows("· paused")
      .press(.left, .left, .left).shows("keep 64 of 67")
      .press("t").press(.enter)
      .answers(.truncated(layer: 0, from: 67, to: 64)) {
        $0.layers[0].width = 64
        $0.shape[1] = 64
        $0.undoDepth = 1
      }
      .shows("2→[64]→2", "· paused")
      .press("u").expects(sent: .undo)
      .receives {
        $0.layers[0].width = 67
        $0.shape[1] = 67
      }
      .shows("2→[67]→2")
  }

  /// A control character is a key like any other; the question is answered with no.
  @Test func quittingARunThatWouldBeLostIsAsked() {
    training().press(.control("c")).expects(question: .quit).shows(
      "enter quits", "training is not done: quit?"
    )
    .press("n").expects(question: nil).shows("canceled: nothing was changed").expectsNoEffect()
    .press("q").expects(footer: "enter quits", "any other key cancels")
    .press(.enter).expects(effects: .quit)
    training().press("q").press(.control("c")).expects(effects: .quit)
  }

  private func kept() -> Driver {
    let state = State(
      name: "spiral", width: 80, height: 24, glyphs: .braille, theme: Fixtures.state().theme,
      isSavedOnQuit: true)
    return Driver(state).receives(Fixtures.spiral)
  }

  @Test func aRunThatIsKeptIsLeftAtOnce() { kept().press("q").expects(effects: .quit) }

  /// Whatever room there is for the reason.
  @Test func aRunWhoseFolderIsGoneIsLeftKnowingThatItIsNotKept() {
    let long = "runs/" + String(repeating: "long-", count: 12) + "name is gone"
    kept().receives { $0.risk = long }.press("q").expects(question: .quit)
      .shows("training is not done, and the run would not be kept: quit?")
      .press("n").receives { ($0.state, $0.risk) = (.finished, "runs/a is gone") }.press("q")
      .expects(question: .quit).shows("the run would not be kept: quit?   runs/a is gone")
  }

  /// Escape first dismisses an overlay, a zoom or a message.
  @Test func escapeLeavesAFinishedRunForTheListThatItWasOpenedFrom() {
    let opened = kept().with { $0.run.isOpenedFromHome = true }
    opened.press(.escape).expectsNoEffect()
    let finished = opened.receives { $0.state = .finished }
    finished.press(.escape).expects(effects: .quit)
    finished.press("z").press(.escape).expectsNoEffect().press(.escape).expects(effects: .quit)
    finished.press("?").press(.escape).expectsNoEffect().press(.escape).expects(effects: .quit)
    finished.press("l").press(.escape).expectsNoEffect().press(.escape).expects(effects: .quit)
    finished.receives { $0.risk = "runs/a is gone" }.press(.escape).expects(question: .quit)
    kept().receives { $0.state = .finished }.press(.escape).expectsNoEffect()
  }

  @Test func theMouseMovesTheCutAndIsGivenBack() {
    var state = Fixtures.spiralState()
    state.mouse = .on
    Driver(state).mouse(.press, x: 99, y: 27).mouse(.drag, x: 97, y: 27).mouse(.release, x: 97, y: 27)
      .focuses(.tradeoff).shows("┤trade-off, layer 1├", "cut at ", "of 67: held-out")
      .press("M").expects(effects: .setMouse(false)).shows("mouse: left to the terminal")
      .press("M").expects(effects: .setMouse(true)).shows("mouse: on, and shift-drag selects text")
  }

  @Test func withoutAMouseThereIsNothingToTake() {
    training().press("M").expectsNoEffect().shows("mouse: this terminal does not report one")
  }

  @Test func aCommandIsTypedWithAKeyOfOnesOwn() throws {
    let keys = try KeyMap(replacing: ["palette": [.control("p")], "help": [.function(1)]])
    training().with { $0.keys = keys }.shows("ctrl-p command  f1 help")
      .press(":").shows(": does nothing here: f1 shows the keys")
      .press(.control("p")).shows("┤commands├").press("trunc 40").shows(": trunc 40_")
      .press(.enter).expects(question: .truncate(layer: 0, width: 40)).shows("enter truncates layer 1")
      .press(.enter).expects(sent: .truncate(layer: 0, width: 40))
      .press(.control("c")).expects(footer: "enter quits")
  }

  @Test(arguments: GlyphSet.allCases) func resizingReflows(glyphs: GlyphSet) {
    let all: [Pane] = Pane.allCases
    training(120, 36).with { $0.glyphs = glyphs }.isWhole().shows(panes: all)
      .at(80, 24).isWhole().shows("tab: others").shows(panes: [.loss, .width, .tradeoff])
      .at(60, 18).isWhole().shows(panes: [.loss]).shows("1 of 6")
      .at(40, 10).isWhole().shows(panes: [.loss]).shows("1 of 6")
      .at(20, 5).isWhole().shows(panes: []).shows("is too small")
      .at(1, 1).isWhole().press("t").expectsNoEffect().press("q").press(.enter).expects(effects: .quit)
      .at(200, 60).isWhole().shows(panes: all).shows("neurons, layer 1")
  }

  @Test func asciiGlyphsAreEnoughForEveryScreen() {
    let ascii = training(120, 36).with { $0.glyphs = .ascii }.press(.shiftLeft)
    for driver in [ascii, ascii.press("t"), ascii.press("?"), ascii.press(":"), ascii.press("o")] {
      #expect(driver.rows.allSatisfy { $0.allSatisfy(\.isASCII) })
    }
  }

  @Test func loadingIsShownUntilTheFirstSnapshot() {
    Driver(Fixtures.state("mnist", width: 80, height: 24)).receives(.loading("mnist, 60,000 rows"))
      .shows("loading mnist, 60,000 rows…", "mnist · loading").press("t").expectsNoEffect()
      .expects(line: "truncate: the data are still loading")
      .receives(Fixtures.spiral).hides("loading mnist", "· loading").shows("running")
  }

  /// An event says what happened; what is true now is the snapshot's, which comes with it.
  @Test func anEventChangesNothingThatTheSnapshotSays() {
    var snapshot = Fixtures.spiral
    (snapshot.undoDepth, snapshot.redoDepth) = (0, 0)
    Driver(Fixtures.spiralState()).receives(snapshot).press("u").expects(
      line: "undo: there is nothing to undo"
    )
    .receives(.truncated(layer: 0, from: 70, to: 67)) { $0.undoDepth = 1 }.press("u").expects(sent: .undo)
    .receives(.paused) { $0.state = .paused }.shows("· paused")
    .receives(.paceChanged(nil)) { $0.pace = nil }.hides("(paced)")
    .receives(snapshot).shows("· running", "(paced)")
  }

  @Test func aHoleInTheKeysLeadsToThePalette() throws {
    let keys = try KeyMap(replacing: ["cut-less": []])
    training().with { $0.keys = keys }.press("t")
      .expects(line: "truncate: the cut keeps all 67 neurons: move it with :cut-less first")
  }
}
