import Canvas
import Dashboard
import Foundation
import PlainText
import Terminal

/// The terminal as the flags and the user's settings want it, taken over.
package struct DashboardScreen {
  package let session: TerminalSession
  package let waker: Waker
  package let catalogue: ThemeCatalogue
  private let settings: UserSettings
  private let flags: ScreenFlags
  private let theme: Theme

  /// Whether the list of runs has opened it, and comes after it.
  @TaskLocal package static var isOpenedFromHome = false

  package init(_ flags: ScreenFlags) throws {
    settings = try UserSettings.ofThisUser()
    self.flags = try flags.filled(from: settings)
    (theme, catalogue) = try self.flags.chosenTheme()
    session = try TerminalSession(
      options: TerminalOptions(color: self.flags.color ?? .auto, usesMouse: !self.flags.noMouse))
    waker = Waker()
  }

  /// What a dashboard shows first.
  package func state(of name: String, isSavedOnQuit: Bool) -> State {
    var state = State(
      name: name, width: session.size.width, height: session.size.height,
      glyphs: flags.glyphs ?? .suiting(session), theme: theme, usesColor: session.colorLevel >= .ansi256,
      isSavedOnQuit: isSavedOnQuit)
    state.run.isOpenedFromHome = Self.isOpenedFromHome
    if session.hasMouse { state.mouse = session.isMouseOn ? .on : .off }
    state.keys = settings.keys
    state.themes = catalogue.themes
    for problem in catalogue.problems { _ = update(&state, .log(problem)) }
    if let note = localeNote { _ = update(&state, .log(note)) }
    return state
  }

  /// That the locale is not the one that was asked for, or has no characters for charts.
  private var localeNote: String? {
    let environment = ProcessInfo.processInfo.environment
    let facts = TerminalFacts(localeOf: environment)
    let asked = facts.localeVariable.flatMap { environment[$0] }.map { sanitized($0, limit: 60) } ?? ""
    let isMissing = facts.localeVariable != nil && !facts.isLocaleInstalled
    guard session.supportsUnicode else {
      guard flags.glyphs == nil else { return nil }
      let reason = isMissing ? "the locale \(asked) is not installed" : "the locale is not UTF-8"
      return "drawn in ASCII: \(reason); export LC_ALL=C.UTF-8 before the start for finer charts"
    }
    return isMissing ? "the locale \(asked) is not installed: C.UTF-8 stands in for it" : nil
  }
}
