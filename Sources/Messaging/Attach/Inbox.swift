import Experiment
import Foundation
import Glibc
import Synchronization

/// Frames from and to a run.
final class Inbox: @unchecked Sendable {
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
      case .message, .invalid:
        throw .noRun("another program answers on attach.sock; end it, then try again")
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

  private static let isUnreadable =
    "the run sent an unreadable message; attach with the awn-tui that trains it"

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
        guard take(message, channels, history) else { return Self.isUnreadable }
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
      case .invalid: return Self.isUnreadable
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

/// Whether a viewer is still attached.
final class OpenFlag: Sendable {
  private let value = Atomic(true)
  var isSet: Bool { value.load(ordering: .acquiring) }
  func clear() { value.store(false, ordering: .releasing) }
}
