import Foundation
import Testing

extension EndToEnd {
  /// How the whole program treats the terminal it is given.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct MannerTests {
    private func shell(_ environment: [String: String] = [:]) async throws -> Tmux {
      let terminal = try await Tmux(width: 80, height: 24, environment: environment)
      try await terminal.screen(showing: "shell$")
      return terminal
    }

    /// On a signal the run is written down before the program ends, and the shell gets its terminal back.
    @Test(arguments: ["TERM", "INT"]) func signalsLeaveACheckpointAndAShell(signal: String)
      async throws
    {
      let terminal = try await shell()
      try await terminal.enter("$AWN launch spiral --output run; echo status-$?")
      try await terminal.screen(showing: "keep all")
      let ended = try await Program.run(
        ["-c", "kill -\(signal) $(cat /proc/$(tmux -S socket display -p '#{pane_pid}')/task/*/children)"],
        of: "/bin/sh", in: terminal.scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let screen = try await terminal.screen(showing: "status-130")
      #expect(!screen.contains("layer 1"))
      let files = try terminal.scratch.entries("run")
      #expect(files.contains("checkpoint.safetensors") && files.contains("checkpoint.json"))
      #expect(try terminal.scratch.lines("run/events.jsonl").last?.contains("stopped") == true)
    }

    /// Whoever leaves is told what is waited for, and need not wait for it.
    @Test func controlCSkipsWhatIsWaitedFor() async throws {
      let terminal = try await shell()
      try await terminal.enter("$AWN launch spiral --output run; echo status-$?")
      try await terminal.screen(showing: "keep all")
      // A pipe that nobody reads is written to for ever.
      let held = try await Program.run(
        ["-c", "mkfifo pipe && mv pipe run/metrics.jsonl"], of: "/bin/sh", in: terminal.scratch)
      #expect(held.status == 0, "\(held.errors)")
      try await terminal.press("q")
      try await terminal.screen(showing: "saving the run in run…; Ctrl-C skips that")
      try await terminal.press("C-c")
      let screen = try await terminal.screen(showing: "status-130")
      #expect(screen.contains("skipped; go on from the last checkpoint: awn-tui resume run"), "\(screen)")
    }

    @Test func controlZGivesTheShellBackAndForegroundTheDashboard() async throws {
      let terminal = try await shell()
      try await terminal.enter("$AWN launch spiral --pace 20 --no-output")
      try await terminal.screen(showing: "keep all")
      try await terminal.press("C-z")
      let away = try await terminal.screen(showing: "Stopped")
      #expect(!away.contains("keep all"))
      try await terminal.enter("echo alive-$((6 * 7))")
      try await terminal.screen(showing: "alive-42")
      try await terminal.enter("fg")
      try await terminal.screen(showing: "keep all")
      try await terminal.press("Space")
      try await terminal.screen(showing: "· paused")
    }

    /// What the colors on screen are written in, as tmux saw it.
    @Test(arguments: [("truecolor", [2]), ("256", [5]), ("16", [0]), ("never", [])] as [(String, Set<Int>)])
    func theColorsAreThoseAskedFor(choice: String, kinds: Set<Int>) async throws {
      let terminal = try await shell(["COLORTERM": "truecolor"])
      try await terminal.enter("clear; $AWN launch spiral --pace 20 --no-output --color \(choice)")
      try await terminal.screen(showing: "keep all")
      let styled = try await terminal.screen(styled: true)
      var found: Set<Int> = []
      if styled.contains(/\u{1B}\[[\d;]*[34]8;2;/) { found.insert(2) }
      if styled.contains(/\u{1B}\[[\d;]*[34]8;5;/) { found.insert(5) }
      if styled.contains(/\u{1B}\[(0;)?([347]|9|10)[0-7]m/) { found.insert(0) }
      #expect(found == kinds, "\(styled.debugDescription.prefix(2000))")
    }
  }
}
