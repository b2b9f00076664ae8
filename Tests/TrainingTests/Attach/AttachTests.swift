import Experiment
import Foundation
import Messaging
import Testing
import Training

/// Dashboards of other processes, played in this one: a run listens, viewers connect by the socket.
@Suite(.timeLimit(.minutes(15))) struct AttachTests {
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

  /// Though nothing trains, and nobody watches.
  @Test(arguments: [true, false]) func aFolderThatIsMovedOrDeletedIsTold(isMoved: Bool) async throws {
    let served = try Served()
    let elsewhere = try Scratch()
    if isMoved {
      try FileManager.default.moveItem(atPath: served.scratch.path, toPath: elsewhere.path + "/run")
    } else {
      try FileManager.default.removeItem(atPath: served.scratch.path)
    }
    await served.session.wait { session in
      session.events.contains { $0.kind.isWarning(of: "the run's folder was moved or deleted: put it back") }
    }
    await served.end()
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

}

extension Snapshot {
  /// All of it but speeds and who watches, as text: NaN does not equal itself.
  fileprivate var timeless: String {
    var result = self
    (result.stepsPerSecond, result.epochsPerSecond, result.viewers, result.steering) = (0, 0, 0, nil)
    return "\(result)"
  }
}
