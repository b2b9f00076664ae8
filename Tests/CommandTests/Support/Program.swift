import Foundation
import Testing

/// A program run to its end.
struct Ended {
  /// The exit status, or the signal as a negative number.
  var status: Int32
  var output: String
  var errors: String
}

enum Program {
  /// The built executable, beside the test bundle.
  static let path =
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appendingPathComponent("awn-tui").path

  /// The environment of every program that tests start: nothing of the machine's own shows.
  static let environment = [
    "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color",
    "SWIFT_BACKTRACE": "enable=no",
  ]

  /// Runs `awn-tui`, without a terminal.
  static func run(_ arguments: String..., in scratch: Scratch) async throws -> Ended {
    try await run(arguments, in: scratch)
  }

  static func run(
    _ arguments: [String], of executable: String = path, in scratch: Scratch,
    environment: [String: String] = environment
  ) async throws -> Ended {
    let (output, errors) = (try Capture(), try Capture())
    let child = try Child(
      executable, arguments, in: scratch.path, environment: environment,
      output: output.handle.fileDescriptor, errors: errors.handle.fileDescriptor)
    let status = await child.end()
    return Ended(status: status, output: try output.text(), errors: try errors.text())
  }
}

/// A file outside of the folder under test: unlike a pipe it never fills up.
private struct Capture {
  private let folder = try! Scratch()
  let handle: FileHandle

  init() throws {
    try folder.file("text", "")
    handle = try #require(FileHandle(forWritingAtPath: "\(folder.path)/text"))
  }

  /// All of it; nothing more can be written then.
  func text() throws -> String {
    try handle.close()
    return try folder.text("text")
  }
}

/// Runs what blocks on a thread of its own, so that it takes none from the tasks it may be waiting for.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
