import Canvas
import Dashboard
import Experiment
import Testing

@Suite struct KeyBindingTests {
  @Test func everyKeyHasOneCommand() {
    let ways = KeyBinding.all.flatMap(\.commands)
    let keys = ways.flatMap(\.keys)
    #expect(Set(keys).count == keys.count)
    #expect(Set(ways.map(\.id)).count == ways.count)
    for way in ways {
      #expect(way.id.wholeMatch(of: /[a-z]+(-[a-z0-9]+)*/) != nil, "\(way.id)")
      #expect(KeyMap.standard.keys(of: way.id) == way.keys)
    }
  }

  @Test func helpListsEveryCommandWithItsKeys() {
    var state = Fixtures.spiralState(width: 200, height: 60)
    state.press("?")
    let text = render(state).text
    for binding in KeyBinding.all {
      #expect(text.contains("\(state.keys.names(of: binding, in: .braille)) "), "\(binding.name)")
      #expect(text.contains(binding.description), "\(binding.name)")
    }
  }

  @Test func whatIsNotAvailableSaysWhyInHelpAndLine() {
    let states = [
      Fixtures.state(), Fixtures.spiralState(width: 200, height: 60),
      Fixtures.state(Fixtures.fixedWidth.snapshot),
    ]
    for fresh in states {
      var help = fresh
      help.width = 200
      help.height = 60
      help.press("?")
      let text = render(help).text
      for binding in KeyBinding.all {
        guard case .unavailable(let reason) = binding.availability(in: fresh) else { continue }
        var state = fresh
        #expect(state.press(binding.commands[0].keys[0]).isEmpty)
        #expect(state.previewText == "\(binding.name): \(reason)")
        #expect(text.contains("not now: \(reason)"))
      }
    }
  }

  @Test(arguments: [40, 60, 80, 110, 200])
  func theFooterNamesUsableCommandsAndAlwaysHelpAndQuit(width: Int) {
    let state = Fixtures.spiralState(width: width, height: 40)
    let names = StatusText.footer(state).map(\.name)
    #expect(names.suffix(2) == ["help", "quit"])
    #expect(!names.contains("truncate"))
    #expect(!names.contains("undo"))
    let line = StatusText.footer(state).map { "\($0.key) \($0.name)" }.joined(separator: "  ")
    #expect(Text.columns(line) < width)
    #expect(render(state).text.hasSuffix(line))
  }

  @Test func theFooterFollowsWhatCanBeDone() {
    var state = Fixtures.spiralState(width: 300, height: 40)
    state.press(.left)
    #expect(StatusText.footer(state).first?.name == "truncate")
    #expect(StatusText.footer(state).contains { $0.name == "pause" })
    state.press(" ")
    #expect(StatusText.footer(state).contains { $0.name == "resume" })
    state.press("t")
    #expect(
      StatusText.footer(state).map(\.name) == [
        "truncates layer 1", "plain", "best order", "teacher", "cancels",
      ])
  }
}
