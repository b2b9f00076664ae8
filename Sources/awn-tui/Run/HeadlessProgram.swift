import Experiment
import Foundation
import Messaging
import PlainText
import Training
import UserInterface

/// Runs without the dashboard, from the opening of their data to the end of the command.
struct HeadlessProgram {
  private let style: ProgressReport.Style
  private let interruption = Interruption()
  /// The ranks that train together; `nil`: one process does.
  private let job: RankJob?

  /// - Parameter style: of the progress on standard error, which of several ranks the first shows.
  init(progress style: ProgressReport.Style, job: RankJob? = nil) {
    self.style = job.isFirst ? style : .silent
    self.job = job
  }

  /// A run that was begun, and is over.
  struct Ended {
    let run: Run
    let problem: Problem
    let outcome: Outcome
  }

  /// Whether a signal ended a run, so that no other is to be begun.
  var isInterrupted: Bool { interruption.happened }

  /// Trains to the end, and reports it.
  ///
  /// - Throws: what kept the run from beginning, `Divergence`, or `ExitStatus.interrupted`.
  func run(_ output: OutputFlags, _ makeRun: (RunChannels) -> Run) throws {
    let ended = try train(makeRun)
    if job.isFirst {
      try output.report(ended.problem, ended.outcome, of: ended.run.configuration, folder: ended.run.folder)
    }
    if job.isFirst, let notify = output.notify, isatty(STDERR_FILENO) == 1 {
      let end = ended.outcome.isDiverged ? "diverged" : ended.outcome.isStopped ? "stopped" : "finished"
      Console.tell(String(decoding: notify.bytes("\(ended.run.configuration.name): \(end)"), as: UTF8.self))
    }
    job?.finish()
    try ended.outcome.requireConvergence(of: ended.run)
    if isInterrupted { throw ExitStatus.interrupted }
  }

  /// Trains to the end, showing progress.
  ///
  /// - Parameter showsDataNotes: false where another run has shown them.
  /// - Throws: what kept the run from beginning.
  func train(showsDataNotes: Bool = true, _ makeRun: (RunChannels) -> Run) throws -> Ended {
    let news = DispatchSemaphore(value: 0)
    let run = makeRun(RunChannels { news.signal() })
    interruption.follow(run.channels)
    let loading = Mailbox<LoadingNews>()
    let background = BackgroundRun(run) {
      loading.send($0)
      news.signal()
    }
    var progress = ProgressReport(style, epochs: run.epochs, showsDataNotes: showsDataNotes && job.isFirst)
    defer { progress.clear() }
    while !progress.isOver {
      news.wait()
      for item in loading.drain() {
        if case .failed(let error) = item { throw error }
        progress.show(item)
      }
      progress.show(run.channels)
    }
    background.wait()
    // What was said while the run was being closed.
    progress.show(run.channels)
    guard let (problem, outcome) = background.outcome else { throw ExitStatus.failed }
    return Ended(run: run, problem: problem, outcome: outcome)
  }
}
