import Experiment
import Foundation
import Glibc
import Messaging
import Testing
import Training

/// A viewer that was stopped says nothing; nothing is measured for it until it is heard again.
@Suite(.timeLimit(.minutes(15))) struct SilentViewerTests {
  @Test func nothingIsMeasuredForOneThatSaysNothing() throws {
    let scratch = try Scratch()
    let channels = RunChannels()
    // Whoever is attached has been silent for too long.
    let server = try RunServer(channels, folder: scratch.path, name: "silent", longestSilence: .zero)
    defer { server.close("over") }
    let peer = try RawPeer(scratch.path)
    peer.send(.hello(version: WireFormat.version))
    var reader = FrameReader(limit: WireFormat.maxBytesOfRun)
    guard case .welcome = try peer.next(&reader), case .history = try peer.next(&reader) else {
      Issue.record("the viewer is not attached")
      return
    }
    #expect(!channels.isWatched)
    var snapshot = Snapshot()
    snapshot.step = 7
    channels.post([], snapshot)
    // It is attached all the same.
    while let message = try peer.next(&reader) {
      guard case .update(_, let change?) = message else { continue }
      #expect(try change.applied(to: nil).viewers == 1)
      break
    }
  }

  @Test func oneThatIsHeardAgainIsMeasuredFor() async throws {
    let scratch = try Scratch()
    let channels = RunChannels()
    let server = try RunServer(channels, folder: scratch.path, name: "heard", longestSilence: .seconds(1))
    defer { server.close("over") }
    let peer = try RawPeer(scratch.path)
    peer.send(.hello(version: WireFormat.version))
    var reader = FrameReader(limit: WireFormat.maxBytesOfRun)
    guard case .welcome = try peer.next(&reader) else {
      Issue.record("the viewer is not attached")
      return
    }
    while channels.isWatched { _ = try peer.next(&reader) }
    // What the trainer was woken for when the viewer came.
    await channels.commands.wait()
    while !channels.isWatched {
      peer.send(.alive)
      await Task.yield()
    }
    // A trainer that waits is woken to measure again.
    await channels.commands.wait()
  }

  @Test func aDashboardAnswersTheRun() throws {
    let scratch = try Scratch()
    let run = try PlayedRun(in: scratch.path)
    let answers = Thread.values {
      guard let connection = run.accept() else { return false }
      defer { close(connection.descriptor) }
      connection.send(.welcome(version: WireFormat.version, name: "played"))
      return connection.saysThatItReads()
    }
    let client = try RunClient(folder: scratch.path, wake: {}, ended: { _ in })
    #expect(answers.wait() == true)
    client.leave()
  }
}

/// A thread's result.
private final class Promise<Value: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var value: Value?

  func fulfil(_ value: Value) {
    condition.withLock {
      self.value = value
      condition.broadcast()
    }
  }

  func wait() -> Value? {
    condition.withLock {
      while value == nil { condition.wait() }
      return value
    }
  }
}

extension Thread {
  fileprivate static func values<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Promise<Value> {
    let promise = Promise<Value>()
    Thread.detachNewThread { promise.fulfil(body()) }
    return promise
  }
}

/// A socket that a test listens on in place of a run.
private final class PlayedRun: Sendable {
  private let listener: Int32

  init(in folder: String) throws {
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array("\(folder)/\(RunSocket.name)".utf8)
    try #require(path.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0 && listen(listener, 1) == 0)
  }

  deinit { close(listener) }

  func accept() -> PlayedConnection? {
    let descriptor = Glibc.accept(listener, nil, nil)
    return descriptor >= 0 ? PlayedConnection(descriptor: descriptor) : nil
  }
}

private struct PlayedConnection {
  let descriptor: Int32

  func send(_ message: RunMessage) {
    let bytes = WireFormat.encode(message)
    _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }

  /// Says that the run is alive until the viewer says that it reads, or is gone.
  func saysThatItReads() -> Bool {
    var reader = FrameReader(limit: WireFormat.maxBytesOfViewer)
    var buffer = [UInt8](repeating: 0, count: 1 << 12)
    while true {
      while let frame = try? reader.next() {
        if case .alive? = WireFormat.decode(frame) as ViewerMessage? { return true }
      }
      send(.alive)
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, 100) > 0 else { continue }
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return false }
      reader.append(Data(buffer[..<count]))
    }
  }
}
