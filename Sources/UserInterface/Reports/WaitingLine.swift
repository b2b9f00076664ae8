import Dispatch
import Foundation
import Synchronization

/// Says on a terminal what a command computes, and for how long it has: large layers take half a minute, in which nothing
/// else is printed.
package struct WaitingLine {
  private let isTerminal: Bool
  private let tell: @Sendable (String) -> Void

  /// - Parameters:
  ///   - isTerminal: whether the line can be redrawn; otherwise nothing is said.
  ///   - tell: writes to the terminal, from any thread.
  package init(
    isTerminal: Bool = isatty(STDERR_FILENO) == 1,
    tell: @escaping @Sendable (String) -> Void = { Console.tell($0) }
  ) {
    (self.isTerminal, self.tell) = (isTerminal, tell)
  }

  /// Does the work. From its second second on, the line says "finding the cut, 12 s"; at the end it is empty again.
  package func during<Result, Failure: Error>(
    _ text: String, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isTerminal else { return try work() }
    let line = Mutex(StatusLine(tell: tell))
    let began = ContinuousClock.now
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler {
      let seconds = Int((ContinuousClock.now - began) / .seconds(1))
      line.withLock { if !timer.isCancelled { $0.show("\(text), \(seconds) s") } }
    }
    timer.resume()
    defer {
      line.withLock {
        timer.cancel()
        $0.clear()
      }
    }
    return try work()
  }
}
