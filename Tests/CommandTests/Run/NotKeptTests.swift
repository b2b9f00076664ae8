import Foundation
import Testing

extension EndToEnd {
  /// Runs of which nothing, or not all, is kept: said, and an error.
  @Suite(.timeLimit(.minutes(15))) struct NotKeptTests {
    /// As on a disk that is full: no file grows beyond a few kilobytes.
    private func onFullDisk(_ command: String, in scratch: Scratch) async throws -> Ended {
      try await Program.run(
        ["-c", "trap '' XFSZ; ulimit -f 8; exec '\(Program.path)' \(command)"], of: "/bin/sh", in: scratch)
    }

    @Test func onAFullDiskARunIsNotKept() async throws {
      let scratch = try Scratch()
      let ended = try await onFullDisk(
        "train double-moon --fixed-width 512 --epochs 1 --output run", in: scratch)
      #expect(ended.status == 1)
      #expect(
        ended.errors.contains("awn-tui: the run is not kept: there is no checkpoint in run: "),
        "\(ended.errors)")
      #expect(ended.errors.contains("File too large") && !ended.errors.contains("kept in"), "\(ended.errors)")
      #expect(try scratch.entries("run").allSatisfy { !$0.contains("checkpoint") })
    }

    @Test func whatWasKeptBeforeIsNamed() async throws {
      let scratch = try Scratch()
      let first = try await Program.run(
        "train", "double-moon", "--fixed-width", "512", "--epochs", "1", "--output", "run", "--quiet",
        in: scratch)
      #expect(first.status == 0)
      let checkpoint = try scratch.text("run/checkpoint.json")
      let ended = try await onFullDisk("resume run --headless --epochs 2", in: scratch)
      #expect(ended.status == 1)
      #expect(
        ended.errors.contains("the run is not kept whole in run: ")
          && ended.errors.contains("; resume goes on from its last checkpoint there"), "\(ended.errors)")
      #expect(try scratch.text("run/checkpoint.json") == checkpoint)
    }

    @Test func aRunWhoseFolderIsDeletedIsNotKept() async throws {
      let scratch = try Scratch()
      let (folder, deleted) = ("\(scratch.path)/run", "\(scratch.path)/deleted")
      let (status, said) = try await Program.run(
        ["train", "spiral", "--epochs", "1000000", "--output", "run"], in: scratch,
        reacting: [
          // The first evaluation: training is under way.
          .init(text: "\n") { _ in
            // Under another name first: what the run writes meanwhile would keep the folder from being deleted.
            _ = rename(folder, deleted)
            try? FileManager.default.removeItem(atPath: deleted)
          }, .init(text: "the run's folder was moved or deleted") { $0.signal(SIGINT) },
        ])
      #expect(status == 1)
      #expect(
        said.contains("awn-tui: the run is not kept: there is no checkpoint in run: "), "\(said.suffix(600))")
      #expect(!said.contains("kept in run") && !said.contains("cannot write"))
      // The folder's watch notices it, and so does what writes there.
      #expect(said.components(separatedBy: "moved or deleted").count == 2, "\(said.suffix(600))")
    }
  }
}
