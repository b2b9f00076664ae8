import Experiment
import Foundation
import Glibc
import Messaging
import Synchronization
import Training

/// A dashboard that a test plays: attached to a run by its socket.
final class Viewer: Sendable {
  private struct Seen: Sendable {
    var history: [Event] = []
    var events: [Event] = []
    var snapshot: Snapshot?
    var inspection: Inspection?
    var price: CutPrice?
    var end: String?
  }

  private let client: RunClient
  private let seen: Box
  private let wakes: AsyncStream<Void>

  private final class Box: Sendable { let value = Mutex(Seen()) }

  init(_ folder: String) throws {
    let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    let seen = Box()
    (self.wakes, self.seen) = (wakes, seen)
    client = try RunClient(
      folder: folder, wake: { wake.yield() },
      history: { events in seen.value.withLock { $0.history = events } },
      ended: { reason in
        seen.value.withLock { $0.end = reason }
        wake.yield()
      })
  }

  private func take() {
    let update = client.channels.takeUpdate()
    let inspection = client.channels.inspections.take()
    let price = client.channels.prices.take()
    seen.value.withLock {
      $0.events += update.events
      $0.snapshot = update.snapshot ?? $0.snapshot
      if let inspection {
        if $0.inspection == nil { $0.inspection = inspection } else { $0.inspection?.merge(inspection) }
      }
      $0.price = price ?? $0.price
    }
  }

  /// Returns once the condition holds, or nothing more comes.
  func wait(until condition: (Viewer) -> Bool) async {
    while true {
      let isOver = end != nil
      take()
      if condition(self) || isOver { return }
      for await _ in wakes { break }
    }
  }

  /// Sends commands, numbered from this on.
  func send(_ actions: [Command.Action], from first: Int = 1) {
    client.channels.commands.send(
      contentsOf: actions.enumerated().map { Command(id: first + $0, action: $1) })
  }

  func request(_ request: InspectionRequest) { client.channels.wish = request }
  func leave() { client.leave() }

  var name: String { client.name }
  var history: [Event] { seen.value.withLock { $0.history } }
  var events: [Event] { seen.value.withLock { $0.events } }
  var snapshot: Snapshot? { seen.value.withLock { $0.snapshot } }
  var inspection: Inspection? { seen.value.withLock { $0.inspection } }
  var price: CutPrice? { seen.value.withLock { $0.price } }
  var end: String? { seen.value.withLock { $0.end } }
}

/// A connection that says whatever a test wants.
final class RawPeer {
  let descriptor: Int32

  init(_ folder: String) throws(AttachError) { descriptor = try RunSocket.connect(to: folder) }

  deinit { close(descriptor) }

  /// Whether it could be written; the other side may have closed.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 { sent += count }
      if count < 0 && errno == EAGAIN {
        guard isReady(POLLOUT) else { return false }
      } else if count <= 0 && errno != EINTR {
        return false
      }
    }
    return true
  }

  @discardableResult
  func send(_ message: ViewerMessage) -> Bool { send([UInt8](WireFormat.encode(message))) }

  /// Reads until the other side closes; false if it does not within a minute without news.
  func isClosed() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while isReady(POLLIN) {
      let count = read(descriptor, &buffer, buffer.count)
      if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { return true }
    }
    return false
  }

  /// The next message; `nil`: the other side closed, or nothing comes within a minute.
  func next(_ reader: inout FrameReader) throws -> RunMessage? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let frame = try reader.next() { return WireFormat.decode(frame) }
      guard isReady(POLLIN) else { return nil }
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { reader.append(Data(buffer[..<count])) }
      if count == 0 || count < 0 && errno != EAGAIN && errno != EINTR { return nil }
    }
  }

  private func isReady(_ events: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&wait, 1, 60_000) > 0
  }
}
