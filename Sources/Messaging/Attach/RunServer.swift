import AtomicFiles
import Experiment
import Foundation
import Glibc
import Synchronization

/// Lets dashboards of the same user attach to a run. It has a thread of its own, and training waits for none of it.
///
/// A viewer that does not read costs what waits for it: one snapshot, one inspection, and a bounded number of events.
/// One that sends what is no message loses its connection, and nothing else happens.
package final class RunServer: Sendable {
  private let folder: String
  private let file: SocketFile
  package var path: String { file.path }
  private let loop: ServerLoop
  private let ended = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - name: of the run, for viewers.
  ///   - presence: of the folder, for all who notice that it is gone; `nil`: nobody else does.
  ///   - longestSilence: of a viewer that reads: for others nothing is measured.
  ///   - admits: whether a user may attach; by default the one that trains.
  package init(
    _ channels: RunChannels, folder: String, name: String, presence: FolderPresence? = nil,
    longestSilence: Duration = WireFormat.longestSilenceOfViewer,
    admits: @escaping @Sendable (uid_t?) -> Bool = { $0 == geteuid() }
  ) throws(AttachError) {
    let bell = try ServerBell()
    let (listener, file) = try RunSocket.listen(in: folder)
    (self.folder, self.file) = (folder, file)
    loop = ServerLoop(
      channels, listener: listener, bell: bell,
      watch: FolderWatch(folder, presence ?? FolderPresence(folder)), name: name,
      longestSilence: longestSilence, admits)
    let thread = Thread { [loop, ended] in
      Thread.current.name = "awn-attach"
      loop.run()
      ended.signal()
    }
    // A message may be nested as deep as the decoder allows.
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Says to all viewers that the run is over, and returns once they know, or do not read.
  ///
  /// - Parameter reason: a clause.
  package func close(_ reason: String) {
    loop.bell.close(reason)
    ended.wait()
    file.remove(in: folder)
  }
}

/// Wakes the server's thread.
final class ServerBell: Sendable {
  /// Readable once it was rung.
  let descriptor: Int32
  private let sender: Int32
  private let isRung = Atomic(false)
  private let reason = Mutex<String?>(nil)

  init() throws(AttachError) {
    var ends: (Int32, Int32) = (-1, -1)
    let result = withUnsafeMutablePointer(to: &ends) {
      $0.withMemoryRebound(to: Int32.self, capacity: 2) { pipe($0) }
    }
    guard result == 0 else { throw .system("make a pipe", errno) }
    (descriptor, sender) = ends
    RunSocket.setFlags(descriptor)
    RunSocket.setFlags(sender)
  }

  deinit {
    _ = Glibc.close(descriptor)
    _ = Glibc.close(sender)
  }

  func ring() {
    if isRung.exchange(true, ordering: .acquiringAndReleasing) { return }
    var byte: UInt8 = 0
    _ = write(sender, &byte, 1)
  }

  func silence() {
    var bytes: UInt64 = 0
    _ = read(descriptor, &bytes, 8)
    isRung.store(false, ordering: .sequentiallyConsistent)
  }

  func close(_ reason: String) {
    self.reason.withLock { $0 = reason }
    ring()
  }

  var closingReason: String? { reason.withLock { $0 } }
}

/// All connections of a server, on its thread.
private final class ServerLoop: @unchecked Sendable {
  private let channels: RunChannels
  /// Negative: closed.
  private var listener: Int32
  /// Until when no viewer is accepted, because there is no descriptor for one.
  private var acceptsAfter: ContinuousClock.Instant?
  let bell: ServerBell
  private let watch: FolderWatch
  private let name: String
  private let longestSilence: Duration
  private let admits: @Sendable (uid_t?) -> Bool
  private var connections: [Connection] = []
  private let clock = ContinuousClock()
  private var lastNote: ContinuousClock.Instant?

  private static let maxConnections = 16
  /// Milliseconds: so often each connection is looked after.
  private static let pollInterval: Int32 = 1_000
  /// For how long the end waits for viewers to take what is left.
  private static let longestFarewell = Duration.milliseconds(500)

  init(
    _ channels: RunChannels, listener: Int32, bell: ServerBell, watch: FolderWatch, name: String,
    longestSilence: Duration, _ admits: @escaping @Sendable (uid_t?) -> Bool
  ) {
    (self.channels, self.listener, self.bell, self.watch) = (channels, listener, bell, watch)
    (self.name, self.longestSilence, self.admits) = (name, longestSilence, admits)
  }

  func run() {
    while bell.closingReason == nil {
      poll(timeout: connections.isEmpty ? -1 : Self.pollInterval)
      bell.silence()
      for connection in connections { connection.serve() }
      drop()
    }
    end(bell.closingReason ?? "")
  }

  private func poll(timeout: Int32) {
    if let start = acceptsAfter, clock.now >= start { acceptsAfter = nil }
    let isResting = acceptsAfter != nil
    // A negative descriptor is passed over.
    var waits = [pollfd(fd: isResting ? -1 : listener, events: Int16(POLLIN), revents: 0)]
    waits.append(pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0))
    waits.append(pollfd(fd: watch.descriptor, events: Int16(POLLIN), revents: 0))
    waits += connections.map { pollfd(fd: $0.descriptor, events: $0.awaited, revents: 0) }
    let timeout = isResting && timeout < 0 ? 1000 : timeout
    guard Glibc.poll(&waits, nfds_t(waits.count), timeout) > 0 else { return }
    for (connection, wait) in zip(connections, waits.dropFirst(3)) where wait.revents != 0 {
      connection.receive()
    }
    if waits[0].revents != 0 { accept() }
    if waits[2].revents != 0, watch.takeNews() { channels.warn(FolderPresence.loss) }
  }

  private func accept() {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else {
      // The viewer still waits, so that the listener stays readable.
      if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { acceptsAfter = clock.now + .seconds(1) }
      return
    }
    RunSocket.setFlags(descriptor)
    guard admits(RunSocket.peer(descriptor)) else {
      note("another user tried to attach and was refused")
      close(descriptor)
      return
    }
    guard connections.count < Self.maxConnections else {
      note("\(Self.maxConnections) viewers are attached: another one was refused")
      close(descriptor)
      return
    }
    connections.append(
      Connection(descriptor, channels, bell, name: name, longestSilence: longestSilence))
  }

  private func drop() {
    for connection in connections {
      guard case .failed(let reason) = connection.state else { continue }
      if let reason { note(reason) }
      connection.close()
    }
    connections.removeAll { if case .failed = $0.state { true } else { false } }
  }

  /// One line in the log, and not one for each of a thousand attempts.
  private func note(_ text: String) {
    if let lastNote, clock.now - lastNote < .seconds(60) { return }
    lastNote = clock.now
    channels.warn(text)
  }

  private func end(_ reason: String) {
    close(listener)
    listener = -1
    for connection in connections { connection.end(reason) }
    let deadline = clock.now + Self.longestFarewell
    while connections.contains(where: \.hasUnsent), clock.now < deadline {
      poll(timeout: 50)
      for connection in connections { connection.flush() }
      connections.removeAll {
        guard case .failed = $0.state else { return false }
        $0.close()
        return true
      }
    }
    for connection in connections { connection.close() }
  }
}
