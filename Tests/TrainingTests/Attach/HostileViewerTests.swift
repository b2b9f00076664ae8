import Experiment
import Foundation
import Fuzzing
import Messaging
import Testing
import Training

/// Viewers that send what is no message, or nothing: they lose their connection, and nobody else notices.
@Suite(.timeLimit(.minutes(15))) struct HostileViewerTests {
  /// `make fuzz` sends a hundred thousand.
  @Test func fuzzedMessagesCloseTheirConnectionAlone() async throws {
    let messages = fuzzCount(usually: 1_000)
    let began = ContinuousClock.now
    let served = try Served()
    let witness = try served.viewer()
    await witness.wait { $0.snapshot != nil }
    var mutator = Mutator(seed: 11)
    // None of them changes the run, mutated or not: what is accepted is a request, or refused.
    let valid: [ViewerMessage] = [
      .request(InspectionRequest(orderLayer: 0, cut: CutRequest(widths: [5], method: .best))),
      .command(Command(id: 7, action: .truncateTo(widths: [0], .plain))),
      .command(Command(id: 3, action: .compressUntil(layers: [4], tolerance: 0.1))),
      .hello(version: WireFormat.version),
    ]
    let bodies = valid.map { [UInt8](WireFormat.encode($0).dropFirst(4)) }
    var sent = 0
    while sent < messages {
      let peer = try RawPeer(served.scratch.path)
      if sent % 3 != 0 { peer.send(.hello(version: WireFormat.version)) }
      // Most are refused at the first; what is accepted is followed by another.
      for _ in 0..<4 {
        sent += 1
        var body = mutator.mutated(bodies[sent % bodies.count])
        var frame = [UInt8](WireFormat.frame(Data(body)))
        if sent % 5 == 0 {
          body = (0..<40).map { _ in UInt8(truncatingIfNeeded: mutator.random.next()) }
          frame = body
        }
        if !peer.send(frame) { break }
      }
    }
    let last = try RawPeer(served.scratch.path)
    last.send([0xFF, 0xFF, 0xFF, 0xFF, 0x00])
    #expect(last.isClosed())
    // The others have noticed nothing but a line in the log, and one only.
    #expect(witness.end == nil)
    witness.send([.step], from: 2)
    await witness.wait { $0.events.contains { $0.command == 2 } }
    #expect(witness.events.contains { $0.command == 2 && $0.kind == .stepped })
    let notes = witness.events.count { $0.kind.isWarning(of: "a viewer") }
    // At most one a minute, however long it takes.
    #expect((1...2 + Int((ContinuousClock.now - began) / .seconds(60))).contains(notes))
    await served.end()
    witness.leave()
  }

  @Test func commandsOutOfRangeAreNoMessages() async throws {
    let served = try Served()
    let actions: [Command.Action] = [
      .truncate(layer: .max, width: 1), .setPace(1e300), .setPace(0), .truncateAll(keep: .nan),
      .compressUntil(layers: [0, 0], tolerance: 0.1), .setLearningRate(.infinity), .setPrice(price: -1),
    ]
    for action in actions {
      let peer = try RawPeer(served.scratch.path)
      peer.send(.hello(version: WireFormat.version))
      peer.send(.command(Command(id: 1, action: action)))
      #expect(peer.isClosed(), "\(action)")
    }
    let peer = try RawPeer(served.scratch.path)
    peer.send(.hello(version: 99))
    #expect(peer.isClosed())
    await served.end()
  }

  // MARK: Those who are silent

  /// They do not keep the places of others.
  @Test func whoNeverSaysWhatItIsIsDropped() async throws {
    let served = try Served()
    let silent = try (0..<16).map { _ in try RawPeer(served.scratch.path) }
    for peer in silent { #expect(peer.isClosed()) }
    let viewer = try served.viewer()
    await viewer.wait { $0.snapshot?.state == .paused }
    #expect(viewer.snapshot?.viewers == 1)
    await served.end()
    viewer.leave()
  }

  /// A run in which nothing happens says that it is alive: silence means that its process does not run.
  @Test func aRunThatWaitsIsHeardOf() async throws {
    let served = try Served()
    let peer = try RawPeer(served.scratch.path)
    peer.send(.hello(version: WireFormat.version))
    var reader = FrameReader(limit: WireFormat.maxBytesOfRun)
    var isAlive = false
    while !isAlive, let message = try peer.next(&reader) {
      if case .alive = message { isAlive = true }
    }
    #expect(isAlive)
    await served.end()
  }
}
