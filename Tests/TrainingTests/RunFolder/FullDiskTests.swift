import AtomicFiles
import Experiment
import Foundation
import ModelFiles
import Synchronization
import Testing
import Training

/// Training goes on where nothing can be written.
@Suite(.timeLimit(.minutes(15))) struct FullDiskTests {
  /// A disk that is full or not, and tells every attempt to create a file.
  private final class Disk: Sendable {
    let isFull = Atomic(false)
    private let attempts: AsyncStream<Void>
    private let attempt: AsyncStream<Void>.Continuation

    init() { (attempts, attempt) = AsyncStream<Void>.makeStream() }

    var operations: FileOperations {
      var operations = FileOperations.system
      operations.create = { [self] path, bytes in
        defer { attempt.yield() }
        // Half of the file fits.
        guard isFull.load(ordering: .sequentiallyConsistent) else {
          return FileOperations.system.create(path, bytes)
        }
        _ = FileOperations.system.create(path, bytes.prefix(bytes.count / 2))
        return ENOSPC
      }
      return operations
    }

    /// Waits for so many.
    func expect(_ count: Int) async {
      var left = count
      for await _ in attempts {
        left -= 1
        if left == 0 { return }
      }
    }
  }

  @Test func aCheckpointThatCanNotBeSavedIsToldOnceUntilItCan() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let disk = Disk()
    let session = try RecordedRun().begin(in: folder, operations: disk.operations)
    await session.step(2)
    /// An edit saves; the network has one neuron fewer then.
    func cut(to width: Int, files: Int) async {
      await session.send(.truncate(layer: 0, width: width))
      await disk.expect(files)
    }
    func warnings() -> [String] {
      session.events.compactMap { if case .warning(let text) = $0.kind { text } else { nil } }
    }
    await cut(to: 40, files: 2)
    disk.isFull.store(true, ordering: .sequentiallyConsistent)
    await cut(to: 39, files: 1)
    await session.wait { _ in warnings().count == 1 }
    // Nothing else happens, and whoever leaves now has to be asked.
    await session.wait { $0.snapshot.risk?.contains("No space left on device") == true }
    await cut(to: 38, files: 1)
    // What was there is whole, and nothing else is left.
    #expect(try ModelFile.read(folder).model.network.widths == [40])
    disk.isFull.store(false, ordering: .sequentiallyConsistent)
    await cut(to: 37, files: 2)
    #expect(warnings().count == 1)
    disk.isFull.store(true, ordering: .sequentiallyConsistent)
    await cut(to: 36, files: 1)
    await session.wait { _ in warnings().count == 2 }
    #expect(
      warnings().allSatisfy { $0.contains("No space left on device") && $0.contains("training goes on") })
    await session.step(3)
    let outcome = await session.stop()
    // The steps may narrow it further.
    #expect(outcome.widths[0] <= 36)
    // Whoever reads "kept in" would take the last checkpoint for this network.
    #expect(outcome.missing?.contains("No space left on device") == true)
    #expect(try ModelFile.read(folder).model.network.widths == [37])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == [
          ".lock", "checkpoint.json", "checkpoint.safetensors", "events.jsonl", "experiment.toml",
          "inspections.jsonl", "metrics.jsonl",
        ])
  }

  /// Who asks for a checkpoint hears that it is saved when it is, and not before.
  @Test func whatCanNotBeSavedIsNotSaidToBe() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let disk = Disk()
    let session = try RecordedRun().begin(in: folder, operations: disk.operations)
    await session.step(2)
    func answers() -> [Event.Kind] { session.events.filter { $0.command == 77 }.map(\.kind) }
    disk.isFull.store(true, ordering: .sequentiallyConsistent)
    session.channels.commands.send(Command(id: 77, action: .save(name: nil)))
    await session.wait { _ in !answers().isEmpty }
    guard case .rejected(let reason)? = answers().first else {
      Issue.record("\(answers())")
      return
    }
    #expect(reason.hasPrefix("no checkpoint is saved: ") && reason.contains("No space left on device"))
    #expect(session.snapshot.risk?.contains("No space left on device") == true)
    disk.isFull.store(false, ordering: .sequentiallyConsistent)
    session.channels.commands.send(Command(id: 77, action: .save(name: nil)))
    await session.wait { _ in answers().count == 2 }
    #expect(answers().last == .saved(folder: folder))
    #expect(try ModelFile.read(folder).model.origin.step == 2)
    await session.step(1)
    #expect(session.snapshot.risk == nil)
    try FileManager.default.removeItem(atPath: folder)
    await session.step(1)
    #expect(session.snapshot.risk == "\(folder) is gone")
    _ = await session.stop()
  }

  @Test func linesThatCouldNotBeWrittenAreWrittenLater() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = try Session { channels in
      let recorder = try RunRecorder(folder: folder, experiment: "") { channels.warn($0) }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/events.jsonl", withIntermediateDirectories: false)
      return recorder
    }
    await session.step(4)
    await session.wait { session in
      session.events.contains { if case .warning = $0.kind { true } else { false } }
    }
    try FileManager.default.removeItem(atPath: "\(folder)/events.jsonl")
    await session.send(.truncate(layer: 0, width: 10))
    #expect(await session.stop().missing == nil)
    let events = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/events.jsonl"))
      .split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Event.self, from: $0) }
    let told = session.events.filter { if case .warning = $0.kind { false } else { true } }
    #expect(events.filter { $0.command != Session.fence } == told)
    #expect(session.events.count - told.count == 1)
  }

  /// A folder that was moved takes what is open with it, and would be written to.
  @Test func aMovedFolderIsSaidAgainWhenItIsMovedAgain() async throws {
    let scratch = try Scratch()
    let (folder, elsewhere) = ("\(scratch.path)/run", "\(scratch.path)/moved")
    let session = try RecordedRun().begin(in: folder)
    func losses() -> Int { session.events.count { $0.kind == .warning(FolderPresence.loss) } }
    await session.step(4)
    for count in 1...2 {
      try FileManager.default.moveItem(atPath: folder, toPath: elsewhere)
      await session.send(.setLearningRate(0.01 * Double(count)))
      await session.wait { _ in losses() == count }
      try FileManager.default.moveItem(atPath: elsewhere, toPath: folder)
      await session.send(.setLearningRate(0.02 * Double(count)))
      await session.send(.save(name: nil))
      await session.wait { session in session.events.count { $0.kind == .saved(folder: folder) } == count }
    }
    #expect(await session.stop().missing == nil)
    #expect(losses() == 2)
  }

  /// A run whose folder was deleted leaves alone what another one has put in its place.
  @Test func anotherRunsFolderIsNotWrittenTo() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = try RecordedRun().begin(in: folder)
    await session.step(4)
    try FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try Data("another".utf8).write(to: URL(fileURLWithPath: "\(folder)/experiment.toml"))
    await session.send(.setLearningRate(0.01))
    await session.send(.save(name: nil))
    await session.wait { $0.events.contains { $0.kind == .warning(FolderPresence.loss) } }
    #expect(session.snapshot.risk == "\(folder) is gone")
    let refused = await session.send(.save(name: "mine"))
    #expect(
      refused.kind == .rejected(reason: "\(folder) is gone: put it back, or export the model to a file"),
      "\(refused)")
    #expect(await session.stop().missing?.contains("\(folder) is gone") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["experiment.toml"])
  }

  /// Lines that go into a file that no folder has any more would be lost silently.
  @Test func aDeletedFolderIsSaidAtTheNextLine() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = try RecordedRun().begin(in: folder)
    await session.step(4)
    #expect(FileManager.default.fileExists(atPath: "\(folder)/events.jsonl"))
    try FileManager.default.removeItem(atPath: folder)
    await session.send(.truncate(layer: 0, width: 40))
    await session.wait { session in
      session.events.contains {
        if case .warning(let text) = $0.kind { text == FolderPresence.loss } else { false }
      }
    }
    #expect(await session.stop().missing != nil)
    // Neither the lines nor the checkpoints that fail for it are told besides.
    let warnings = session.events.filter { if case .warning = $0.kind { true } else { false } }
    #expect(warnings.count == 1, "\(warnings)")
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
