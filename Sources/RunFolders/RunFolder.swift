import AtomicFiles
import Experiment
import Foundation
import JSONText
import PlainText
import Synchronization

/// A run's folder, which belongs to this process until it is released: a lock that the system releases with the
/// process, however that ends.
public final class RunFolder: Sendable {
  /// The file of all settings in a run's folder.
  package static func experiment(in folder: String) -> String { "\(folder)/experiment.toml" }

  /// The file in a run's folder of the quality that other methods reach at its sizes, if it was measured.
  package static func baselines(in folder: String) -> String { "\(folder)/baselines.json" }

  /// The file in a run's folder of what its data were read as.
  package static func dataReport(in folder: String) -> String { "\(folder)/data.json" }

  /// The folder in a run's folder of a model that was saved under a name.
  package static func model(_ name: String, in folder: String) -> String { "\(folder)/models/\(name)" }

  /// As given.
  public let path: String
  /// -1: released, or where files can not be locked.
  private let lock: Atomic<Int32>

  /// Makes the folder with its `experiment.toml`.
  ///
  /// - Throws: if it exists already or can not be made; nothing is left behind then.
  package init(creating path: String, experiment: String) throws(RunFolderError) {
    let manager = FileManager.default
    if manager.fileExists(atPath: path) { throw .exists(path) }
    do {
      try Folders.make(path)
    } catch {
      throw .cannotCreate(path, error.reason)
    }
    self.path = path
    lock = Atomic(FolderLock.take(path).descriptor)
    do {
      try AtomicFile.write(Data(experiment.utf8), to: Self.experiment(in: path))
    } catch {
      try? manager.removeItem(atPath: path)
      throw .cannotCreate(path, "\(error)")
    }
  }

  /// The folder of a run that is to go on.
  ///
  /// - Parameter isOwned: false for a process that only reads, because another one of the same run has it.
  public init(of path: String, isOwned: Bool = true) throws(RunFolderError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw .notFound(path)
    }
    // In a folder that may not be entered, no file seems to be.
    if access(path, R_OK | X_OK) != 0 { throw .cannotOpen(path, systemReason(errno)) }
    guard FileManager.default.fileExists(atPath: Self.experiment(in: path)) else { throw .noExperiment(path) }
    let (descriptor, failure) = isOwned ? FolderLock.take(path) : (-1, 0)
    if failure == EWOULDBLOCK { throw .inUse(path) }
    if failure != 0 { throw .cannotOpen(path, systemReason(failure)) }
    self.path = path
    lock = Atomic(descriptor)
  }

  deinit { release() }

  /// Another process may have it now.
  package func release() {
    let descriptor = lock.exchange(-1, ordering: .sequentiallyConsistent)
    // A process that is being started has the descriptor too, until it runs another program: closing would not do.
    if descriptor >= 0 {
      flock(descriptor, LOCK_UN)
      close(descriptor)
    }
  }

  /// What `metrics.jsonl` and `events.jsonl` have beyond the checkpoint's moment goes.
  package func cut(to sizes: [String: Int]) throws(RunFolderError) {
    for name in RunFiles.all {
      let failure = LineFile.cut("\(path)/\(name)", toBytes: sizes[name] ?? 0)
      if failure != 0 { throw .cannotOpen("\(path)/\(name)", systemReason(failure)) }
    }
  }

  /// Events of the run in a folder, without lines that are none.
  ///
  /// - Parameter bytes: of the file that count.
  package static func events(in folder: String, upTo bytes: Int = .max) -> [Event] {
    guard let text = try? AtomicFile.read("\(folder)/\(RunFiles.events)", limit: .max) else {
      return []
    }
    let decoder = JSONFormat.decoder()
    return LineFile.lines(of: text.prefix(bytes)).lines.compactMap {
      try? decoder.decode(Event.self, from: $0)
    }
  }

  /// Events in the last bytes of the file, without lines that are none, or are cut there.
  package static func events(in folder: String, last limit: Int) -> [Event] {
    let lines = try? AtomicFile.lastLines(of: "\(folder)/\(RunFiles.events)", limit: limit)
    let decoder = JSONFormat.decoder()
    return (lines ?? []).compactMap { try? decoder.decode(Event.self, from: $0) }
  }

  /// Whether it is where it was.
  package static func isThere(_ folder: String) -> Bool { access(experiment(in: folder), F_OK) == 0 }

  /// Why a run whose folder is gone is not left to itself, a clause.
  package static let detachRefusal =
    "the run's folder was moved or deleted, and by it alone the run could be found again: put it back first"

  /// Whether a process has the folder.
  package static func isInUse(_ folder: String) -> Bool { FolderLock.isHeld(folder) }

  /// What other methods reach at this network's sizes; empty: not measured, or not readable.
  public var baselines: [Baseline] {
    guard let data = try? AtomicFile.read(Self.baselines(in: path), limit: Self.largestReport) else {
      return []
    }
    return (try? JSONDecoder().decode(BaselineReport.self, from: data))?.results ?? []
  }

  /// What the data were read as; `nil`: the version that trained did not write it, or it is not readable.
  package var dataReport: DataReport? { Self.readDataReport(in: path) }

  package static func readDataReport(in folder: String) -> DataReport? {
    guard let data = try? AtomicFile.read(dataReport(in: folder), limit: largestReport) else { return nil }
    let decoder = JSONFormat.decoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(DataReport.self, from: data)
  }

  /// In bytes: a hundred thousand columns.
  private static let largestReport = 64 << 20
}

/// Why a run folder could not be made or opened.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
  case exists(String)
  case cannotCreate(String, String)
  case notFound(String)
  case noExperiment(String)
  case inUse(String)
  case cannotOpen(String, String)

  public var description: String {
    switch self {
    case .exists(let folder): "\(folder) exists already: choose another folder with --output"
    case .cannotCreate(let folder, let reason):
      "cannot create the run folder \(folder): \(reason); choose another with --output, or --no-output"
    case .notFound(let folder): "\(folder): no such folder; give the folder of a run"
    case .noExperiment(let folder):
      "\(folder) has no experiment.toml, so it is no run's folder; give the folder of a run"
    case .inUse(let folder): "\(folder) is in use: its run has not ended; stop that first"
    case .cannotOpen(let path, let reason):
      "cannot go on in \(path): \(reason); check the folder and its permissions"
    }
  }
}

extension RunFolderError: UserFacingError {
  public var exitStatus: ExitStatus {
    switch self {
    case .notFound, .noExperiment: .badInput
    case .exists, .cannotCreate, .inUse, .cannotOpen: .failed
    }
  }
}
