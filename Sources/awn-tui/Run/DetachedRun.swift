import Experiment
import Foundation
import Messaging
import PlainText
import Terminal
import Training
import UserInterface

/// A run that goes on without a terminal, to its end. Dashboards may attach, and while one is there, it stays open for
/// commands after its last epoch.
struct DetachedRun {
  let run: Run
  let background: BackgroundRun
  let folder: String
  /// What the run is doing as it is left.
  var state = RunState.running
  /// Leaves the terminal: what its user is told, and the file that takes what is said from now on.
  let release: (_ words: String, _ log: String) -> Void
  let report: (Problem, Outcome) throws -> Void

  /// In the run's folder: what is said after the terminal was left.
  static let log = "detached.log"

  /// - Throws: as the end of a command does; the words go to the log.
  func play() throws {
    let news = DispatchSemaphore(value: 0)
    let interruption = Interruption([SIGINT, SIGTERM])
    interruption.follow(run.channels)
    let words = state.farewell(to: run.configuration.name, in: folder)
    release(sanitized(words, limit: 900), "\(folder)/\(Self.log)")
    run.channels.redirect { news.signal() }
    run.channels.unwatch()
    var progress = ProgressReport(.silent, epochs: run.epochs)
    while !background.isOver {
      news.wait()
      progress.show(run.channels)
    }
    guard let (problem, outcome) = background.outcome else { throw ExitStatus.failed }
    try report(problem, outcome)
    try outcome.requireConvergence(of: run)
    if interruption.happened { throw ExitStatus.interrupted }
  }
}

extension DetachedRun {
  /// Begins a run that nobody sees, and leaves the terminal once it trains: what keeps it from beginning is said there.
  static func begin(in folder: String, _ output: OutputFlags, _ makeRun: (RunChannels) -> Run) throws {
    let news = DispatchSemaphore(value: 0)
    let loading = Mailbox<LoadingNews>()
    let run = makeRun(RunChannels { news.signal() })
    let background = BackgroundRun(run) {
      loading.send($0)
      news.signal()
    }
    var progress = ProgressReport(output.progressStyle == .bar ? .bar : .silent, epochs: run.epochs)
    var isReady = false
    while !isReady {
      news.wait()
      for item in loading.drain() {
        if case .failed(let error) = item { throw error }
        if case .ready = item { isReady = true }
        progress.show(item)
      }
    }
    try DetachedRun(
      run: run, background: background, folder: folder,
      release: { Supervisor.detach(log: $1, message: $0) },
      report: { try output.report($0, $1, of: run.configuration, folder: folder) }
    ).play()
  }
}

extension RunState {
  /// What is said to a user who leaves a run in this state to itself.
  package func farewell(to name: String, in folder: String) -> String {
    // Whoever is attached may undo, or train on; nobody else can.
    let end = "ends once nobody watches it; it is kept in \(folder)"
    return switch self {
    case .diverged: "\(name) has diverged and \(end)"
    case .finished: "\(name) is finished and \(end)"
    default: "\(name) trains on; to see it: awn-tui attach \(folder)"
    }
  }
}
