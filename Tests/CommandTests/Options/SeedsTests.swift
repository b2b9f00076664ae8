import Foundation
import Testing

extension EndToEnd {
  /// `train --seeds`: the same experiment with one seed after another.
  @Suite struct SeedsTests {
    private typealias Object = [String: Any]

    private func object(_ text: String) throws -> Object {
      #expect(text.hasSuffix("\n") && text.filter { $0 == "\n" }.count == 1)
      return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Object)
    }

    private func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.map { pow($0 - mean, 2) }.reduce(0, +) / Double(values.count - 1)).squareRoot()
    }

    @Test func meansAreOfTheSameRunsAsOneByOne() async throws {
      let scratch = try Scratch()
      let experiment = ["train", "spiral", "--epochs", "2", "--hidden-layers", "2", "--summary", "-"]
      let ended = try await Program.run(experiment + ["--seeds", "3,7..8"], in: scratch)
      #expect(ended.status == 0)
      let summary = try object(ended.output)
      #expect(Set(summary.keys) == ["runs", "diverged", "mean", "deviation"])
      let runs = try #require(summary["runs"] as? [Object])
      #expect(runs.map { $0["seed"] as? Int } == [3, 7, 8])
      let alone = try await Program.run(experiment + ["--seed", "7", "--no-output"], in: scratch)
      #expect(try object(alone.output)["train_loss"] as? Double == runs[1]["train_loss"] as? Double)

      let (mean, spread) = try (
        #require(summary["mean"] as? Object), #require(summary["deviation"] as? Object)
      )
      for key in ["test_accuracy", "validation_accuracy", "parameters", "seconds"] {
        let values = runs.compactMap { $0[key] as? Double }
        #expect(try abs(#require(mean[key] as? Double) - values.reduce(0, +) / 3) < 1e-9, "\(key)")
        #expect(try abs(#require(spread[key] as? Double) - deviation(values)) < 1e-9, "\(key)")
      }
      let widths = try runs.map { try #require($0["widths"] as? [Double]) }
      for layer in 0..<2 {
        let values = widths.map { $0[layer] }
        let told = try #require(mean["widths"] as? [Double])
        #expect(told.count == 2 && abs(told[layer] - values.reduce(0, +) / 3) < 1e-9)
        #expect(try abs(#require(spread["widths"] as? [Double])[layer] - deviation(values)) < 1e-9)
      }
      #expect(Set(mean.keys) == ["test_accuracy", "validation_accuracy", "parameters", "seconds", "widths"])

      for seed in [3, 7, 8] { #expect(ended.errors.contains("seed \(seed): test accuracy")) }
      #expect(ended.errors.contains("mean ± standard deviation of 3 runs"))
      #expect(ended.errors.contains("  width of layer 2 "))
      let counts = runs.compactMap { $0["parameters"] as? Double }
      let told = String(format: "%.1f ± %.1f", counts.reduce(0, +) / 3, deviation(counts))
      #expect(ended.errors.contains("  parameters \(told)\n"), "\(ended.errors)")
      #expect(ended.errors.contains("parameters \(Int(counts[0])); "))
      let folders = try scratch.entries("runs")
      #expect(folders.count == 3)
      for (folder, seed) in zip(folders, [3, 7, 8]) {
        #expect(folder.hasSuffix("-seed\(seed)"))
        #expect(try scratch.text("runs/\(folder)/experiment.toml").contains("seed = \(seed)\n"))
      }
    }

    @Test func aSingleSeedHasNoDeviation() async throws {
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--seeds", "5", "--summary", "-", "--no-output",
        in: try Scratch())
      let spread = try #require(try object(ended.output)["deviation"] as? Object)
      #expect(spread["test_accuracy"] is NSNull)
      #expect(ended.errors.contains("of 1 run:") && ended.errors.split(separator: ":").count > 2)
      #expect(!ended.errors.drop { $0 != ":" }.contains("± 0"))
    }

    @Test func divergedSeedsAreNamedAndLeftOut() async throws {
      let ended = try await Program.run(
        "train", "spiral", "--learning-rate", "1e30", "--optimizer", "sgd", "--epochs", "2", "--seeds", "4,9",
        "--no-output", "--summary", "-", in: try Scratch())
      #expect(ended.status == 4)
      #expect(ended.errors.contains("2 of 2 runs diverged: seeds 4, 9"))
      let summary = try object(ended.output)
      #expect(summary["diverged"] as? [Int] == [4, 9])
      #expect((summary["runs"] as? [Object])?.count == 2)
      #expect((summary["mean"] as? Object)?["test_accuracy"] is NSNull)
    }

    @Test func runsThatDidNotSettleAreNamed() async throws {
      let ended = try await Program.run(
        "train", "spiral", "--steps", "3", "--seeds", "4,9", "--no-output", in: try Scratch())
      #expect(ended.status == 0)
      #expect(ended.errors.contains("2 of 2 runs did not settle on a width: seeds 4, 9; give more --steps"))
      #expect(ended.errors.split(separator: "\n").count { $0.hasSuffix("; not settled") } == 2)
    }

    @Test func takenFoldersAreKnownBeforeTheFirstRun() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/mine-seed1", withIntermediateDirectories: false)
      let ended = try await Program.run(
        "train", "double-moon", "--epochs", "1", "--seeds", "0..1", "--output", "mine", in: scratch)
      #expect(ended.status == 1)
      #expect(ended.errors.contains("mine-seed1 exists already"))
      #expect(try scratch.entries() == ["mine-seed1"])
    }

    @Test(arguments: ["", "x", "3..1", "0..", "1,1", "0..3,2", "-1", "0..99999999", "9223372036854775808"])
    func badLists(seeds: String) async throws {
      let ended = try await Program.run("train", "spiral", "--seeds", seeds, in: try Scratch())
      #expect(ended.status == 2)
      #expect(ended.errors.contains("--seeds"))
    }

    @Test func seedAndSeedsIsAMistake() async throws {
      let ended = try await Program.run("train", "spiral", "--seeds", "1", "--seed", "2", in: try Scratch())
      #expect(ended.status == 2)
      #expect(ended.errors.contains("--seed or --seeds, not both"))
    }

    @Test func anInterruptEndsAllOfThem() async throws {
      let scratch = try Scratch()
      let (status, said) = try await Program.run(
        [
          "train", "double-moon", "--epochs", "1000000", "--seeds", "0..2", "--progress", "always",
          "--output", "run",
        ], in: scratch, reacting: [.init(text: "epoch ") { $0.signal(SIGINT) }])
      #expect(status == 130)
      #expect(!said.contains("seed 0:"))
      let kept =
        "interrupted after 0 of 3 runs; the next is kept in run-seed0; go on: awn-tui resume run-seed0"
      #expect(said.contains(kept), "\(said)")
    }
  }
}
