import Testing

extension EndToEnd {
  /// The list of runs, and the runs that are opened from it, in a real terminal.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct HomeTerminalTests {
    @Test func escapeLeadsFromAFinishedRunBackToTheList() async throws {
      let terminal = try await Tmux(width: 80, height: 24)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "clear; $AWN train double-moon --steps 5 --output runs/one --quiet >said 2>&1; $AWN; "
          + "echo left-$((1 + 1))")
      try await terminal.screen(showing: "enter open")
      try await terminal.press("Enter")
      try await terminal.screen(showing: "· finished")
      try await terminal.press("Escape")
      try await terminal.screen(showing: "enter open")
      try await terminal.press("q")
      try await terminal.screen(showing: "left-2")
    }
  }
}
