import Experiment
import Foundation
import Messaging
import Synchronization
import Training
import UserInterface

/// Loads the data and trains, off the main thread.
package final class BackgroundRun: Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private let result = Latest<Outcome>()
  private let problem = Latest<Problem>()
  private let isTraining = Atomic(false)
  private let isSkipped = Atomic(false)
  private let hasEnded = Atomic(false)

  package init(_ run: Run, news: @escaping @Sendable (LoadingNews) -> Void) {
    Task.detached { [self] in
      defer {
        hasEnded.store(true, ordering: .releasing)
        finished.signal()
        run.channels.wakeReader()
      }
      do {
        let started = try run.start(progress: { news(.progress($0)) }, read: { news(.read($0)) })
        isTraining.store(true, ordering: .relaxed)
        problem.post(started.problem)
        news(.data(notes: started.dataNotes))
        news(.ready(notes: started.notes, history: started.history, baselines: started.baselines))
        let outcome = await started.trainer.run(measuringTest: run.measuresTest)
        started.server?.close(outcome.ending)
        result.post(outcome)
      } catch {
        news(.failed(error))
      }
    }
  }

  /// Ends the run at the next step boundary and waits for it to be written. Data that are still being read are
  /// left to the end of the process.
  ///
  /// - Parameters:
  ///   - work: what there is to wait for; said once it takes a while.
  ///   - say: Called with a sentence for the user.
  /// - Returns: whether the user did not wait for it.
  package func stop(_ channels: RunChannels, work: String = "", say: (String) -> Void = { _ in }) -> Bool {
    guard isTraining.load(ordering: .relaxed) else { return false }
    channels.commands.send(.unattended(.stop))
    if finished.wait(timeout: .now() + .milliseconds(200)) == .success { return false }
    say("\(work)…; Ctrl-C skips that")
    signal(SIGINT, SIG_IGN)
    let interrupt = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    interrupt.setEventHandler { [self] in isSkipped.store(true, ordering: .relaxed) }
    interrupt.resume()
    defer {
      interrupt.cancel()
      signal(SIGINT, SIG_DFL)
    }
    while finished.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
      if isSkipped.load(ordering: .relaxed) { return true }
    }
    return false
  }

  package func wait() { finished.wait() }

  /// Whether the run has ended, which wakes the reader of its channels too.
  package var isOver: Bool { hasEnded.load(ordering: .acquiring) }

  /// What became of the run; `nil` before its end, and if it never began.
  package var outcome: (Problem, Outcome)? {
    guard let problem = problem.take(), let outcome = result.take() else { return nil }
    return (problem, outcome)
  }
}

extension Outcome {
  /// For those who watched, a clause.
  fileprivate var ending: String {
    isDiverged ? "the run has diverged" : isStopped ? "the run was stopped" : "the run is finished"
  }
}
