import Foundation
import ModelFiles
import Testing

/// Several processes that MPI connects, on this machine.
extension EndToEnd {
  @Suite(.enabled(if: Ranks.areThere, "mpicc and mpirun are needed")) struct RankTests {
    private let scratch: Scratch
    private let environment: [String: String]

    init() async throws {
      scratch = try Scratch()
      var environment = Program.environment
      // Open MPI asks twice before it runs as root, which containers do.
      for name in ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] { environment[name] = "1" }
      environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
      environment["AWN_MPI_LIBRARY"] = try await Ranks.library(in: scratch)
      self.environment = environment
    }

    private func launch(_ ranks: Int, _ arguments: [String]) async throws -> Ended {
      try await Program.run(
        ["-n", "\(ranks)", Program.path] + arguments, of: Ranks.launcher, in: scratch,
        environment: environment)
    }

    /// Steps so small that roundings do not grow.
    private static let short = [
      "spiral", "--epochs", "6", "--batch-size", "64", "--threads", "1", "--quiet", "--method", "paper",
      "--learning-rate", "0.001",
    ]

    /// The curve of losses is that of one process, to rounding, and one folder is written.
    @Test(arguments: [2, 3]) func oneRunOnSeveralRanks(_ ranks: Int) async throws {
      let alone = try await Program.run(["train"] + Self.short + ["--output", "alone"], in: scratch)
      #expect(alone.status == 0, "\(alone.errors)")
      let together = try await launch(
        ranks, ["train"] + Self.short + ["--output", "together", "--summary", "-"])
      #expect(together.status == 0, "\(together.errors)")
      #expect(together.output.split(separator: "\n").count == 1, "rank 0 alone reports: \(together.output)")
      let losses = try ["alone", "together"].map { folder in
        try scratch.text("\(folder)/metrics.jsonl").split(separator: "\n").map { line in
          let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
          return try #require(object?["train_loss"] as? Double)
        }
      }
      #expect(losses[0].count == 6 && losses[1].count == 6)
      for (one, many) in zip(losses[0], losses[1]) { #expect(abs(one - many) < 1e-3 * (1 + one)) }

      // Its checkpoint goes on in one process.
      let resumed = try await Program.run(
        ["resume", "together", "--headless", "--epochs", "8", "--quiet"], in: scratch)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let again = try await launch(2, ["resume", "together", "--headless", "--epochs", "9", "--quiet"])
      #expect(again.status == 0, "\(again.errors)")
      #expect(try scratch.text("together/metrics.jsonl").split(separator: "\n").count == 9)
    }

    /// The same table as of one process, whoever did which run.
    @Test func manyRunsOnSeveralRanks() async throws {
      let arguments = ["train"] + Self.short + ["--seeds", "0..4", "--no-output", "--summary", "-"]
      let alone = try await Program.run(arguments, in: scratch)
      let together = try await launch(3, arguments)
      #expect(alone.status == 0 && together.status == 0, "\(together.errors)")
      func means(_ ended: Ended) throws -> [String: Double] {
        let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        let mean = try #require(object?["mean"] as? [String: Any], "\(ended.output)")
        return mean.compactMapValues { $0 as? Double }.filter { !$0.key.contains("second") }
      }
      #expect(try means(alone) == means(together))
    }

    /// What is wrong is said once, with the usual exit status.
    @Test func whatFailsOnAllRanksIsSaidOnce() async throws {
      let ended = try await launch(2, ["train", "--data", "missing.csv", "--quiet"])
      #expect(ended.status == 3, "\(ended.errors)")
      #expect(ended.errors.components(separatedBy: "missing.csv: no such file").count == 2, "\(ended.errors)")
    }

    @Test func withoutItsLibraryOneSentenceSaysWhatToDo() async throws {
      var environment = environment
      environment["AWN_MPI_LIBRARY"] = "/missing.so"
      environment["OMPI_COMM_WORLD_SIZE"] = "2"
      let ended = try await Program.run(["train", "spiral"], in: scratch, environment: environment)
      #expect(ended.status == 1 && ended.errors.contains("make mpi"), "\(ended.errors)")
    }
  }
}

/// The MPI of this machine.
private enum Ranks {
  static let launcher = "/usr/bin/mpirun"
  private static let compiler = "/usr/bin/mpicc"

  static var areThere: Bool {
    [launcher, compiler].allSatisfy(FileManager.default.isExecutableFile(atPath:))
  }

  /// Compiled as `make mpi` does.
  static func library(in scratch: Scratch) async throws -> String {
    let source = URL(fileURLWithPath: #filePath).appending(path: "../../../../Sources/MPIShim/awn_mpi.c")
    let path = "\(scratch.path)/libawn-mpi.so"
    let ended = try await Program.run(
      [
        "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared",
        source.standardizedFileURL.path, "-o", path,
      ], of: compiler, in: scratch)
    try #require(ended.status == 0, "\(ended.errors)")
    return path
  }
}
