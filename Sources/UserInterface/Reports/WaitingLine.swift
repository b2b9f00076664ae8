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
    isTerminal: Bool = Console.redrawsLines(),
    tell: @escaping @Sendable (String) -> Void = { Console.tell($0) }
  ) {
    (self.isTerminal, self.tell) = (isTerminal, tell)
  }

  /// Does the work. From its second second on, the line says "finding the cut, 12 s"; at the end it is empty again, also
  /// where a signal ends the process.
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
    let clear = {
      line.withLock {
        timer.cancel()
        $0.clear()
      }
    }
    let lastAct = LastAct(clear)
    defer {
      lastAct.forget()
      clear()
    }
    return try work()
  }
}

/// What is done before a signal ends the process, which then ends by that signal. A signal that is ignored, or that someone
/// else handles, stays as it is.
private struct LastAct {
  private let sources: [(number: Int32, source: any DispatchSourceSignal)]

  init(_ act: @escaping () -> Void) {
    sources = [SIGINT, SIGTERM, SIGHUP].filter(Self.endsTheProcess).map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        act()
        signal(number, SIG_DFL)
        kill(getpid(), number)
      }
      source.resume()
      return (number, source)
    }
  }

  func forget() {
    for (number, source) in sources {
      source.cancel()
      signal(number, SIG_DFL)
    }
  }

  private static func endsTheProcess(_ number: Int32) -> Bool {
    var present = sigaction()
    guard sigaction(number, nil, &present) == 0 else { return false }
    return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 0
  }
}
