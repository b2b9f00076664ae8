import Experiment
import Foundation
import Synchronization
import Training

/// SIGINT, SIGTERM and, unless others are given, SIGHUP end the run at the next step boundary; a second one ends the
/// program at once.
final class Interruption: @unchecked Sendable {
  private struct State {
    var channels: RunChannels?
    var happened = false
  }

  private var sources: [any DispatchSourceSignal] = []
  private let state = Mutex(State())

  init(_ numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
    for number in numbers {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [unowned self] in
        let channels = state.withLock { state in
          state.happened = true
          return state.channels
        }
        channels.map(Self.stop)
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
    if happened { Self.stop(channels) }
  }

  private static func stop(_ channels: RunChannels) {
    channels.commands.send(.unattended(.stop))
  }

  var happened: Bool { state.withLock { $0.happened } }
}
