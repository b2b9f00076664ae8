import CBuild
import LinearAlgebra

/// What the program is, and what it was built from and runs with.
enum Version {
  /// The first line of `--version`, which scripts read.
  static let line = "awn-tui \(AwnTui.version)"

  static var details: String {
    let commit = String(cString: awn_build_commit())
    return """
      \(line)
      commit \(commit.isEmpty ? "unknown" : commit)
      Swift \(swift)
      Kernels for \(Processor.vectors)
      """
  }

  private static var swift: String {
    #if compiler(>=6.5)
      "6.5 or newer"
    #elseif compiler(>=6.4)
      "6.4"
    #else
      "6.3"
    #endif
  }
}
