import Experiment
import Foundation
import Messaging
import Testing
import Training

/// What a run has to say to viewers: bounded for those who do not read, and whole however it arrives.
@Suite(.timeLimit(.minutes(15))) struct FeedTests {
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
