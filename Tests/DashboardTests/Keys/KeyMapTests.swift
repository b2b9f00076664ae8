import Canvas
import Dashboard
import Experiment
import Testing

/// Keys of the user's own.
@Suite struct KeyMapTests {
  private func map(_ own: [String: [Key]]) throws(KeyMap.Mistake) -> KeyMap {
    try KeyMap(replacing: own)
  }

  private func mistake(_ own: [String: [Key]]) -> KeyMap.Mistake? {
    do throws(KeyMap.Mistake) {
      _ = try KeyMap(replacing: own)
      return nil
    } catch {
      return error
    }
  }

  private func state(_ own: [String: [Key]], _ state: State = Fixtures.spiralState()) throws -> State {
    var state = state
    state.keys = try map(own)
    return state
  }

  @Test func aKeyOfOnesOwnReplacesTheStandardOne() throws {
    var state = try state(
      ["truncate": [.control("t"), .function(2)]], Screens.cutState(width: 120, height: 36))
    #expect(state.press("t").isEmpty)
    #expect(state.previewText == "t does nothing here: ? shows the keys")
    #expect(state.press(.control("t")) == [.discardTypeAhead])
    state.press(.escape)
    #expect(state.press(.function(2)) == [.discardTypeAhead])
  }

  @Test func directionsAreReboundOneByOne() throws {
    var state = try state(["cut-less": [.character("h")]])
    state.press("h")
    #expect(state.kept(of: 0) == 66)
    state.press(.right)
    #expect(state.kept(of: 0) == 67)
    #expect(StatusText.footer(state).contains { $0.key == "h →" && $0.name == "cut" })
  }

  @Test func keysCanBeSwapped() throws {
    let keys = try map(["undo": [.character("U")], "redo": [.character("u")]])
    #expect(keys.command(on: .character("u")) == "redo")
    #expect(keys.command(on: .character("U")) == "undo")
  }

  @Test func twoCommandsOnOneKeyAreRefused() {
    #expect(
      mistake(["truncate": [.character("c")]])
        == .conflict(.character("c"), command: "truncate", other: "compress", isChosen: false))
    // Whichever stands first in the table.
    #expect(
      mistake(["quit": [.character("t")]])
        == .conflict(.character("t"), command: "quit", other: "truncate", isChosen: false))
    #expect(
      mistake(["undo": [.character("y")], "redo": [.character("y")]])
        == .conflict(.character("y"), command: "redo", other: "undo", isChosen: true))
    #expect(mistake(["quit": [.character("Q"), .character("Q")]]) == nil)
  }

  @Test func ctrlCAndEnterStayWhatTheyAre() throws {
    #expect(mistake(["undo": [.control("c")]]) == .reserved(.control("c"), command: "undo"))
    #expect(mistake(["quit": [.enter]]) == .reserved(.enter, command: "quit"))
    #expect(mistake(["qiut": [.character("x")]]) == .unknownCommand("qiut"))
    for own in [[], [Key.character("Q")], [.control("c")]] {
      var state = try state(["quit": own])
      #expect(state.press(.control("c")) == [.discardTypeAhead])
      #expect(state.press(.control("c")) == [.quit])
    }
  }

  /// Every sentence about a key names the user's own.
  @Test func sentencesNameTheKeysInUse() throws {
    let own: [String: [Key]] = [
      "undo": [.function(3)], "learning-rate-lower": [.function(4)], "pause": [.function(5)],
      "help": [.function(1)], "compress": [.function(6)], "policy": [.function(7)], "zoom": [.function(8)],
      "pane-next": [.function(9)], "messages": [.function(10)], "quit": [.function(11)],
      "cut-less": [.function(12)], "palette": [.function(2)],
    ]
    var snapshot = Fixtures.spiral
    snapshot.state = .diverged
    var diverged = try state(own, Fixtures.state(snapshot))
    diverged.press(.function(6))
    #expect(diverged.previewText.hasSuffix("f3 undoes an edit, f4 lowers the learning rate"))
    var plain = try state(own, Fixtures.spiralState(width: 80, height: 24))
    #expect(plain.previewText.hasSuffix("f12 moves the cut"))
    #expect(render(plain).text.contains("f9: others"))
    plain.press(".")
    #expect(plain.previewText.hasSuffix("f5 pauses"))
    plain.press("t")
    #expect(plain.previewText.hasSuffix("move it with f12 first"))
    plain.press("y")
    #expect(plain.previewText == "y does nothing here: f1 shows the keys")
    plain.press(.function(8))
    #expect(render(plain).text.contains("f8: all panes"))
    plain.answer(.compressing(layer: 0, from: 67, target: 30))
    #expect(plain.previewText.hasSuffix("f6 stops it"))
    plain.press(.function(1), .end)
    #expect(render(plain).text.contains("undone by f3"))
    let pairs = StatusText.footer(try state(own)).map { "\($0.key) \($0.name)" }
    #expect(pairs.suffix(3) == ["f2 command", "f1 help", "f11 quit"])
    let tiny = try state(own, Fixtures.spiralState(width: 30, height: 8))
    #expect(render(tiny).text.contains("f11 quits"))
    var logged = try state(own, Fixtures.spiralState(width: 160, height: 40))
    _ = update(&logged, .log("line"))
    #expect(render(logged).text.contains("1 new message: f10"))
  }

  @Test func listsCloseWithTheKeysThatOpenThem() throws {
    var state = try state([
      "help": [.character("h")], "messages": [.character("n")], "quit": [.character("Q")],
    ])
    for key in ["h", "n", "Q"] {
      state.press("h")
      #expect(state.press(key).isEmpty)
      #expect(state.view.overlay == nil)
    }
  }

  @Test func aCommandWithoutAKeyIsStillInHelpAndPalette() throws {
    var state = try state(["undo": []])
    #expect(!StatusText.footer(state).contains { $0.name == "undo" })
    #expect(state.hint("undo") == ":undo")
    state.width = 200
    state.height = 60
    state.press("?")
    let line = render(state).text.split(separator: "\n").first { $0.contains("(no key)") }
    #expect(line?.contains("  go back to just before the last edit") == true)
    let found = Screens.palette("undo", state)
    #expect(found.palette?.selected(in: found)?.keys == "")
  }

  @Test func helpListsTheKeysInUse() throws {
    var state = try state(
      ["truncate": [.control("t")], "layer-1": [.alt("1")]], Fixtures.spiralState(width: 200, height: 60))
    state.press("?")
    let text = render(state).text
    #expect(text.contains("ctrl-t "))
    #expect(text.contains("alt-1 2 3 4 5 6 7 8 9 "))
    #expect(!text.contains("1…9"))
  }

  @Test func namesOfKeysAreReadAsTheyAreWritten() {
    let keys =
      KeyBinding.all.flatMap { $0.commands.flatMap(\.keys) } + [
        .control("t"), .control(" "), .alt("x"), .alt(" "), .function(12), .insert, .delete, .backspace,
        .pageUp, .character("é"), .character("-"),
      ]
    for key in keys {
      #expect(Key(named: key.name) == key, "\(key.name)")
      #expect(Key(named: key.writtenName) == key, "\(key.writtenName)")
    }
    #expect(Key(named: "ctrl-T") == .control("t"))
    #expect(Key(named: "T") == .character("T"))
    #expect(Key(named: "Escape") == .escape)
    #expect(Key(named: "Ctrl-Space") == .control(" "))
    #expect(Key(named: "Alt-T") == .alt("T"))
  }

  @Test(arguments: [
    "", "ctrl-", "ctrl-h", "ctrl-i", "ctrl-m", "ctrl-z", "ctrl-é", "alt-[", "f0", "f13", "tt", "ctrl-alt-t",
    "\u{1B}", "\u{7}", "猫", "e\u{301}\u{302}", "\u{200B}", "ctrl-left", "C-t",
  ])
  func whatNoTerminalSendsIsNoKey(name: String) {
    #expect(Key(named: name) == nil)
  }
}
