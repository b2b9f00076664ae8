import AtomicFiles
import Experiment
import Foundation
import ModelFiles
import Testing

@Suite("Checkpoint files")
struct CheckpointFilesTests {
  /// More steps than a write has, so that the last stops none.
  static let steps = 1...13

  /// A small model whose step tells it from others.
  private func pair(_ step: Int) throws -> (document: Data, tensors: Data) {
    var run = Run(NetworkOptions(initialRate: 0.5))
    run.steps(step)
    return try ModelFile.encode(run.model, training: Optional<Int>.none, ModelLocation(folder: "."))
  }

  private func step(in scratch: Scratch) throws -> Int { try ModelFile.read(scratch.path).model.origin.step }

  /// Every file of a whole checkpoint, and nothing else.
  private let whole = ["checkpoint.json", "checkpoint.safetensors"]

  private func write(
    _ pair: (document: Data, tensors: Data), _ scratch: Scratch, _ operations: FileOperations = .system
  ) throws(ModelFileError) {
    try CheckpointFiles(scratch.location, operations).write(document: pair.document, tensors: pair.tensors)
  }

  @Test func aWriterKilledAnywhereLeavesACheckpoint() throws {
    let pairs = try (1...4).map(pair)
    var finished = 0
    for first in Self.steps {
      for second in Self.steps {
        let scratch = try Scratch()
        try write(pairs[0], scratch)
        var known: Set = [1]
        for (number, stop) in [(2, first), (3, second)] {
          let stopping = StoppingOperations(at: stop, code: nil)
          if (try? write(pairs[number - 1], scratch, stopping.operations)) != nil { finished += 1 }
          let found = try step(in: scratch)
          #expect(known.union([number]).contains(found), "killed at \(first), then \(second): \(found)")
          // What was there before the new one is gone for good once the new one was read.
          known = [found]
        }
        try write(pairs[3], scratch)
        #expect(try step(in: scratch) == 4)
        #expect(scratch.names == whole)
      }
    }
    #expect(finished > 0, "the steps must reach the end of a write")
  }

  @Test(arguments: [ENOSPC, EIO])
  func aWriterThatFailsLeavesTheOldCheckpointAndNothingElse(_ code: Int32) throws {
    let pairs = try (1...2).map(pair)
    var failed = 0
    for stop in Self.steps {
      let scratch = try Scratch()
      try write(pairs[0], scratch)
      let stopping = StoppingOperations(at: stop, code: code)
      let error = failure { () throws(ModelFileError) in try write(pairs[1], scratch, stopping.operations) }
      if let error {
        failed += 1
        #expect(error.reason == .access(.unwritable(code: code)))
        #expect([1, 2].contains(try step(in: scratch)))
      } else {
        #expect(try step(in: scratch) == 2)
      }
      if try step(in: scratch) == 1 { #expect(scratch.names == whole, "failed at \(stop)") }
    }
    #expect(failed >= 6)
  }

  @Test func aFirstWriteThatFailsLeavesNothing() throws {
    let first = try pair(1)
    for stop in 1...5 {
      let scratch = try Scratch()
      let stopping = StoppingOperations(at: stop, code: ENOSPC)
      let error = failure { () throws(ModelFileError) in try write(first, scratch, stopping.operations) }
      #expect(error != nil)
      #expect(scratch.names == [], "failed at \(stop)")
    }
  }

  @Test func withoutHardLinksThePreviousTensorsAreCopied() throws {
    let pairs = try (1...2).map(pair)
    for stop in Self.steps {
      let scratch = try Scratch()
      try write(pairs[0], scratch)
      var operations = StoppingOperations(at: stop, code: nil).operations
      operations.link = { _, _ in EPERM }
      _ = try? write(pairs[1], scratch, operations)
      #expect([1, 2].contains(try step(in: scratch)))
      try write(pairs[1], scratch)
      #expect(try step(in: scratch) == 2)
      #expect(scratch.names == whole)
    }
  }

  @Test func mixedOrMissingFilesAreRefused() throws {
    let scratch = try Scratch()
    let (first, second) = (try pair(1), try pair(2))
    try write(first, scratch)
    let expected = ModelFileError(
      .model(.noMatchingTensors(file: scratch.location.tensors)), file: scratch.location.document)
    for tensors in [second.tensors, first.tensors.dropLast(), first.tensors + [0], Data()] {
      _ = try scratch.write(tensors, as: "checkpoint.safetensors")
      #expect(failure { () throws(ModelFileError) in _ = try ModelFile.read(scratch.path) } == expected)
    }
    #expect(unlink(scratch.location.tensors) == 0)
    #expect(failure { () throws(ModelFileError) in _ = try ModelFile.read(scratch.path) } == expected)
  }

  @Test func readersNeverSeeAMixedPairWhileWritersWork() async throws {
    let scratch = try Scratch()
    let pairs = try (1...4).map(pair)
    try write(pairs[0], scratch)
    let location = scratch.location
    let seen = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
      for writer in 0..<2 {
        group.addTask {
          for turn in 0..<20 {
            let pair = pairs[(2 * turn + writer) % pairs.count]
            try CheckpointFiles(location).write(document: pair.document, tensors: pair.tensors)
          }
          return []
        }
      }
      group.addTask {
        try Set((0..<100).map { _ in try ModelFile.read(location).model.origin.step })
      }
      return try await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
    }
    #expect(seen.isSubset(of: [1, 2, 3, 4]) && !seen.isEmpty)
    #expect(scratch.names == whole)
  }

  @Test func aPathIsAFolderOrEitherFile() throws {
    let scratch = try Scratch()
    try write(try pair(2), scratch)
    for path in ["", "/", "/checkpoint.json", "/checkpoint.safetensors"] {
      #expect(try ModelFile.locate(scratch.path + path) == scratch.location)
      #expect(try ModelFile.read(scratch.path + path).model.origin.step == 2)
    }
    func reason(_ path: String) -> ModelFileError.Reason? {
      failure { () throws(ModelFileError) in _ = try ModelFile.locate(path) }?.reason
    }
    let empty = try Scratch()
    #expect(reason(empty.path) == .access(.noModelInFolder(name: "checkpoint.json")))
    #expect(reason(empty.path + "/none") == .access(.notFound))
    #expect(reason(empty.path + "/none.json") == .access(.notFound))
    #expect(reason(try empty.write(Data("x".utf8), as: "notes.txt")) == .access(.notAModel))
    let lone = try empty.write(Data("x".utf8), as: "lone.safetensors")
    #expect(
      failure { () throws(ModelFileError) in _ = try ModelFile.locate(lone) }
        == ModelFileError(.access(.notFound), file: empty.path + "/lone.json"))
  }
}
