import ArgumentParser
import Canvas
import Dashboard
import Experiment
import Foundation
import PlainText
import Terminal
import Training

struct Launch: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Train in the dashboard.")

  @OptionGroup var options: RunOptions
  @OptionGroup(title: "Dashboard") var dashboard: DashboardFlags

  mutating func run() throws {
    var configuration = try options.configuration()
    configuration.training.pace = try dashboard.pace(
      default: configuration.training.pace ?? configuration.watchingPace)
    let folder = options.folder.folder(for: configuration.name)
    try dashboard.show(options.output) { [options] channels in
      Run(
        configuration: configuration, folder: folder,
        logFolder: options.folder.logFolder(for: configuration.name, folder: folder), channels: channels,
        isWatched: true, measuresTest: options.output.summary != nil,
        checkpointEvery: options.output.checkpointInterval, probes: options.opened.probes)
    }
  }
}

extension DashboardFlags {
  /// Trains in the dashboard, to the end of the command.
  func show(_ output: OutputFlags, _ makeRun: (RunChannels) -> Run) throws {
    let settings = try UserSettings.ofThisUser()
    try filled(from: settings).show(output, keys: settings.keys, makeRun)
  }

  private func show(_ output: OutputFlags, keys: KeyMap, _ makeRun: (RunChannels) -> Run) throws {
    let (theme, catalogue) = try chosenTheme()
    let session = try TerminalSession(options: TerminalOptions(color: color ?? .auto, usesMouse: !noMouse))
    let waker = Waker()
    let run = makeRun(RunChannels { waker.wake() })
    let ending = show(
      run, output, on: session, theme: theme, catalogue: catalogue, keys: keys, waker: waker)
    if case .interrupted = ending { throw ExitStatus.interrupted }
  }

  private func show(
    _ run: Run, _ output: OutputFlags, on session: TerminalSession, theme: Theme,
    catalogue: ThemeCatalogue, keys: KeyMap, waker: Waker
  ) -> RunLoop.Ending {
    var state = State(
      name: run.configuration.name, width: session.size.width, height: session.size.height,
      glyphs: glyphs ?? .suiting(session), theme: theme, usesColor: session.colorLevel >= .ansi256,
      isSavedOnQuit: run.folder != nil)
    if session.hasMouse { state.mouse = session.isMouseOn ? .on : .off }
    state.keys = keys
    state.themes = catalogue.themes
    for problem in catalogue.problems { _ = update(&state, .log(problem)) }
    let themes = Mailbox<ThemeNews>()
    let watcher = ThemeWatcher(folder: catalogue.folder, files: catalogue.names) { news in
      themes.send(news)
      waker.wake()
    }
    defer { withExtendedLifetime(watcher) {} }
    let loading = Mailbox<LoadingNews>()
    let background = BackgroundRun(run) { news in
      loading.send(news)
      waker.wake()
    }
    var loop = RunLoop(
      screen: session, state: state, channels: run.channels, loading: loading, themes: themes,
      export: { Picture.write($0, theme: $1, folder: run.folder) })
    let ending = loop.run()
    session.close()
    if case .failed(let error) = ending { Failure.exit(error) }
    background.stop(run.channels)
    if let outcome = background.outcome {
      output.report(outcome, of: run.configuration, folder: run.folder)
      if case .quit = ending { outcome.1.exitIfDiverged() }
    }
    return ending
  }
}

struct DashboardFlags: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Epochs a second, or unlimited (default: built-in tasks are held back so that one can watch).")
  var pace: String?
  @Option(help: "A theme's name, as listed by themes, or a theme file (default: dark).")
  var theme: String?
  @Option(help: "braille, block or ascii (default: what the locale can show).")
  var glyphs: GlyphSet?
  @Option(help: "auto, truecolor, 256, 16 or never (default: auto).")
  var color: ColorChoice?
  @Flag(
    help:
      "Leave the mouse to the terminal; M takes it and gives it back. With it taken, shift-drag selects text."
  )
  var noMouse = false

  /// Here, so that mistakes of usage are told with the usage of `launch`; `run` tells those of theme files.
  func validate() throws {
    _ = try pace(default: nil)
    try throwingOnlyUsageErrors { _ = try chosenTheme() }
  }

  func pace(default standard: Double?) throws -> Double? {
    guard let pace else { return standard }
    if pace == "unlimited" { return nil }
    guard let value = Double(pace), value > 0, value.isFinite else {
      throw ValidationError("--pace takes a positive number of epochs a second, or unlimited")
    }
    return value
  }

  /// The theme, and all there are.
  func chosenTheme() throws -> (Theme, ThemeCatalogue) {
    let environment = ProcessInfo.processInfo.environment
    var catalogue = ThemeCatalogue(folder: UserFolder.ofThisUser(environment: environment)?.themes)
    // A broken file in the user's folder only matters to who asks for it.
    guard let theme else { return (catalogue.entries[0].theme, catalogue) }
    if let known = try catalogue.theme(named: theme) { return (known, catalogue) }
    guard theme.contains("/") || theme.hasSuffix(".toml") else {
      let names = catalogue.themes.map { sanitized($0.name) }.joined(separator: ", ")
      throw ValidationError(
        "there is no theme '\(sanitized(theme))': choose \(names), or give a theme file")
    }
    return (try catalogue.read(file: theme), catalogue)
  }
}

extension GlyphSet {
  /// What the locale, and the console's font, can show.
  static func suiting(_ session: TerminalSession) -> GlyphSet {
    suiting(isUnicode: session.supportsUnicode, terminal: ProcessInfo.processInfo.environment["TERM"])
  }

  static func suiting(isUnicode: Bool, terminal: String?) -> GlyphSet {
    guard isUnicode else { return .ascii }
    return terminal == "linux" ? .block : .braille
  }
}

extension GlyphSet: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
