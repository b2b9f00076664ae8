import AtomicFiles
import Canvas
import Foundation

/// Pictures of the screen: text, and SVG for a README.
package enum Picture {
  /// Writes both beside the run, or into the working directory, and says where.
  package static func write(_ frame: Frame, theme: Theme, folder: String?) -> String {
    let stem = (folder.map { "\($0)/" } ?? "") + "screen"
    let taken = { (suffix: String) in FileManager.default.fileExists(atPath: "\(stem)\(suffix).svg") }
    let suffix = (1...).lazy.map { $0 == 1 ? "" : "-\($0)" }.first { !taken($0) }!
    do {
      try frame.svg(ground: theme.ground).write(
        toFile: "\(stem)\(suffix).svg", atomically: true, encoding: .utf8)
      try (frame.text + "\n").write(toFile: "\(stem)\(suffix).txt", atomically: true, encoding: .utf8)
      return "picture written to \(stem)\(suffix).svg and .txt"
    } catch {
      return "cannot write a picture to \(stem)\(suffix).svg: \(systemReason(error))"
    }
  }
}
