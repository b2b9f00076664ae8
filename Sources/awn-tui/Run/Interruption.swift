import Experiment
import Foundation
import Messaging
import Synchronization

/// SIGINT, SIGTERM and, unless others are given, SIGHUP end the run at the next step boundary; a second one ends the
/// program at once. A signal that was ignored when the program began, as by `nohup`, stays ignored.
///
/// What a hang-up does to a run:
///
///     headless    it stops and is saved
///     dashboard   it leaves the terminal and trains on, where it can; otherwise it stops and is saved
///     detached    nothing
final class Interruption: @unchecked Sendable {
  private struct State {
    var channels: RunChannels?
    var happened = false
  }

  private let actions: [Command.Action]
  private var sources: [any DispatchSourceSignal] = []
  private let state = Mutex(State())

  /// Asked once, before any of them is ignored here.
  private static let ignoredFromTheStart = [SIGINT, SIGTERM, SIGHUP].filter(isIgnored)

  private static func isIgnored(_ number: Int32) -> Bool {
    var present = sigaction()
    guard sigaction(number, nil, &present) == 0 else { return false }
    let handler = unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// - Parameters:
  ///   - numbers: of the signals.
  ///   - actions: what a run is sent then.
  init(_ numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP], sending actions: [Command.Action] = [.stop]) {
    self.actions = actions
    for number in numbers where !Self.ignoredFromTheStart.contains(number) {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [unowned self] in
        let channels = state.withLock { state in
          state.happened = true
          return state.channels
        }
        channels.map(stop)
        signal(number, SIG_DFL)
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Whom to stop from now on: at once, if it has happened.
  func follow(_ channels: RunChannels) {
    let happened = state.withLock { state in
      state.channels = channels
      return state.happened
    }
    if happened { stop(channels) }
  }

  private func stop(_ channels: RunChannels) {
    channels.commands.send(contentsOf: actions.map(Command.unattended))
  }

  var happened: Bool { state.withLock { $0.happened } }
}
