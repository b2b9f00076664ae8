import Experiment
import Foundation
import Glibc
import Synchronization

/// A viewer's end of a run that trains in another process: what the run says arrives in channels as if it trained here,
/// and commands and requests put into them go to the run.
package final class RunClient: Sendable {
  package let channels: RunChannels
  /// The name of the run.
  package let name: String
  private let descriptor: Int32
  private let inbox: Inbox
  private let outbox: Outbox
  private let readerEnded = DispatchSemaphore(value: 0)

  /// Milliseconds for which leaving waits for the run to read what was sent.
  private static let longestLeave = 500

  /// Connects, and returns once the run has said what it is.
  ///
  /// - Parameters:
  ///   - history: called with what happened before, first.
  ///   - silence: called with the seconds for which nothing was heard, once these are more than a run ever leaves; with
  ///     `nil`: it is heard again.
  ///   - ended: called once nothing follows, with the reason, a clause. All from another thread.
  package init(
    folder: String, wake: @escaping @Sendable () -> Void,
    history: @escaping @Sendable ([Event]) -> Void = { _ in },
    silence: @escaping @Sendable (Int?) -> Void = { _ in },
    ended: @escaping @Sendable (String) -> Void
  ) throws(AttachError) {
    let descriptor = try RunSocket.connect(to: folder)
    let inbox = Inbox(descriptor)
    do throws(AttachError) {
      try inbox.send(.hello(version: WireFormat.version))
      name = try inbox.welcome()
    } catch {
      close(descriptor)
      throw error
    }
    let channels = RunChannels(wake: wake)
    let outbox = Outbox(descriptor, channels, inbox)
    (self.channels, self.descriptor, self.inbox, self.outbox) = (channels, descriptor, inbox, outbox)
    Task.detached {
      repeat { await channels.commands.wait() } while outbox.flush()
    }
    let thread = Thread { [readerEnded] in
      Thread.current.name = "awn-viewer"
      let reason = inbox.read(into: channels, history, silence)
      ended(reason)
      readerEnded.signal()
    }
    // A message may be nested as deep as the decoder allows.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Leaves the run, which goes on. What was put into the channels before reaches it, unless it reads nothing.
  package func leave() {
    outbox.finish()
    channels.commands.poke()
    // The run reads to the end of what was sent, and then closes.
    shutdown(descriptor, Int32(SHUT_WR))
    if readerEnded.wait(timeout: .now() + .milliseconds(Self.longestLeave)) == .timedOut {
      inbox.isOpen.clear()
      shutdown(descriptor, Int32(SHUT_RDWR))
      readerEnded.wait()
    }
    close(descriptor)
  }
}

/// Commands and requests on their way to a run. Nothing is written to the descriptor once this is finished: its number
/// may belong to another file by then.
private final class Outbox: Sendable {
  private struct State {
    var isFinished = false
    /// What the run was asked for last.
    var request = InspectionRequest()
  }

  private let descriptor: Int32
  private let channels: RunChannels
  private let inbox: Inbox
  private let state = Mutex(State())

  init(_ descriptor: Int32, _ channels: RunChannels, _ inbox: Inbox) {
    (self.descriptor, self.channels, self.inbox) = (descriptor, channels, inbox)
  }

  /// Sends what waits in the channels. It does not wait for a run that reads nothing.
  ///
  /// - Returns: whether more can be sent.
  func flush() -> Bool {
    state.withLock { state in
      guard !state.isFinished else { return false }
      state.isFinished = !send(since: &state.request)
      return !state.isFinished
    }
  }

  /// Sends what waits in the channels, and nothing after that.
  func finish() {
    _ = flush()
    state.withLock { $0.isFinished = true }
  }

  private func send(since last: inout InspectionRequest) -> Bool {
    let commands = channels.commands.drain()
    let request = channels.wish
    do throws(AttachError) {
      for command in commands { try inbox.send(.command(command)) }
      if request != last { try inbox.send(.request(request)) }
      last = request
      return true
    } catch {
      // The reader meets the same failure, and reports it.
      shutdown(descriptor, Int32(SHUT_RDWR))
      return false
    }
  }
}
