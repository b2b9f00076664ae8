import Foundation

/// The folders in which runs were kept before, so that they can be found from anywhere: paths, one a line, the newest
/// last.
package struct RunIndex {
  /// `nil`: this user has no place for it.
  package let file: String?
  private static let limit = 100

  package init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.local/state" : nil }
    let chosen = environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    file = (chosen ?? home).map { $0 + "/awn-tui/folders" }
  }

  /// Those that still exist.
  package var folders: [String] {
    guard let file, let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n").suffix(Self.limit).map(String.init).filter {
      var isFolder: ObjCBool = false
      return $0.hasPrefix("/") && FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
        && isFolder.boolValue
    }
  }

  /// Remembers where a run is kept. A run does not depend on it: what cannot be written is left.
  package func add(runFolder: String) {
    guard let file else { return }
    let folder = URL(filePath: runFolder).standardizedFileURL.deletingLastPathComponent().path
    guard !folder.contains("\n") else { return }
    let known = folders
    if known.last == folder { return }
    let lines = (known.filter { $0 != folder } + [folder]).suffix(Self.limit)
    let place = URL(filePath: file).deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try? (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
  }
}
