import Dashboard
import Datasets
import Experiment
import Foundation
import Messaging
import PlainText
import RunFolders
import Synchronization

/// Reads files of data and experiments for whoever chooses among them: one at a time, the one that was asked for last.
package final class DataPreviews: Sendable {
  private struct Requests {
    var next: String?
    var isReading = false
  }

  private let requests = Mutex(Requests())
  private let read = Latest<FileChoice.Preview>()
  private let wake: @Sendable () -> Void
  /// Bytes of a file that is read only when a run begins.
  private static let tooLarge = 64 << 20

  /// - Parameter wake: called from any thread, when there is something to take.
  package init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

  /// What was read since it was asked last.
  package func take() -> FileChoice.Preview? { read.take() }

  package func want(_ path: String) {
    let isBusy = requests.withLock { requests in
      requests.next = path
      defer { requests.isReading = true }
      return requests.isReading
    }
    if isBusy { return }
    Thread.detachNewThread { [self] in
      while let path = next() {
        read.post(Self.preview(of: path))
        wake()
      }
    }
  }

  private func next() -> String? {
    requests.withLock { requests in
      defer { requests.next = nil }
      requests.isReading = requests.next != nil
      return requests.next
    }
  }

  package static func preview(of path: String) -> FileChoice.Preview {
    let probes = Probes(opensPipes: false)
    do {
      if path.hasSuffix(".toml") {
        let configuration = try ExperimentFile.configuration(contentsOf: path, probes: probes)
        return FileChoice.Preview(path: path, .absent(sentence(configuration)), configuration)
      }
      let given = DataOptions(path: path)
      let kind = try Dataset.detectedKind(of: given, probes: probes)
      let configuration = Configuration.defaults(forData: given, name: "", kind: kind, network: nil)
      return FileChoice.Preview(path: path, try content(of: configuration, kind, probes), configuration)
    } catch {
      let sentence = (error as? any UserFacingError)?.sentence ?? "It cannot be read: \(error)"
      return FileChoice.Preview(path: path, .absent(sentence))
    }
  }

  private static func sentence(_ configuration: Configuration) -> String {
    let data = configuration.data.task?.rawValue ?? configuration.data.path ?? ""
    return "An experiment: \(counted(configuration.training.epochs, "epoch")) of "
      + "\(sanitized(data, limit: 200)) with \(configuration.network.kind.rawValue)."
  }

  private static func content(
    of configuration: Configuration, _ kind: DataKind, _ probes: Probes
  ) throws -> FileChoice.Preview.Content {
    let path = configuration.data.path ?? ""
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let bytes = attributes?[.size] as? Int ?? 0
    // Reading could last longer than anyone looks at the name.
    if attributes?[.type] as? FileAttributeType == .typeDirectory || bytes > tooLarge {
      let size = bytes > tooLarge ? ", \(bytes >> 20) MB" : ""
      return .absent("\(kind.name)\(size): read when the run starts; awn-tui data reads them now.")
    }
    let dataset = try Dataset.load(
      configuration.data, for: configuration.network.kind, seed: configuration.training.seed, probes: probes)
    return .read(DataReport(dataset, file: path))
  }
}
