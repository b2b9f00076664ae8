import Experiment
import Foundation
import Messaging
import Testing

extension EndToEnd {
  /// Dashboards in terminals of their own on one headless run.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct KilledViewerTests {
    /// Three attach, steer and are killed: the run comes to the same bits as one that nobody watched.
    @Test func aRunWhoseViewersAreKilledIsTheSameToTheBit() async throws {
      let scratch = try Scratch()
      let experiment = ["train", "spiral", "--epochs", "300", "--seed", "5", "--threads", "1", "--quiet"]
      let alone = try await Program.run(experiment + ["--output", "alone"], in: scratch)
      #expect(alone.status == 0, "\(alone.errors)")
      let child = try Child(
        Program.path, experiment + ["--output", "watched"], in: scratch.path,
        environment: Program.environment, output: STDERR_FILENO, errors: STDERR_FILENO)
      let folder = "\(scratch.path)/watched"
      try await eventually(in: scratch) {
        FileManager.default.fileExists(atPath: "\(folder)/\(RunSocket.name)")
      }
      // It trains no further until all watch.
      let first = try RunClient(folder: folder, wake: {}, history: { _ in }, ended: { _ in })
      first.channels.commands.send(Command(id: 1, action: .pause))
      var terminals: [Tmux] = []
      for _ in 0..<3 {
        let terminal = try await Tmux(width: 110, height: 32)
        try await terminal.screen(showing: "shell$")
        try await terminal.enter("sh -c 'echo $$ >pid; exec $AWN attach \(folder)'")
        try await terminal.screen(showing: "· paused")
        terminals.append(terminal)
      }
      try await terminals[0].press("Space")
      try await terminals[1].screen("a run that goes on") { !$0.contains("· paused") }
      for terminal in terminals {
        let text = try terminal.scratch.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)
        kill(try #require(pid_t(text)), SIGKILL)
      }
      #expect(await child.end() == 0)
      first.leave()
      let bytes = ["alone", "watched"].map {
        FileManager.default.contents(atPath: "\(scratch.path)/\($0)/checkpoint.safetensors")
      }
      #expect(bytes[0] != nil && bytes[0] == bytes[1])
    }
  }
}
