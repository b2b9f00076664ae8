import AtomicFiles
import Foundation
import ModelFiles
import PlainText
import RunFolders

/// Carries out the recorder's jobs, one after the other.
struct RunWriter {
  private let location: ModelLocation
  private let presence: FolderPresence
  private let version: String
  private let operations: FileOperations
  private let waiting: WaitingCheckpoint
  private let onFailure: @Sendable (String) -> Void
  private var files: [String: LineFile]
  private var areLinesWaiting = false
  private var isLosingLines = false
  private var reportedLoss = 0
  /// Why the last one could not be saved.
  private var lostCheckpoint: String?

  init(
    folder: String, presence: FolderPresence, version: String, operations: FileOperations,
    waiting: WaitingCheckpoint, onFailure: @escaping @Sendable (String) -> Void
  ) {
    location = ModelLocation(folder: folder)
    (self.presence, self.version, self.operations) = (presence, version, operations)
    self.waiting = waiting
    self.onFailure = onFailure
    files = Dictionary(
      uniqueKeysWithValues: RunFiles.all.map { file in
        (file, LineFile("\(folder)/\(file)") { presence.isThere })
      })
  }

  mutating func perform(_ job: RunRecorder.Job) async {
    switch job {
    case .line(let text, let file): append(text, to: file)
    case .checkpoint(let number):
      guard let checkpoint = waiting.take(number) else { return }
      await save(checkpoint)
      waiting.finish(number, failure: lostCheckpoint)
    }
  }

  /// - Returns: what of the run is not in its folder, as a clause; `nil`: everything is.
  mutating func close() -> String? {
    var failure: Int32 = 0
    for name in presentFiles {
      failure = max(failure, files[name]!.write())
      files[name]!.close()
    }
    if lostLines > reportedLoss {
      onFailure("\(location.folder): \(lost(lostLines - reportedLoss))")
    }
    if let lostCheckpoint { return "its last checkpoint could not be saved: \(lostCheckpoint)" }
    if failure != 0 { return "its logs could not be written to the end: \(systemReason(failure))" }
    return lostLines > 0 ? lost(lostLines) : nil
  }

  private mutating func append(_ text: Data, to file: String) {
    let failure = files[file]!.append(text)
    guard failure == 0 else { return warn(failure) }
    // What is open is written even in a folder that was moved, and one that was put back may go again.
    if presence.takeLoss() { onFailure(FolderPresence.loss) }
    // A failure is reported again only if all files could be written in between.
    if areLinesWaiting { areLinesWaiting = presentFiles.contains { files[$0]!.write() != 0 } }
    if areLinesWaiting || lostLines == reportedLoss { return }
    onFailure("\(location.folder) can be written to again; \(lost(lostLines - reportedLoss))")
    (isLosingLines, reportedLoss) = (false, lostLines)
  }

  /// Says why something is not written. Of a folder that is gone nothing else need be known, and that only once.
  private func report(_ failure: String) {
    if presence.takeLoss() {
      onFailure(FolderPresence.loss)
    } else if presence.isThere {
      onFailure(failure)
    }
  }

  /// A run that nobody watches has no inspections.
  private var presentFiles: [String] {
    RunFiles.all.filter { $0 != RunFiles.inspections || files[$0]!.isInUse }
  }

  private func lost(_ lines: Int) -> String {
    "\(counted(lines, "line")) of its logs \(lines == 1 ? "is" : "are") lost"
  }

  private var lostLines: Int { files.values.reduce(0) { $0 + $1.lostLines } }

  private mutating func warn(_ failure: Int32) {
    if !areLinesWaiting {
      report(
        "cannot write to \(location.folder): \(systemReason(failure)); training goes on, and what is to be "
          + "recorded waits")
    }
    areLinesWaiting = true
    if reportedLoss == lostLines { return }
    if !isLosingLines {
      report(
        "\(location.folder): too much waits to be recorded, so further lines are lost; free space on its disk"
      )
    }
    isLosingLines = true
  }

  private mutating func save(_ checkpoint: Checkpoint) async {
    guard presence.isThere else { return lose("\(location.folder) is gone") }
    var model = checkpoint.model
    model.origin.version = version
    // Opened here at the latest: a resumed run's file has lines already.
    for name in presentFiles { _ = files[name]!.write() }
    do throws(ModelFileError) {
      var record = await checkpoint.record()
      for name in presentFiles {
        files[name]!.sync()
        record.files[name] = files[name]!.size
      }
      let (document, tensors) = try ModelFile.encode(
        model, training: record, location)
      try CheckpointFiles(location, operations).write(document: document, tensors: tensors)
      lostCheckpoint = nil
    } catch {
      lose("\(error)")
    }
  }

  private mutating func lose(_ reason: String) {
    if lostCheckpoint == nil { report("no checkpoint is saved: \(reason); training goes on") }
    lostCheckpoint = reason
  }
}
