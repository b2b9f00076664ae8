import Experiment
import Foundation

/// Writes a run's folder: `experiment.toml`, `metrics.jsonl`, `events.jsonl`.
///
/// Lines are handed over without waiting and written in order by a task of its own, so that a slow disk never holds
/// up training. If writing fails, training goes on and the failure is told once.
public final class RunRecorder: Sendable {
  /// Its path, as given.
  public let folder: String
  private let lines: AsyncStream<Line>.Continuation
  private let writer: Task<Void, Never>

  private struct Line: Sendable {
    var file: String
    var text: Data
  }

  /// Creates the folder with its `experiment.toml`.
  ///
  /// - Parameter onFailure: called at most once, from any thread.
  /// - Throws: `RunFolderError` if it exists already or can not be made; nothing is left behind then.
  public init(
    folder: String, experiment: String, onFailure: @escaping @Sendable (String) -> Void
  ) throws(RunFolderError) {
    self.folder = folder
    try Self.makeFolder(folder, experiment: experiment)
    let (stream, continuation) = AsyncStream<Line>.makeStream()
    lines = continuation
    writer = Task {
      do {
        var handles: [String: FileHandle] = [:]
        for await line in stream {
          let handle = try handles[line.file] ?? Self.open("\(folder)/\(line.file)")
          handles[line.file] = handle
          try handle.write(contentsOf: line.text)
        }
        for handle in handles.values { try handle.close() }
      } catch {
        continuation.finish()
        onFailure("training goes on unrecorded: cannot write to \(folder): \(error.localizedDescription)")
      }
    }
  }

  private static func makeFolder(_ folder: String, experiment: String) throws(RunFolderError) {
    let manager = FileManager.default
    if manager.fileExists(atPath: folder) { throw .exists(folder) }
    do {
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotCreate(folder, error.localizedDescription)
    }
    do {
      try Data(experiment.utf8).write(to: URL(fileURLWithPath: "\(folder)/experiment.toml"))
    } catch {
      try? manager.removeItem(atPath: folder)
      throw .cannotCreate(folder, error.localizedDescription)
    }
  }

  private static func open(_ path: String) throws -> FileHandle {
    let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  func record(_ evaluation: Evaluation) { append(evaluation, to: "metrics.jsonl") }

  func record(_ event: Event) { append(event, to: "events.jsonl") }

  private func append(_ value: some Encodable, to file: String) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let text = try? encoder.encode(value) else { return }
    lines.yield(Line(file: file, text: text + Data("\n".utf8)))
  }

  /// Returns when everything is written.
  func close() async {
    lines.finish()
    await writer.value
  }
}

/// Why a run folder could not be made.
public enum RunFolderError: Error, Equatable, CustomStringConvertible {
  case exists(String)
  case cannotCreate(String, String)

  public var description: String {
    switch self {
    case .exists(let folder): "\(folder) exists already: choose another folder with --output"
    case .cannotCreate(let folder, let reason):
      "cannot create the run folder \(folder): \(reason); choose another with --output, or --no-output"
    }
  }
}
