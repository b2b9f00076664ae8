import Experiment
import Foundation
import Glibc
import Synchronization

/// A viewer's end of a run that trains in another process: what the run says arrives in channels as if it trained here,
/// and commands and requests put into them go to the run.
package final class RunClient: Sendable {
  package let channels: RunChannels
  /// Of the run.
  package let name: String
  private let descriptor: Int32
  private let inbox: Inbox
  private let outbox: Outbox
  private let readerEnded = DispatchSemaphore(value: 0)

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
    if readerEnded.wait(timeout: .now() + .milliseconds(500)) == .timedOut {
      inbox.isOpen.clear()
      shutdown(descriptor, Int32(SHUT_RDWR))
      readerEnded.wait()
    }
    close(descriptor)
  }
}

/// Whether a viewer is still attached.
final class OpenFlag: Sendable {
  private let value = Atomic(true)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func clear() { value.store(false, ordering: .releasing) }
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

/// Frames from and to a run.
private final class Inbox: @unchecked Sendable {
  let isOpen = OpenFlag()
  private let descriptor: Int32
  // Used by the thread that reads alone.
  private var reader = FrameReader(limit: WireFormat.maxBytesOfRun)
  private var snapshot: Snapshot?

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// - Throws: if the run is gone, or takes nothing.
  func send(_ message: ViewerMessage) throws(AttachError) {
    let data = WireFormat.encode(message)
    let count = data.withUnsafeBytes {
      Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard count < data.count else { return }
    let failure = count < 0 ? errno : EAGAIN
    // A run that refuses may have closed the connection before the first word.
    throw failure == EPIPE || failure == ECONNRESET ? Self.isGone : .system("send to the run", failure)
  }

  private static let isGone = AttachError.noRun("the run refused, or ended")

  /// Waits at most ten seconds for the first message.
  func welcome() throws(AttachError) -> String {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      switch next(timeout: 1000) {
      case .message(.welcome(WireFormat.version, let name)): return name
      case .message(.welcome(let version, _)):
        throw .noRun("another version of awn-tui trains it, whose messages are of version \(version)")
      case .message(.end(let reason)): throw .noRun(reason)
      case .nothing: continue
      case .message, .invalid: throw .noRun("what answers is no run")
      case .ended: throw Self.isGone
      }
    }
    throw .noRun("the process that trains it does not answer: it may be stopped (kill -CONT lets it go on)")
  }

  enum Next {
    case message(RunMessage)
    /// The time is up.
    case nothing
    case ended
    case invalid
  }

  private func next(timeout: Int32) -> Next {
    while true {
      do {
        if let frame = try reader.next() {
          guard let message: RunMessage = WireFormat.decode(frame) else { return .invalid }
          return .message(message)
        }
      } catch {
        return .invalid
      }
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, timeout)
      if ready == 0 { return .nothing }
      if ready < 0 { continue }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { continue }
      guard count > 0 else { return .ended }
      reader.append(Data(buffer[..<count]))
    }
  }

  /// Takes all that comes.
  ///
  /// - Returns: why nothing follows, as a clause.
  func read(
    into channels: RunChannels, _ history: ([Event]) -> Void, _ silence: (Int?) -> Void
  ) -> String {
    let clock = ContinuousClock()
    var (lastHeard, lastSaid) = (clock.now, clock.now)
    var isSilent = false
    while isOpen.isSet {
      switch next(timeout: 1_000) {
      case .message(.end(let reason)): return reason
      case .message(let message):
        guard take(message, channels, history) else { return "what the run sent makes no sense" }
        lastHeard = clock.now
        if lastHeard - lastSaid >= WireFormat.heartbeat {
          // A run that takes nothing now is asked again at its next word.
          try? send(.alive)
          lastSaid = lastHeard
        }
        if isSilent { silence(nil) }
        isSilent = false
      case .nothing:
        guard clock.now - lastHeard >= WireFormat.longestSilence else { continue }
        isSilent = true
        silence(Int((clock.now - lastHeard) / .seconds(1)))
      case .ended: return "the process that trained it is gone"
      case .invalid: return "what the run sent makes no sense"
      }
    }
    return ""
  }

  private func take(_ message: RunMessage, _ channels: RunChannels, _ history: ([Event]) -> Void) -> Bool {
    switch message {
    case .welcome, .end: return false
    case .history(let events): history(events)
    case .update(let events, let change?):
      guard let next = try? change.applied(to: snapshot) else { return false }
      snapshot = next
      channels.show(events, next)
    case .update(let events, nil): for event in events { channels.post(event) }
    case .inspection(let inspection): channels.post(inspection)
    case .frontier(let frontier): channels.post(frontier)
    case .price(let price): channels.post(price)
    case .alive: break
    }
    return true
  }
}
