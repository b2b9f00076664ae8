import Foundation
import Testing

extension EndToEnd {
  /// The line that says what a command computes, on a terminal.
  @Suite(
    .timeLimit(.minutes(5)), .enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct WaitingTests {
    /// A model whose cuts take many seconds to measure.
    private static let training =
      "$AWN train spiral --settle off --hidden-layers 2 --initial-rate 0.0006 --steps 1 --quiet --output run"

    @Test func theLineGoesWithTheProcess() async throws {
      let terminal = try await Tmux(width: 100, height: 20)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("\(Self.training); clear; $AWN curve run")
      try await terminal.screen(showing: "measuring cuts of")
      try await terminal.press("C-c")
      try await terminal.screen(showing: "shell$")
      // A shell gives up what stood behind a command that a signal ended.
      try await terminal.enter("echo left-$?")
      let screen = try await terminal.screen(showing: "left-130")
      #expect(!screen.contains("measuring cuts of"), "\(screen)")
    }

    @Test func aDumbTerminalIsSparedTheLine() async throws {
      let terminal = try await Tmux(width: 100, height: 20)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("\(Self.training); clear; TERM=dumb timeout 4 $AWN curve run; echo left-$?")
      let screen = try await terminal.screen(showing: "left-124")
      #expect(!screen.contains("measuring cuts of"), "\(screen)")
    }
  }
}
