import Foundation
import Messaging
import RunFolders
import Testing
import Training

extension EndToEnd {
  /// A run whose terminal is taken away.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct DetachTerminalTests {
    @Test func aRunOutlivesItsTerminal() async throws {
      let terminal = try await Tmux(width: 110, height: 32)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "stty -g >before; sh -c 'echo $$ >pid; exec $AWN launch spiral --epochs 1000000 --pace 20 --output run'; "
          + "echo $? >status; stty -g >after; echo left-$((1 + 1))")
      try await terminal.screen(showing: "held-out accuracy")
      let text = try terminal.scratch.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)
      kill(try #require(pid_t(text)), SIGHUP)
      // The shell has its terminal back, as it was, and knows where the run is.
      let screen = try await terminal.screen(showing: "left-2")
      #expect(screen.contains("spiral trains on; to see it: awn-tui attach run"))
      #expect(try terminal.scratch.text("status") == "0\n")
      #expect(try terminal.scratch.text("after") == terminal.scratch.text("before"))
      let folder = "\(terminal.scratch.path)/run"
      #expect(RunFolder.isInUse(folder))
      // It is found there, is shown, and ends where it is told to.
      try await terminal.enter("$AWN attach run; echo again-$((1 + 1))")
      try await terminal.screen(showing: "· attached")
      try await terminal.press("E")
      try await terminal.screen(showing: "enter ends the run")
      try await terminal.press("Enter")
      try await terminal.screen(showing: "the run was stopped")
      try await terminal.press("q")
      try await terminal.screen(showing: "again-2")
      try await eventually(in: terminal.scratch) {
        try terminal.scratch.text("run/detached.log").contains("kept in run")
      }
      #expect(try terminal.scratch.text("run/detached.log").contains("kept in run"))
      #expect(try !terminal.scratch.entries("run").contains("attach.sock"))
    }

    /// Nobody could attach to it.
    @Test func aRunWhoseFolderIsDeletedKeepsItsTerminal() async throws {
      let terminal = try await Tmux(width: 80, height: 24)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "$AWN launch spiral --epochs 1000000 --pace 20 --output run; echo left-$((1 + 1))")
      try await terminal.screen(showing: "held-out")
      let (folder, deleted) = ("\(terminal.scratch.path)/run", "\(terminal.scratch.path)/deleted")
      // Under another name first: what the run writes meanwhile would keep the folder from being deleted.
      try FileManager.default.moveItem(atPath: folder, toPath: deleted)
      try FileManager.default.removeItem(atPath: deleted)
      try await terminal.screen(showing: "put it back, or nothing more is kept")
      try await terminal.press("d")
      let refused = try await terminal.screen(showing: "detach: the run's folder was moved or deleted")
      #expect(refused.contains("put it back first") && refused.contains("running"), "\(refused)")
      try await terminal.press("q")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await terminal.screen(showing: "left-2")
    }

    /// A process that is stopped cannot say so.
    @Test func aStoppedRunIsNoticed() async throws {
      let terminal = try await Tmux(width: 110, height: 32)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("$AWN launch spiral --epochs 1000000 --pace 20 --output run --detach")
      let folder = "\(terminal.scratch.path)/run"
      try await eventually(in: terminal.scratch) {
        FileManager.default.fileExists(atPath: "\(folder)/\(RunSocket.name)")
      }
      try await terminal.enter("clear; $AWN attach run")
      try await terminal.screen(showing: "· attached")
      let descriptor = try RunSocket.connect(to: folder)
      let process = try #require(RunSocket.process(descriptor))
      close(descriptor)
      defer { kill(process, SIGKILL) }
      kill(process, SIGSTOP)
      try await terminal.screen(showing: "no sign of life for")
      kill(process, SIGCONT)
      try await terminal.screen(showing: "the run is heard of again")
      try await terminal.press("E")
      try await terminal.screen(showing: "enter ends the run")
      try await terminal.press("Enter")
      try await eventually(in: terminal.scratch) {
        !FileManager.default.fileExists(atPath: "\(folder)/\(RunSocket.name)")
      }
    }

    @Test func aRunMayBeginWithoutATerminal() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "launch", "spiral", "--epochs", "1000000", "--output", "run", "--detach", in: scratch)
      #expect(ended.status == 0 && ended.errors.contains("awn-tui attach run"))
      let folder = "\(scratch.path)/run"
      let descriptor = try RunSocket.connect(to: folder)
      let process = try #require(RunSocket.process(descriptor))
      close(descriptor)
      kill(process, SIGTERM)
      try await eventually(in: scratch) { try scratch.text("run/events.jsonl").contains("stopped") }
      #expect(try scratch.text("run/events.jsonl").contains("stopped"))
      let bad = try await Program.run(
        "launch", "--data", "none.csv", "--output", "bad", "--detach", in: scratch)
      #expect(bad.status == 3 && bad.errors.contains("none.csv"))
    }
  }
}
