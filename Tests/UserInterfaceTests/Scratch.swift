import Foundation

/// A folder of a test's own, removed with it.
final class Scratch: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("awn-\(UUID().uuidString)").path

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
  }
}
