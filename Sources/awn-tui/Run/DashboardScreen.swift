import Canvas
import Dashboard
import Terminal

/// The terminal as the flags and the user's settings want it, taken over.
struct DashboardScreen {
  let session: TerminalSession
  let waker: Waker
  let catalogue: ThemeCatalogue
  private let settings: UserSettings
  private let flags: ScreenFlags
  private let theme: Theme

  init(_ flags: ScreenFlags) throws {
    settings = try UserSettings.ofThisUser()
    self.flags = try flags.filled(from: settings)
    (theme, catalogue) = try self.flags.chosenTheme()
    session = try TerminalSession(
      options: TerminalOptions(color: self.flags.color ?? .auto, usesMouse: !self.flags.noMouse))
    waker = Waker()
  }

  /// What a dashboard shows first.
  func state(of name: String, isSavedOnQuit: Bool) -> State {
    var state = State(
      name: name, width: session.size.width, height: session.size.height,
      glyphs: flags.glyphs ?? .suiting(session), theme: theme, usesColor: session.colorLevel >= .ansi256,
      isSavedOnQuit: isSavedOnQuit)
    if session.hasMouse { state.mouse = session.isMouseOn ? .on : .off }
    state.keys = settings.keys
    state.themes = catalogue.themes
    for problem in catalogue.problems { _ = update(&state, .log(problem)) }
    if flags.glyphs == nil && !session.supportsUnicode {
      _ = update(
        &state,
        .log(
          "drawn in ASCII: the locale is not UTF-8; export LC_ALL=C.UTF-8 before the start for finer charts"))
    }
    return state
  }
}
