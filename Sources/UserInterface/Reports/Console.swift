import Foundation

/// What the program says outside of the dashboard.
package enum Console {
  /// On standard error. Errors (a closed terminal, a full disk) are ignored, because they must not end a run.
  package static func tell(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Whether standard error is a terminal that can erase a line and draw it again.
  package static func redrawsLines(
    isTerminal: Bool = isatty(STDERR_FILENO) == 1,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    isTerminal && environment["TERM"] != "dumb"
  }

  /// What the user may not expect, a line each, the first of many.
  package static func tell(notes: [String]) {
    for note in notes.prefix(maxNotes) { tell("note: \(note)\n") }
    if notes.count > maxNotes {
      tell("note: and \(notes.count - maxNotes) more of the data (awn-tui data shows all)\n")
    }
  }

  private static let maxNotes = 20

  /// On standard output.
  package static func print(_ text: String) throws {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  /// Gives every standard descriptor that is closed a place that takes nothing, or else the next file opened
  /// would get its number, and what is told would be written into that file.
  package static func keepDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
