import Experiment
import Foundation
import Glibc

/// One viewer as the server has it. Used on the server's thread alone.
final class Connection {
  enum State {
    /// It has not said yet what it is.
    case new
    case attached(RunFeed)
    /// `nil`: it has left.
    case failed(String?)
  }

  let descriptor: Int32
  private(set) var state = State.new
  private let channels: RunChannels
  private let bell: ServerBell
  private let name: String
  private var reader = FrameReader(limit: WireFormat.maxBytesOfViewer)
  /// Empty once all of it is sent.
  private var unsent = Data()
  /// How many bytes of `unsent` are sent already.
  private var sent = 0
  /// What the viewer has.
  private var snapshot: Snapshot?
  private var lastSent = ContinuousClock.now
  /// The moment of the last message, or, before the first, that of the connection.
  private var lastHeard = ContinuousClock.now
  private let longestSilence: Duration

  /// How long one may say nothing before it has said what it is.
  static let patience = Duration.seconds(5)

  /// - Parameter longestSilence: of a viewer that reads.
  init(
    _ descriptor: Int32, _ channels: RunChannels, _ bell: ServerBell, name: String, longestSilence: Duration
  ) {
    (self.descriptor, self.channels, self.bell, self.name) = (descriptor, channels, bell, name)
    self.longestSilence = longestSilence
  }

  var hasUnsent: Bool { if case .failed = state { false } else { !unsent.isEmpty } }

  var awaited: Int16 { Int16(unsent.isEmpty ? POLLIN : POLLIN | POLLOUT) }

  // MARK: In

  /// Takes what has arrived.
  func receive() {
    flush()
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    // Bounded, so that a viewer that never stops sending does not keep the others waiting.
    for _ in 0..<4 {
      if case .failed = state { return }
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
      guard count > 0 else {
        leave()
        state = .failed(nil)
        return
      }
      reader.append(Data(buffer[..<count]))
      takeFrames()
    }
  }

  private func takeFrames() {
    do {
      while let frame = try reader.next() {
        guard let message: ViewerMessage = WireFormat.decode(frame) else {
          return fail("a viewer sent what is no message and was disconnected")
        }
        take(message)
        if case .failed = state { return }
      }
    } catch {
      fail("a viewer announced a message of \(error.length) bytes and was disconnected")
    }
  }

  private func take(_ message: ViewerMessage) {
    lastHeard = ContinuousClock.now
    switch (state, message) {
    case (.new, .hello(WireFormat.version)):
      send(.welcome(version: WireFormat.version, name: name))
      state = .attached(channels.addFeed { [bell] in bell.ring() })
    case (.new, .hello):
      // It says itself what the matter is.
      send(.welcome(version: WireFormat.version, name: name))
      send(.end("another version of awn-tui trains it"))
      state = .failed(nil)
    case (.attached(let feed), .command(let command)) where command.isInRange:
      channels.commands.send(feed.command(command))
    case (.attached, .command): fail("a viewer sent a command out of range and was disconnected")
    case (.attached(let feed), .request(let request)): channels.request(request, by: feed.number)
    case (.attached, .alive): break
    default: fail("a viewer sent a message that does not belong there and was disconnected")
    }
  }

  private func fail(_ reason: String) {
    leave()
    state = .failed(reason)
  }

  private func leave() { if case .attached(let feed) = state { channels.remove(feed) } }

  // MARK: Out

  /// Sends what is new, unless the viewer has not taken the last yet.
  func serve() {
    flush()
    if unsent.isEmpty { takeNews() }
    keepInTouch()
    flush()
  }

  /// Those that never say what they are would take the places of others. To the others, silence says that the process
  /// is stopped, and theirs says the same: nothing is measured for a viewer that does not read.
  private func keepInTouch() {
    let now = ContinuousClock.now
    switch state {
    case .new: if now - lastHeard > Self.patience { state = .failed(nil) }
    case .attached(let feed):
      channels.note(feed, isReading: now - lastHeard < longestSilence)
      if !unsent.isEmpty {
        lastSent = now
      } else if now - lastSent >= WireFormat.heartbeat {
        lastSent = now
        unsent += WireFormat.encode(RunMessage.alive)
      }
    case .failed: break
    }
  }

  private func takeNews() {
    guard case .attached(let feed) = state else { return }
    let news = feed.take()
    if news.isOverrun { return fail("a viewer that did not read for long was disconnected") }
    guard !news.isEmpty else { return }
    var messages: [RunMessage] = []
    if let history = news.history { messages.append(.history(history)) }
    if !news.events.isEmpty || news.snapshot != nil {
      let change = news.snapshot.map { SnapshotChange(of: $0, since: snapshot) }
      snapshot = news.snapshot ?? snapshot
      messages.append(.update(events: news.events, change))
    }
    if let inspection = news.inspection { messages.append(.inspection(inspection)) }
    if let frontier = news.frontier { messages.append(.frontier(frontier)) }
    if let price = news.price { messages.append(.price(price)) }
    for message in messages { unsent += WireFormat.encode(message) }
  }

  private func send(_ message: RunMessage) {
    unsent += WireFormat.encode(message)
    flush()
  }

  /// The last of the run's news, and why there are no more.
  func end(_ reason: String) {
    takeNews()
    unsent += WireFormat.encode(RunMessage.end(reason))
    flush()
  }

  /// Writes as much as the viewer takes.
  func flush() {
    while !unsent.isEmpty {
      if case .failed = state { return }
      let count = unsent.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Int in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
        return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
        if sent == unsent.count { (unsent, sent) = (Data(), 0) }
      } else if errno == EAGAIN {
        return
      } else if errno != EINTR {
        leave()
        state = .failed(nil)
      }
    }
  }

  func close() {
    leave()
    _ = Glibc.close(descriptor)
  }
}
