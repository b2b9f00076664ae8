import AtomicFiles
import Datasets
import Experiment
import Foundation
import ModelFiles
import RunFolders
import SyntheticData
import Testing
import Training

/// A run that writes its folder, and goes on from it.
struct RecordedRun: Sendable {
  var configuration = Configuration.small()
  var dataset = Synthetic.plane()
  var checkpointEvery = 0.0

  func begin(
    in folder: String, isWatched: Bool = true, first: [Command.Action] = [.pause], stopsAt: Int? = nil,
    operations: FileOperations = .system
  ) throws -> Session {
    try Session(configuration, dataset, isWatched: isWatched, first: first, stopsAt: stopsAt) { channels in
      try RunRecorder(
        folder: folder, experiment: "", checkpointEvery: checkpointEvery, operations: operations
      ) { channels.warn($0) }
    }
  }

  /// A trainer at the folder's checkpoint.
  func resume(
    in folder: String, isWatched: Bool = false, stopsAt: Int? = nil, epochs: Int? = nil
  ) throws -> Session {
    let locked = try RunFolder(of: folder)
    let checkpoint = try RunCheckpoint(in: locked)
    let point = try ResumePoint(
      checkpoint, configuration: configuration, dataset: dataset, epochs: epochs,
      evaluations: locked.evaluations(until: checkpoint))
    return try Session(
      configuration, dataset, isWatched: isWatched, first: isWatched ? [.pause] : [], stopsAt: stopsAt,
      resuming: point
    ) { channels in
      try RunRecorder(resuming: locked, at: checkpoint, checkpointEvery: checkpointEvery) {
        channels.warn($0)
      }
    }
  }
}

/// What must be the same at the end of a run, however often it was interrupted.
struct RunResult: Equatable {
  var bits: Bits
  var trainLoss: Double
  var validation: Metrics?
  var samples: Int
  /// Lines of `metrics.jsonl`, but for the seconds.
  var metrics: [NSDictionary]
  /// Structural edits, and what came of the run.
  var events: [Event]

  init(_ session: Session, _ outcome: Outcome, _ folder: String) async throws {
    bits = await session.bits
    (trainLoss, validation, samples) = (outcome.trainLoss, outcome.validation, outcome.samples)
    metrics = try Self.lines("\(folder)/metrics.jsonl").map { line in
      var object = try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
      #expect(object.removeValue(forKey: "seconds") != nil)
      return object as NSDictionary
    }
    events = try Self.lines("\(folder)/events.jsonl")
      .map { try JSONDecoder().decode(Event.self, from: $0) }
      .filter {
        $0.isStructural || $0.isCompressionStep || [.started, .finished, .stoppedEarly].contains($0.kind)
      }
      .map { event in
        var event = event
        event.command = nil
        return event
      }
  }

  private static func lines(_ path: String) throws -> [Data] {
    let text = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(text.isEmpty || text.last == UInt8(ascii: "\n"))
    return text.split(separator: UInt8(ascii: "\n"))
  }
}

extension Event {
  fileprivate var isCompressionStep: Bool { if case .compressionStep = kind { true } else { false } }
}
