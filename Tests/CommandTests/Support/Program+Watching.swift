import Foundation

extension Program {
  /// What a test does to a program, or to its folder, once the program has said a text on standard error.
  struct Reaction: Sendable {
    var text: String
    var act: @Sendable (Child) -> Void
  }

  /// Runs `awn-tui` to its end, with one reaction after the other: each waits for its text among what was not read for
  /// the one before.
  ///
  /// - Returns: the status, as `Child.end` has it, and standard error.
  static func run(
    _ arguments: [String], in scratch: Scratch, reacting reactions: [Reaction]
  ) async throws -> (status: Int32, errors: String) {
    let errors = Pipe()
    // Programs of other tests would keep the pipe open.
    for end in [errors.fileHandleForReading, errors.fileHandleForWriting] {
      _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    let child = try Child(
      path, arguments, in: scratch.path, environment: environment, output: STDERR_FILENO,
      errors: errors.fileHandleForWriting.fileDescriptor)
    try errors.fileHandleForWriting.close()
    let said = await onOwnThread { [reading = errors.fileHandleForReading] in
      var (said, unread, left) = (Data(), Data(), reactions[...])
      while case let more = reading.availableData, !more.isEmpty {
        said += more
        unread += more
        while let next = left.first, let found = unread.range(of: Data(next.text.utf8)) {
          unread = Data(unread[found.upperBound...])
          left.removeFirst()
          next.act(child)
        }
        if left.isEmpty { unread = Data() }
      }
      return String(decoding: said, as: UTF8.self)
    }
    return (await child.end(), said)
  }
}
