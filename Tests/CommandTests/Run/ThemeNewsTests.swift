import Canvas
import Dashboard
import Messaging
import Terminal
import Testing
import UserInterface
import struct UserInterface.RunLoop
import awn_tui

/// The run loop takes in themes that were read again.
@Suite struct ThemeNewsTests {
  private let bell = Bell()
  private let themes = Mailbox<ThemeNews>()

  /// The colors on screen after news, in a theme called "mine".
  private func colors(after news: ThemeNews...) throws -> (
    before: Set<Color>, after: Set<Color>, text: String
  ) {
    let themes = themes
    let play = ScriptedScreen.Step(moment: .frame, condition: { _ in true }) { _ in
      for item in news { themes.send(item) }
      return [.woken]
    }
    let screen = ScriptedScreen([play, .then(.hungUp)], bell: bell)
    var state = State.forTests(width: 80, height: 24)
    state.theme = try mine("#010101")
    state.themes.append(state.theme)
    var loop = RunLoop(
      screen: screen, state: state, channels: RunChannels(), loading: Mailbox(), themes: themes,
      export: { _, _ in "" })
    _ = loop.run()
    #expect(screen.impasse == nil)
    let used = { (frame: Frame?) in Set((frame?.cells ?? []).map(\.style.foreground)) }
    return (used(screen.frames.first), used(screen.frames.last), screen.text)
  }

  private func mine(_ hex: String, name: String = "mine") throws -> Theme {
    try Theme(text: "text = \"\(hex)\"", path: name)
  }

  @Test func aThemeInUseChangesAtOnce() throws {
    let colors = try colors(after: .read(try mine("#020202"), formerName: "mine"))
    #expect(colors.before.contains(Color(hex: 0x010101)))
    #expect(colors.after.contains(Color(hex: 0x020202)) && !colors.after.contains(Color(hex: 0x010101)))
  }

  @Test func itDoesSoUnderANewNameToo() throws {
    let colors = try colors(after: .read(try mine("#020202", name: "other"), formerName: "mine"))
    #expect(colors.after.contains(Color(hex: 0x020202)))
  }

  @Test func anotherThemeDoesNot() throws {
    let colors = try colors(after: .read(try mine("#020202", name: "other"), formerName: nil))
    #expect(colors.after == colors.before)
  }

  @Test func aBrokenOneIsToldAndLeavesTheOldInPlace() throws {
    let error = ThemeError(path: "mine.toml", line: 7, reason: .empty(key: "series"))
    let colors = try colors(after: .refused(error))
    #expect(colors.after.isSuperset(of: colors.before))
    #expect(colors.text.contains("mine.toml:7: “series” is empty"))
  }

  @Test func onceRepairedItNoLongerReadsAsBroken() throws {
    let error = ThemeError(path: "mine.toml", line: 7, reason: .empty(key: "series"))
    let colors = try colors(after: .refused(error), .read(try mine("#020202"), formerName: "mine"))
    #expect(colors.text.contains("the theme mine was read again") && !colors.text.contains("mine.toml:7"))
  }
}
