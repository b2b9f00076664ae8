import Canvas
import Dashboard
import Experiment
import Messaging
import PlainText
import Terminal
import Training
import UserInterface

/// A run in the dashboard, from the opening of its data to the end of the command.
package struct DashboardProgram {
  private let run: Run
  private let state: State
  private let screen: any Screen
  private let catalogue: ThemeCatalogue
  private let loading: Mailbox<LoadingNews>
  private let wake: @Sendable () -> Void
  private let alert: TerminalAlert?
  private let release: ((_ words: String, _ log: String) -> Void)?
  private let report: (Problem, Outcome) throws -> Void

  /// - Parameters:
  ///   - state: What the dashboard shows first.
  ///   - catalogue: Themes that the user may choose, which are read again when their files are saved.
  ///   - wake: Has the screen return from waiting; called from any thread.
  ///   - release: Leaves the terminal, so that the run can go on without it; `nil`: it cannot.
  ///   - alert: How the end of the run is called out; `nil`: it is not.
  ///   - report: Says what came of a run that was begun, once it is written and the terminal is given back.
  package init(
    _ run: Run, state: State, on screen: any Screen, catalogue: ThemeCatalogue,
    loading: Mailbox<LoadingNews> = Mailbox(), wake: @escaping @Sendable () -> Void,
    release: ((_ words: String, _ log: String) -> Void)? = nil, alert: TerminalAlert? = nil,
    report: @escaping (Problem, Outcome) throws -> Void
  ) {
    self.run = run
    var state = state
    state.run.link = .own(
      refusal: run.folder == nil
        ? "it was started without a run folder, by which it could be found again"
        : release == nil ? "there is no process that could give the terminal back" : nil)
    state.run.dataFile = run.configuration.data.path
    self.state = state
    self.release = release
    self.alert = alert
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
    let ending = RunLoop.show(
      state, on: screen, run.channels, loading: loading, catalogue: catalogue, folder: run.folder,
      alert: alert,
      wake: wake)
    screen.close()
    if case .detached(let state) = ending, let folder = run.folder, let release {
      return try DetachedRun(
        run: run, background: background, folder: folder, state: state, release: release, report: report
      ).play()
    }
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
    case .interrupted, .detached: throw ExitStatus.interrupted
    case .quit: try result?.1.requireConvergence(of: run)
    }
  }

  /// What is left to be done once the user has quit.
  private var work: String {
    [run.folder.map { "saving the run in \($0)" }, run.measuresTest ? "measuring the test rows" : nil]
      .compactMap { $0 }.joined(separator: ", ")
      + (run.folder == nil && !run.measuresTest ? "ending the run" : "")
  }
}

extension DashboardProgram {
  /// Takes the terminal over.
  init(_ flags: DashboardFlags, _ output: OutputFlags, _ makeRun: (RunChannels) -> Run) throws {
    let screen = try DashboardScreen(flags.screen)
    let run = makeRun(RunChannels { [waker = screen.waker] in waker.wake() })
    let state = screen.state(of: run.configuration.name, isSavedOnQuit: run.folder != nil)
    self.init(
      run, state: state, on: screen.session, catalogue: screen.catalogue,
      wake: { [waker = screen.waker] in waker.wake() },
      release: Supervisor.isActive ? { Supervisor.detach(log: $1, message: $0) } : nil, alert: output.notify
    ) {
      try output.report($0, $1, of: run.configuration, folder: run.folder)
    }
  }
}
