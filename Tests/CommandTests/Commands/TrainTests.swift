import Foundation
import Testing

extension EndToEnd {
  /// `train` as scripts use it.
  @Suite struct TrainTests {
    private typealias Object = [String: Any]

    /// A summary's only line.
    private func object(_ text: String) throws -> Object {
      #expect(text.hasSuffix("\n") && text.filter { $0 == "\n" }.count == 1)
      return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    private let common: Set<String> = [
      "task", "seed", "epochs", "steps", "seconds", "steps_per_second", "samples_per_second", "threads",
      "train_loss", "validation_loss", "validation_step", "test_loss", "widths", "initial_widths",
      "parameters",
      "peak_memory_bytes",
    ]

    /// Of runs whose widths are measured.
    private let measured: Set<String> = ["settled", "price", "width_intervals"]

    @Test func summaryOfAClassification() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "2", "--summary", "-", "--quiet", "--no-output", in: scratch)
      #expect(ended.status == 0)
      #expect(ended.errors.isEmpty)
      let summary = try object(ended.output)
      #expect(
        Set(summary.keys)
          == common.union(measured).union([
            "validation_accuracy", "test_accuracy", "auc", "balanced_accuracy", "baseline", "macro_f1",
          ]))
      #expect(summary["task"] as? String == "double-moon")
      #expect(summary["epochs"] as? Double == 2)
      #expect((summary["widths"] as? [Int])?.count == 1)
      #expect((summary["initial_widths"] as? [Int])?.count == 1)
      let accuracy = try #require(summary["test_accuracy"] as? Double)
      #expect(accuracy > 0.5 && accuracy <= 1)
      #expect(try scratch.entries().isEmpty)
    }

    /// Labels that are drawn have nothing to do with their rows.
    @Test(arguments: [true, false]) func summaryOfNoisyLabels(isNoisy: Bool) async throws {
      let scratch = try Scratch()
      let rows = (0..<400).map { row in
        let (a, b) = (row * 37 % 101, row * 53 % 97)
        return "\(a),\(b),\(isNoisy ? row * row % 7 < 3 : a > 50)"
      }
      try scratch.file("rows.csv", "a,b,y\n" + rows.joined(separator: "\n") + "\n")
      let ended = try await Program.run(
        "train", "--data", "rows.csv", "--summary", "-", "--no-output", "--quiet", in: scratch)
      let summary = try object(ended.output)
      let temperature = try #require(summary["label_temperature"] as? Double)
      #expect(isNoisy ? temperature > 2 : temperature < 2, "\(temperature)")
    }

    /// Its own, not that of the process that started it, which is made large here. A whole spiral run stays below 64
    /// MB.
    @Test func peakMemoryIsTheRunsOwn() async throws {
      let ballast = [UInt8](repeating: 1, count: 200_000_000)
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "spiral", "--epochs", "20", "--no-output", "--quiet", "--summary", "-", in: scratch)
      let peak = try #require(try object(ended.output)["peak_memory_bytes"] as? Int)
      #expect(peak > 4_000_000 && peak < 64_000_000)
      #expect(ballast[ballast.count - 1] == 1)
    }

    @Test func summaryOfARegression() async throws {
      let scratch = try Scratch()
      let rows = (0..<60).map { "\($0),\($0 * 7 % 11),\(Double($0) * 0.5 + Double($0 * 7 % 11))" }
      try scratch.file("rows.csv", "a,b,y\n" + rows.joined(separator: "\n") + "\n")
      let ended = try await Program.run(
        "train", "--data", "rows.csv", "--test", "0", "--epochs", "3", "--hidden-layers", "2", "--summary",
        "summary.json", "--no-output", "--quiet", in: scratch)
      #expect(ended.status == 0)
      #expect(ended.output.isEmpty && ended.errors.isEmpty)
      let summary = try object(try scratch.text("summary.json"))
      #expect(
        Set(summary.keys)
          == common.union(measured).union([
            "validation_rmse", "test_rmse", "test_r2", "baseline", "mae", "median_absolute_error",
          ]))
      #expect(summary["task"] as? String == "rows")
      #expect((summary["widths"] as? [Int])?.count == 2)
      #expect(try #require(summary["validation_rmse"] as? Double) > 0)
      // Without test rows.
      #expect(summary["test_rmse"] is NSNull && summary["test_r2"] is NSNull)
      #expect(try scratch.entries() == ["rows.csv", "summary.json"])
    }

    @Test func theSameSeedRepeatsARun() async throws {
      let scratch = try Scratch()
      func summary(seed: String) async throws -> NSDictionary {
        let ended = try await Program.run(
          "train", "spiral", "--epochs", "2", "--seed", seed, "--summary", "-", "--no-output", in: scratch)
        let measured = ["seconds", "steps_per_second", "samples_per_second", "peak_memory_bytes"]
        return try object(ended.output).filter { !measured.contains($0.key) } as NSDictionary
      }
      let (first, second, other) = (
        try await summary(seed: "7"), try await summary(seed: "7"), try await summary(seed: "8")
      )
      #expect(first == second)
      #expect(first["train_loss"] as? Double != other["train_loss"] as? Double)
    }

    @Test func theRunFolderHoldsTheRun() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "3", "--output", "kept/run", in: scratch)
      #expect(ended.status == 0)
      #expect(ended.errors.contains("kept in kept/run"))
      let entries = try scratch.entries("kept/run")
      for name in ["experiment.toml", "metrics.jsonl", "events.jsonl"] { #expect(entries.contains(name)) }
      let metrics = try scratch.lines("kept/run/metrics.jsonl").map(parse)
      #expect(metrics.count == 3)
      let keys = [
        "step", "epoch", "seconds", "train_loss", "validation_loss", "validation_accuracy",
        "rates", "widths",
      ]
      for key in keys {
        #expect(metrics.allSatisfy { $0[key] != nil }, "\(key) is missing")
      }
      let steps = metrics.compactMap { $0["step"] as? Int }
      #expect(steps == steps.sorted() && Set(steps).count == 3)
      let events = try scratch.lines("kept/run/events.jsonl")
      #expect(events.first?.contains("started") == true && events.last?.contains("finished") == true)
      #expect(try scratch.text("kept/run/experiment.toml").contains("double-moon"))
      // A line an evaluation.
      #expect(ended.errors.split(separator: "\n").filter { $0.hasPrefix("epoch ") }.count == 3)
    }

    private func parse(_ line: Substring) throws -> Object {
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object)
    }

    @Test func anExistingFolderIsLeftAlone() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/mine", withIntermediateDirectories: false)
      try scratch.file("mine/notes", "precious")
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--output", "mine", in: scratch)
      #expect(ended.status == 1)
      #expect(ended.errors.contains("mine exists already"))
      #expect(try scratch.entries("mine") == ["notes"])
    }

    /// What is wrong, where, and what to do, in words of the program's own.
    @Test(arguments: [
      ("link", "it is a link to none/x, which is not there"),
      ("link/run", "link is a link to none/x, which is not there"),
      ("file/run", "file is a file"), ("/proc/x", "no folder can be made in /proc"),
      ("/proc/x/y/run", "no folder can be made in /proc"),
    ])
    func aFolderThatCannotBeMadeIsSaidInOneSentence(folder: String, reason: String) async throws {
      let scratch = try Scratch()
      try scratch.file("file", "kept")
      try FileManager.default.createSymbolicLink(
        atPath: "\(scratch.path)/link", withDestinationPath: "none/x")
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--quiet", "--output", folder, in: scratch)
      #expect(
        ended.errors
          == "awn-tui: cannot create the run folder \(folder): \(reason); choose another with --output, or "
          + "--no-output\n")
      #expect(ended.status == 1)
      #expect(try scratch.entries() == ["file", "link"])
    }

    @Test func aFixedWidthIsNotCalledLearned() async throws {
      let ended = try await Program.run(
        "train", "spiral", "--fixed-width", "8", "--epochs", "1", "--no-output", in: try Scratch())
      #expect(ended.status == 0)
      #expect(ended.errors.contains("; width 8") && !ended.errors.contains("learned"), "\(ended.errors)")
    }

    @Test func quietSaysNothing() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--quiet", "--progress", "always", "--no-output", in: scratch
      )
      #expect(ended.status == 0)
      #expect(ended.output.isEmpty && ended.errors.isEmpty)
    }

    @Test func aDivergingRunSaysSo() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(
        "train", "spiral", "--learning-rate", "1e30", "--optimizer", "sgd", "--epochs", "2", "--no-output",
        "--summary", "-", in: scratch)
      #expect(ended.status == 4)
      #expect(!ended.errors.contains("too short"))
      #expect(ended.errors.contains("--learning-rate"))
      _ = try object(ended.output)
      // Steps that were done, in the last line as in the error; the summary has those of the network that is left.
      let done = try #require(ended.errors.firstMatch(of: /after step (\d+)/)).1
      #expect(done != "0" && ended.errors.contains("spiral: diverged after \(done) step"), "\(ended.errors)")
      // The first step spoils all weights; then the layer explores with new ones.
      #expect(ended.errors.contains("back to the network of step 1"), "\(ended.errors)")
    }

    @Test func anInterruptedRunIsReported() async throws {
      let scratch = try Scratch()
      let (status, said) = try await Program.run(
        ["train", "spiral", "--epochs", "1000000", "--output", "run", "--summary", "summary.json"],
        in: scratch,
        // The first evaluation: training is under way.
        reacting: [.init(text: "\n") { $0.signal(SIGINT) }])
      #expect(status == 130)
      #expect(said.contains("kept in run; go on: awn-tui resume run"))
      let summary = try object(try scratch.text("summary.json"))
      let steps = try #require(summary["steps"] as? Int)
      #expect(steps > 0)
      #expect(try scratch.text("run/checkpoint.json").contains("\"step\" : \(steps),"))
      #expect(try scratch.lines("run/events.jsonl").last?.contains("stopped") == true)
    }

    @Test func aHangUpThatIsIgnoredEndsNoRun() async throws {
      let scratch = try Scratch()
      let errors = Pipe()
      for end in [errors.fileHandleForReading, errors.fileHandleForWriting] {
        _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
      }
      let child = try Child(
        "nohup",
        [Program.path, "train", "spiral", "--epochs", "40", "--no-output", "--summary", "summary.json"],
        in: scratch.path, environment: Program.environment,
        output: errors.fileHandleForWriting.fileDescriptor,
        errors: errors.fileHandleForWriting.fileDescriptor)
      try errors.fileHandleForWriting.close()
      await onOwnThread { [reading = errors.fileHandleForReading] in
        // The first evaluation: training is under way.
        while case let more = reading.availableData, !more.isEmpty { child.signal(SIGHUP) }
      }
      #expect(await child.end() == 0)
      let summary = try object(try scratch.text("summary.json"))
      #expect(summary["steps"] as? Int == 40 * 125)
    }

    /// A full disk or a closed descriptor is no reason to crash.
    @Test(arguments: ["2>/dev/full", "2>&-"]) func progressThatCannotBeWrittenIsNoFailure(redirection: String)
      async throws
    {
      let ended = try await shell("train double-moon --epochs 1 --no-output --summary - \(redirection)")
      #expect(ended.status == 0)
      _ = try object(ended.output)
    }

    @Test func aSummaryThatCannotBeWrittenIsAFailure() async throws {
      let full = try await shell("train double-moon --epochs 1 --no-output --quiet --summary - >/dev/full")
      #expect(full.status == 1)
      #expect(full.errors.contains("cannot write the summary"))
      let nowhere = try await shell("train double-moon --epochs 1 --no-output --quiet --summary none/a.json")
      // Before an hour of training, not after it.
      #expect(nowhere.status == 2)
      #expect(nowhere.errors.contains("none/a.json"))
    }

    private func shell(_ command: String) async throws -> Ended {
      try await Program.run(["-c", "exec '\(Program.path)' \(command)"], of: "/bin/sh", in: try Scratch())
    }
  }
}
