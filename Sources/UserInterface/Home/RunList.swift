import Dashboard
import Dispatch
import Foundation
import RunFolders
import Synchronization

/// The runs in some folders. A run is read again only once its files have changed.
package struct RunList: Sendable {
  private struct Known {
    var signature: Signature
    var entry: RunEntry
    /// When its age was told.
    var moment: Date
  }

  /// What changes whenever the description of a run does.
  private struct Signature: Equatable {
    var isInUse: Bool
    /// Size and time of each file.
    var files: [[Int]]

    init(of path: String) {
      isInUse = RunFolder.isInUse(path)
      files = (RunFiles.all + ["experiment.toml", "data.json", "checkpoint.json"]).map { name in
        var status = stat()
        guard stat("\(path)/\(name)", &status) == 0 else { return [] }
        return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, Int(status.st_ino)]
      }
    }
  }

  private var known: [String: Known] = [:]

  package init() {}

  /// Each once.
  package mutating func runs(in folders: [String], now: Date = Date()) -> [RunEntry] {
    let paths = Self.paths(in: folders)
    let found = Mutex([Known?](repeating: nil, count: paths.count))
    DispatchQueue.concurrentPerform(iterations: paths.count) { [known] index in
      let run = Self.read(paths[index], known[paths[index]], now)
      found.withLock { $0[index] = run }
    }
    let runs = found.withLock { $0.compactMap(\.self) }
    known = Dictionary(uniqueKeysWithValues: runs.map { ($0.entry.path, $0) })
    return runs.map { run in
      var entry = run.entry
      entry.age += max(0, now.timeIntervalSince(run.moment))
      return entry
    }
  }

  private static func paths(in folders: [String]) -> [String] {
    var seen: Set<String> = []
    return folders.flatMap { folder -> [String] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().map { "\(folder)/\($0)" }.filter {
        seen.insert(URL(filePath: $0).resolvingSymlinksInPath().path).inserted
      }
    }
  }

  /// `nil`: this is no run's folder.
  private static func read(_ path: String, _ known: Known?, _ now: Date) -> Known? {
    let signature = Signature(of: path)
    if let known, known.signature == signature { return known }
    return RunScanner.entry(path, now: now).map { Known(signature: signature, entry: $0, moment: now) }
  }
}
