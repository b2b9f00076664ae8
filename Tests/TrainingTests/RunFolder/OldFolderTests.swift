import Experiment
import Foundation
import Testing
import Training

/// Checkpoints and events that an earlier version wrote.
@Suite(.timeLimit(.minutes(15))) struct OldFolderTests {
  private static let files = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "OldFolders")

  private static func run(_ scenario: String) throws -> RecordedRun {
    try #require(ResumeTests.scenarios.first { $0.name == scenario }).run
  }

  /// The folder as a copy, without its logs.
  private static func copy(_ name: String, in scratch: Scratch) throws -> String {
    let folder = "\(scratch.path)/\(name)"
    try FileManager.default.copyItem(atPath: files.appending(path: name).path, toPath: folder)
    try Data().write(to: URL(filePath: "\(folder)/experiment.toml"))
    return folder
  }

  @Test(arguments: [("edited", "after an undo", 8), ("compressing", "while compressing", 29)])
  func aCheckpointGoesOn(name: String, scenario: String, step: Int) async throws {
    let scratch = try Scratch()
    let folder = try Self.copy(name, in: scratch)
    let session = try Self.run(scenario).resume(in: folder, isWatched: true)
    await session.wait { $0.snapshot.state == .paused }
    #expect(session.snapshot.step == step && session.snapshot.epochs == 8)
    #expect(session.snapshot.compression?.target == (name == "compressing" ? 20 : nil))
    await session.send(.resume)
    await session.wait { $0.snapshot.state == .finished }
    #expect(!(await session.stop()).isDiverged)
  }

  /// Its best network stands in the JSON file; the next checkpoint has it in the tensors.
  @Test func aSearchGoesOn() async throws {
    let scratch = try Scratch()
    let folder = try Self.copy("searching", in: scratch)
    let run = try Self.run("with a better network to go back to")
    for _ in 0..<2 {
      let session = try run.resume(in: folder, isWatched: true)
      await session.wait { $0.snapshot.state == .paused }
      let status = try #require(session.snapshot.compression)
      #expect(session.snapshot.step == 1310 && status.from == 23 && status.target == 18)
      #expect(status.accepted == [23] && status.tolerance == 0.3)
      _ = await session.stop()
    }
    let text = try String(contentsOfFile: "\(folder)/checkpoint.json", encoding: .utf8)
    #expect(!text.contains("\"document\""))
    let session = try run.resume(in: folder, isWatched: true)
    await session.send([.setLearningRate(1e30), .resume])
    // Every trial fails, and the epochs are done.
    await session.wait { $0.snapshot.state == .finished }
    let isRolledBack = session.events.contains { event in
      if case .compressionStep(layer: 0, from: 23, _, .diverged, backTo: 964) = event.kind {
        true
      } else {
        false
      }
    }
    #expect(isRolledBack && session.snapshot.layers[0].width == 23)
    _ = await session.stop()
  }

  @Test func eventsAreReadAndWrittenWithNames() throws {
    let text = try Data(contentsOf: Self.files.appending(path: "events.jsonl"))
    let events = try text.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Event.self, from: $0)
    }
    #expect(
      events.map(\.kind) == [
        .undone(to: 7), .policyChanged(layer: 0, .cap), .paceChanged(3),
        .testEvaluated(Metrics(loss: 0.788061349093914, accuracy: 0.75)), .learningRateChanged(0.01),
        .paceChanged(3), .testEvaluated(Metrics(loss: 0.6019821554422379, accuracy: 0.75)),
        .learningRateChanged(0.01), .compressionStep(layer: 0, from: 29, to: 23, .kept, backTo: nil),
      ])
    let others: [Event.Kind] = [
      .warning("full"), .paceChanged(nil), .compressionStep(layer: 1, from: 9, to: 7, .stuck, backTo: 4),
    ]
    for event in events + others.map({ Event(step: 1, epoch: 2, kind: $0) }) {
      let line = try JSONEncoder().encode(event)
      #expect(!String(decoding: line, as: UTF8.self).contains("\"_"))
      #expect(try JSONDecoder().decode(Event.self, from: line) == event)
    }
    for action: Command.Action in [
      .setPolicy(layer: 2, .hold), .setPace(nil), .setPace(2), .setLearningRate(1),
    ] {
      let line = try JSONEncoder().encode(Command(id: 3, action: action))
      #expect(!String(decoding: line, as: UTF8.self).contains("\"_"))
      #expect(try JSONDecoder().decode(Command.self, from: line).action == action)
    }
  }
}
