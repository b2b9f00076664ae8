import AtomicFiles
import Experiment
import JSONText
import Messaging
import RunFolders

extension RunFolder {
  /// Evaluations so far that are in force, of very many as many as charts can show.
  ///
  /// - Parameter checkpoint: up to its moment.
  public func evaluations(until checkpoint: RunCheckpoint) -> [Evaluation] {
    let size = checkpoint.record.files[RunFiles.metrics] ?? 0
    guard let text = try? AtomicFile.read("\(path)/\(RunFiles.metrics)", limit: .max) else {
      return []
    }
    let lines = LineFile.lines(of: text.prefix(size)).lines
    let decoder = JSONFormat.decoder()
    return stride(from: 0, to: lines.count, by: max(1, lines.count / 8_192)).compactMap {
      try? decoder.decode(Evaluation.self, from: lines[$0])
    }.inForce
  }

  /// Events so far.
  ///
  /// - Parameter checkpoint: up to its moment.
  public func events(until checkpoint: RunCheckpoint) -> [Event] {
    Self.events(in: path, upTo: checkpoint.record.files[RunFiles.events] ?? 0)
  }
}
