import Canvas
import Dashboard
import Experiment
import PlainText
import Terminal
import Training

/// A run in the dashboard, from the opening of its data to the end of the command.
package struct DashboardProgram {
  private let run: Run
  private let state: State
  private let screen: any Screen
  private let catalogue: ThemeCatalogue
  private let loading: Mailbox<LoadingNews>
  private let wake: @Sendable () -> Void
  private let report: (Problem, Outcome) throws -> Void

  /// - Parameters:
  ///   - state: What the dashboard shows first.
  ///   - catalogue: Themes that the user may choose, which are read again when their files are saved.
  ///   - wake: Has the screen return from waiting; called from any thread.
  ///   - report: Says what came of a run that was begun, once it is written and the terminal is given back.
  package init(
    _ run: Run, state: State, on screen: any Screen, catalogue: ThemeCatalogue,
    loading: Mailbox<LoadingNews> = Mailbox(), wake: @escaping @Sendable () -> Void,
    report: @escaping (Problem, Outcome) throws -> Void
  ) {
    self.run = run
    self.state = state
    self.screen = screen
    self.catalogue = catalogue
    self.loading = loading
    self.wake = wake
    self.report = report
  }

  /// Trains until the user quits. However the dashboard ends, it gives the terminal back, then ends the run and waits
  /// for its last checkpoint, then reports it, and only then throws.
  ///
  /// - Throws: what kept the run from beginning, `ExitStatus.interrupted`, or `Divergence` after a quit.
  package func play() throws {
    let background = BackgroundRun(run) { [loading, wake] news in
      loading.send(news)
      wake()
    }
    let ending = watch()
    screen.close()
    let isSkipped = background.stop(run.channels, work: work) {
      Console.tell("\(run.configuration.name): \($0)\n")
    }
    if isSkipped {
      Console.tell(
        run.folder.map { "skipped; go on from the last checkpoint: awn-tui resume \($0)\n" } ?? "skipped\n")
      throw ExitStatus.interrupted
    }
    let result = background.outcome
    if let (problem, outcome) = result { try report(problem, outcome) }
    switch ending {
    case .failed(let error): throw error
    case .interrupted: throw ExitStatus.interrupted
    case .quit: try result?.1.requireConvergence()
    }
  }

  /// What is left to be done once the user has quit.
  private var work: String {
    [run.folder.map { "saving the run in \($0)" }, run.measuresTest ? "measuring the test rows" : nil]
      .compactMap { $0 }.joined(separator: ", ")
      + (run.folder == nil && !run.measuresTest ? "ending the run" : "")
  }

  private func watch() -> RunLoop.Ending {
    let themes = Mailbox<ThemeNews>()
    let watcher = ThemeWatcher(folder: catalogue.folder, files: catalogue.names) { [wake] news in
      themes.send(news)
      wake()
    }
    defer { withExtendedLifetime(watcher) {} }
    var loop = RunLoop(
      screen: screen, state: state, channels: run.channels, loading: loading, themes: themes,
      export: { [folder = run.folder] in Picture.write($0, theme: $1, folder: folder) })
    return loop.run()
  }
}

extension DashboardProgram {
  /// Takes the terminal over.
  init(_ flags: DashboardFlags, _ output: OutputFlags, _ makeRun: (RunChannels) -> Run) throws {
    let settings = try UserSettings.ofThisUser()
    let flags = try flags.filled(from: settings)
    let (theme, catalogue) = try flags.chosenTheme()
    let session = try TerminalSession(
      options: TerminalOptions(color: flags.color ?? .auto, usesMouse: !flags.noMouse))
    let waker = Waker()
    let run = makeRun(RunChannels { waker.wake() })
    var state = State(
      name: run.configuration.name, width: session.size.width, height: session.size.height,
      glyphs: flags.glyphs ?? .suiting(session), theme: theme, usesColor: session.colorLevel >= .ansi256,
      isSavedOnQuit: run.folder != nil)
    if session.hasMouse { state.mouse = session.isMouseOn ? .on : .off }
    state.keys = settings.keys
    state.themes = catalogue.themes
    for problem in catalogue.problems { _ = update(&state, .log(problem)) }
    self.init(run, state: state, on: session, catalogue: catalogue, wake: { waker.wake() }) {
      try output.report($0, $1, of: run.configuration, folder: run.folder)
    }
  }
}
