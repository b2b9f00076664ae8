import Experiment
import Foundation
import PlainText
import Training

/// A run without the dashboard, from its data to its outcome.
enum HeadlessRun {
  /// Trains, telling progress. Ends the program if there is nothing to train on.
  static func train(
    _ makeRun: (RunChannels) -> Run, progress style: Progress.Style, _ interruption: Interruption
  ) throws -> (run: Run, problem: Problem, outcome: Outcome) {
    let news = DispatchSemaphore(value: 0)
    let channels = RunChannels { news.signal() }
    let run = makeRun(channels)
    interruption.follow(channels)
    let loading = Mailbox<LoadingNews>()
    let background = BackgroundRun(run) {
      loading.send($0)
      news.signal()
    }
    var progress = Progress(style, epochs: run.epochs)
    while !progress.isOver {
      news.wait()
      for item in loading.drain() {
        if case .failed(let error) = item {
          progress.clear()
          Failure.exit(error)
        }
        progress.show(item)
      }
      progress.show(channels)
    }
    background.wait()
    // What was said while the run was being closed.
    progress.show(channels)
    progress.clear()
    guard let (problem, outcome) = background.outcome else { throw ExitStatus.failed }
    return (run, problem, outcome)
  }
}
