import AtomicFiles
import Experiment
import Foundation
import JSONText
import Messaging
import ModelFiles
import RunFolders
import Synchronization

/// Writes a run's folder: `experiment.toml`, `metrics.jsonl`, `events.jsonl`, `inspections.jsonl`, and the checkpoint.
///
/// Lines and checkpoints are handed over without waiting and written in order by a task of its own, so that a slow
/// disk never holds up training, and a checkpoint on the disk means that the lines before it are there too. If
/// writing fails, training goes on, what was there stays, and the next line or checkpoint tries again.
public final class RunRecorder: Sendable {
  /// Between checkpoints; `nil`: only where something happens that may not be lost.
  let checkpointInterval: Duration?
  private let folder: RunFolder
  /// For all who notice that the folder is gone.
  package let presence: FolderPresence
  private let tasks: AsyncStream<Job>.Continuation
  private let writer: Task<String?, Never>
  private let incompleteness = Mutex<String?>(nil)
  private let waiting: WaitingCheckpoint
  private let inspectionLog = Mutex(InspectionLog())

  enum Job: Sendable {
    case line(Data, file: String)
    /// The one of this number, if no newer one waits.
    case checkpoint(Int)
  }

  /// Its path, as given.
  public var path: String { folder.path }

  /// Creates the folder with its `experiment.toml`.
  ///
  /// - Parameters:
  ///   - checkpointEvery: seconds; 0: only at structural edits and where a run ends.
  ///   - version: of the program, for the checkpoint.
  ///   - onFailure: called from any thread: once when something can not be written, and again only after it could
  ///     be in between.
  /// - Throws: if it exists already or can not be made; nothing is left behind then.
  public convenience init(
    folder: String, experiment: String, checkpointEvery: Double = 30, version: String = "",
    onFailure: @escaping @Sendable (String) -> Void
  ) throws(RunFolderError) {
    self.init(
      try RunFolder(creating: folder, experiment: experiment), checkpointEvery: checkpointEvery,
      version: version, .system, onFailure)
  }

  /// Goes on in a run's folder, from its checkpoint: lines written later than that are removed.
  public convenience init(
    resuming folder: RunFolder, at checkpoint: RunCheckpoint, checkpointEvery: Double = 30,
    version: String = "", onFailure: @escaping @Sendable (String) -> Void
  ) throws(RunFolderError) {
    try folder.cut(to: checkpoint.record.files)
    self.init(folder, checkpointEvery: checkpointEvery, version: version, .system, onFailure)
  }

  package convenience init(
    folder: String, experiment: String, checkpointEvery: Double, operations: FileOperations,
    onFailure: @escaping @Sendable (String) -> Void
  ) throws(RunFolderError) {
    self.init(
      try RunFolder(creating: folder, experiment: experiment), checkpointEvery: checkpointEvery, version: "",
      operations, onFailure)
  }

  private init(
    _ folder: RunFolder, checkpointEvery: Double, version: String, _ operations: FileOperations,
    _ onFailure: @escaping @Sendable (String) -> Void
  ) {
    self.folder = folder
    presence = FolderPresence(folder.path)
    checkpointInterval = checkpointEvery > 0 ? .seconds(checkpointEvery) : nil
    let (stream, continuation) = AsyncStream<Job>.makeStream()
    let waiting = WaitingCheckpoint()
    (tasks, self.waiting) = (continuation, waiting)
    var writer = RunWriter(
      folder: folder.path, presence: presence, version: version, operations: operations, waiting: waiting,
      onFailure: onFailure)
    self.writer = Task {
      for await job in stream { await writer.perform(job) }
      return writer.close()
    }
  }

  func record(_ evaluation: Evaluation) { append(evaluation, to: RunFiles.metrics) }

  func record(_ event: Event) { append(event, to: RunFiles.events) }

  /// From any thread. Not all of them are kept.
  func record(_ inspection: Inspection) {
    guard let line = inspectionLog.withLock({ $0.line(inspection) }) else { return }
    tasks.yield(.line(line, file: RunFiles.inspections))
  }

  private func append(_ value: some Encodable, to file: String) {
    guard let text = try? Self.encoder.encode(value) else { return }
    tasks.yield(.line(text + Data("\n".utf8), file: file))
  }

  /// Has a checkpoint written. If two wait, only the newer one is.
  func save(_ checkpoint: Checkpoint) { tasks.yield(.checkpoint(waiting.put(checkpoint))) }

  /// Returns once it is written.
  ///
  /// - Returns: why it could not be, as a clause; `nil`: it is written.
  func saveNow(_ checkpoint: Checkpoint) async -> String? {
    await withCheckedContinuation { continuation in
      let number = waiting.put(checkpoint)
      waiting.whenDone(number) { continuation.resume(returning: $0) }
      tasks.yield(.checkpoint(number))
    }
  }

  /// Why the run as it is now might not be kept, as a clause: its last checkpoint failed, or its folder is gone; `nil`:
  /// nothing speaks against it.
  var risk: String? {
    waiting.failure ?? (isThere ? nil : "\(path) is gone")
  }

  /// Whether the run's own folder is where it was.
  var isThere: Bool { presence.isThere && RunFolder.isThere(path) }

  /// Whether a checkpoint waits or is being written.
  var isSaving: Bool { waiting.isSaving }

  /// Returns when everything is written; the folder is free then.
  func close() async {
    tasks.finish()
    let missing = await writer.value
    incompleteness.withLock { $0 = missing }
    folder.release()
  }

  /// What of the run is not in its folder, as a clause, once it is closed; `nil`: everything is.
  public var missing: String? { incompleteness.withLock { $0 } }

  static var encoder: JSONEncoder { JSONFormat.encoder() }
}
