import Experiment
import Foundation
import Synchronization
import Training

/// Loads the data and trains, off the main thread.
package final class BackgroundRun: Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private let result = Latest<Outcome>()
  private let problem = Latest<Problem>()
  private let isTraining = Atomic(false)

  package init(_ run: Run, news: @escaping @Sendable (LoadingNews) -> Void) {
    Task.detached { [self] in
      defer { finished.signal() }
      do {
        let started = try run.start { news(.progress($0)) }
        isTraining.store(true, ordering: .relaxed)
        problem.post(started.problem)
        news(.data(notes: started.dataNotes))
        news(.ready(notes: started.notes))
        result.post(await started.trainer.run(measuringTest: run.measuresTest))
      } catch {
        news(.failed(error))
      }
    }
  }

  /// Ends the run at the next step boundary and waits for it to be written. Data that are still being read are
  /// left to the end of the process.
  package func stop(_ channels: RunChannels) {
    guard isTraining.load(ordering: .relaxed) else { return }
    channels.commands.send(.unattended(.stop))
    finished.wait()
  }

  package func wait() { finished.wait() }

  /// What became of the run; `nil` before its end, and if it never began.
  package var outcome: (Problem, Outcome)? {
    guard let problem = problem.take(), let outcome = result.take() else { return nil }
    return (problem, outcome)
  }
}
