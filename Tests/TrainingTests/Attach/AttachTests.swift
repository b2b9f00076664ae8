import Experiment
import Foundation
import Fuzzing
import Testing
import Training

/// Dashboards of other processes, played in this one: a run listens, viewers connect by the socket.
@Suite(.timeLimit(.minutes(15))) struct AttachTests {
  /// A paused run of `Session` with a server in a folder.
  private struct Served {
    let scratch: Scratch
    let session: Session
    let server: RunServer

    init(isWatched: Bool = false, admits: @escaping @Sendable (uid_t?) -> Bool = { $0 == geteuid() }) throws {
      scratch = try Scratch()
      session = Session(isWatched: isWatched)
      server = try RunServer(session.channels, folder: scratch.path, name: "small", admits: admits)
    }

    func viewer() throws -> Viewer { try Viewer(scratch.path) }

    func end() async {
      _ = await session.stop()
      server.close("the run was stopped")
    }
  }

  private func isCut(_ event: Event) -> Bool { if case .truncated = event.kind { true } else { false } }

  @Test func aCutFromOneViewerIsSeenByAll() async throws {
    let served = try Served()
    let (first, second, third) = (try served.viewer(), try served.viewer(), try served.viewer())
    #expect(first.name == "small")
    for viewer in [first, second, third] { await viewer.wait { $0.snapshot?.state == .paused } }
    let width = try #require(first.snapshot?.layers.first?.width)
    first.send([.truncate(layer: 0, width: width - 3)])
    for viewer in [first, second, third] {
      await viewer.wait { $0.events.contains(where: isCut) && $0.snapshot?.layers[0].width == width - 3 }
    }
    // Only who has sent it takes it for an answer.
    #expect(first.events.first(where: isCut)?.command == 1)
    #expect(second.events.first(where: isCut)?.command == nil)
    #expect(first.events.first(where: isCut)?.isOfAnother == nil)
    #expect(second.events.first(where: isCut)?.isOfAnother == true)
    for (viewer, steering) in [(first, Steering.this), (second, .another)] {
      await viewer.wait { $0.snapshot?.steering == steering }
    }
    second.send([.undo])
    for viewer in [first, second] { await viewer.wait { $0.snapshot?.layers[0].width == width } }
    #expect(second.snapshot?.timeless == first.snapshot?.timeless && first.snapshot?.viewers == 3)
    await served.session.wait { $0.snapshot.layers[0].width == width }
    #expect(first.snapshot?.timeless == served.session.snapshot.timeless)
    await served.end()
    await first.wait { $0.end != nil }
    #expect(first.end == "the run was stopped" && first.snapshot?.state == .stopped)
    for viewer in [first, second, third] { viewer.leave() }
  }

  @Test func whoComesLaterIsShownWhatHappened() async throws {
    let served = try Served()
    let first = try served.viewer()
    first.send([.step, .step, .setLearningRate(0.01)])
    await first.wait { viewer in
      viewer.snapshot?.step == 2 && viewer.events.contains { $0.kind == .learningRateChanged(0.01) }
    }
    let second = try served.viewer()
    await second.wait { $0.snapshot?.step == 2 }
    #expect(second.history.contains { $0.kind == .learningRateChanged(0.01) })
    #expect(second.history.allSatisfy { $0.command == nil })
    #expect(second.snapshot?.timeless == first.snapshot?.timeless)
    // Nobody else watches this run, and yet cuts are measured.
    await second.wait { $0.inspection?.curves.isEmpty == false && $0.inspection?.input != nil }
    #expect(second.inspection?.curves.first?.step == 2)
    await served.end()
    for viewer in [first, second] { viewer.leave() }
  }

  @Test func commandsSentJustBeforeLeavingReachTheRun() async throws {
    let served = try Served()
    let (first, second) = (try served.viewer(), try served.viewer())
    for viewer in [first, second] { await viewer.wait { $0.snapshot?.state == .paused } }
    first.send([.setLearningRate(0.01)])
    first.leave()
    second.send([.setLearningRate(0.02)])
    await second.wait { viewer in viewer.events.contains { $0.kind == .learningRateChanged(0.02) } }
    #expect(second.events.contains { $0.kind == .learningRateChanged(0.01) })
    await served.end()
    second.leave()
  }

  @Test func eachIsGivenThePriceItAskedFor() async throws {
    let served = try Served()
    let (first, second) = (try served.viewer(), try served.viewer())
    for viewer in [first, second] { await viewer.wait { $0.snapshot?.state == .paused } }
    let width = try #require(first.snapshot?.layers.first?.width)
    for (viewer, kept) in [(first, width - 1), (second, width - 2)] {
      let cut = CutRequest(widths: [kept], method: .repaired)
      viewer.request(InspectionRequest(cut: cut))
      await viewer.wait { $0.price != nil }
      #expect(viewer.price?.request == cut)
    }
    #expect(first.price?.request.widths == [width - 1])
    await served.end()
    for viewer in [first, second] { viewer.leave() }
  }

  /// Viewers come and go, one is killed, one never reads: not a bit of the network changes.
  @Test func aWatchedRunIsTheSameToTheBit() async throws {
    let (alone, _) = await Session.headless()
    let expected = await alone.bits
    let scratch = try Scratch()
    let session = Session(isWatched: false, first: [])
    let server = try RunServer(session.channels, folder: scratch.path, name: "small")
    let watching = try Viewer(scratch.path)
    var killed: RawPeer? = try RawPeer(scratch.path)
    killed?.send(.hello(version: WireFormat.version))
    let deaf = try RawPeer(scratch.path)
    deaf.send(.hello(version: WireFormat.version))
    await watching.wait { ($0.snapshot?.step ?? 0) > 0 }
    killed = nil
    _ = await session.outcome()
    server.close("the run is finished")
    await watching.wait { $0.end != nil }
    #expect(watching.snapshot?.state == .finished)
    #expect(await session.bits == expected)
    watching.leave()
  }

  @Test func otherUsersAreRefused() async throws {
    let served = try Served { _ in false }
    #expect(throws: AttachError.noRun("the run refused, or ended")) { try served.viewer() }
    await served.session.wait { $0.events.contains { $0.kind.isWarning(of: "another user") } }
    await served.end()
  }

  @Test func theSocketIsTheUsersAlone() async throws {
    let served = try Served()
    var status = stat()
    #expect(lstat(served.server.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600 && status.st_mode & S_IFMT == S_IFSOCK)
    await served.end()
    #expect(lstat(served.server.path, &status) != 0, "it is removed with the run")
  }

  @Test func aFolderMayHaveALongPath() async throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/" + String(repeating: "long-name-", count: 20)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let session = Session(isWatched: false)
    let server = try RunServer(session.channels, folder: folder, name: "long")
    let viewer = try Viewer(folder)
    await viewer.wait { $0.snapshot != nil }
    #expect(viewer.snapshot?.state == .paused)
    _ = await session.stop()
    server.close("over")
    viewer.leave()
  }

  @Test func whatADeadRunLeftIsRemoved() throws {
    let scratch = try Scratch()
    // A socket whose process is gone: it was bound, and nobody listens.
    let path = "\(scratch.path)/\(RunSocket.name)"
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    close(descriptor)
    #expect(result == 0 && FileManager.default.fileExists(atPath: path))
    #expect(throws: AttachError.notListening) { try Viewer(scratch.path) }
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(throws: AttachError.notListening) { try Viewer(scratch.path) }
  }

  // MARK: Hostile bytes

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

  // MARK: Those who do not read

  @Test func aViewerThatDoesNotReadCostsBoundedMemory() {
    let channels = RunChannels()
    let feed = channels.addFeed {}
    for step in 0..<10_000 {
      var snapshot = Snapshot()
      snapshot.step = step
      channels.post([], snapshot)
    }
    let news = feed.take()
    #expect(news.snapshot?.step == 9_999 && !news.isOverrun)
    for _ in 0...RunFeed.maxEvents { channels.post([Event(step: 1, epoch: 0, kind: .paused)], Snapshot()) }
    let overrun = feed.take()
    #expect(overrun.isOverrun && overrun.events.isEmpty)
    let later = channels.addFeed {}
    #expect(later.take().history?.count == RunFeed.maxEvents)
  }

  /// Far more than the socket holds at once.
  @Test func whatIsSentInPiecesArrivesWhole() throws {
    let scratch = try Scratch()
    let text = String(repeating: "long ", count: 200)
    let events = (0..<RunFeed.maxEvents).map { Event(step: $0, epoch: 0, kind: .warning("\($0) \(text)")) }
    let channels = RunChannels()
    channels.remember(events)
    let server = try RunServer(channels, folder: scratch.path, name: "long")
    let peer = try RawPeer(scratch.path)
    peer.send(.hello(version: WireFormat.version))
    var reader = FrameReader(limit: WireFormat.maxBytesOfRun)
    let (first, second) = (try peer.next(&reader), try peer.next(&reader))
    guard case .welcome(_, "long") = first, case .history(let history) = second else {
      server.close("over")
      Issue.record("neither a greeting nor a history: \(String(describing: first))")
      return
    }
    #expect(history == events)
    server.close("over")
    guard case .end("over") = try peer.next(&reader) else {
      Issue.record("it does not say that it ends")
      return
    }
  }

  @Test func framesAreCutWhereverTheyArrive() throws {
    let bodies = [Data("one".utf8), Data("two two".utf8), Data(repeating: 7, count: 300)]
    let all = bodies.map(WireFormat.frame).reduce(Data(), +)
    for size in [1, 2, 3, 5, 1_000] {
      var reader = FrameReader(limit: 300)
      var found: [Data] = []
      for start in stride(from: 0, to: all.count, by: size) {
        reader.append(Data(all[start..<min(all.count, start + size)]))
        while let frame = try reader.next() { found.append(frame) }
      }
      #expect(found == bodies)
    }
    var short = FrameReader(limit: 299)
    short.append(WireFormat.frame(bodies[2]))
    #expect(throws: FrameReader.TooLong.self) { try short.next() }
    var empty = FrameReader(limit: 10)
    empty.append(Data([0, 0, 0, 0]))
    #expect(throws: FrameReader.TooLong.self) { try empty.next() }
  }
}

extension Event.Kind {
  fileprivate func isWarning(of text: String) -> Bool {
    if case .warning(let warning) = self { warning.contains(text) } else { false }
  }
}

extension Snapshot {
  /// All of it but speeds and who watches, as text: NaN does not equal itself.
  fileprivate var timeless: String {
    var result = self
    (result.stepsPerSecond, result.epochsPerSecond, result.viewers, result.steering) = (0, 0, 0, nil)
    return "\(result)"
  }
}
