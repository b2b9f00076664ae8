import Foundation
import Testing

extension EndToEnd {
  /// `train --folds`: every row is held out once.
  @Suite struct FoldsTests {
    private typealias Object = [String: Any]

    @Test func everyFoldIsToldAndRepeatable() async throws {
      let scratch = try Scratch()
      let experiment = ["train", "spiral", "--epochs", "3", "--summary", "-"]
      let ended = try await Program.run(experiment + ["--folds", "3"], in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let summary = try #require(
        JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? Object)
      let runs = try #require(summary["runs"] as? [Object])
      #expect(runs.map { $0["fold"] as? String } == ["1/3", "2/3", "3/3"])
      let mean = try #require(summary["mean"] as? Object)
      for key in ["validation_accuracy", "best_validation_accuracy"] {
        let values = runs.compactMap { $0[key] as? Double }
        #expect(values.count == 3)
        #expect(try abs(#require(mean[key] as? Double) - values.reduce(0, +) / 3) < 1e-9)
      }
      for run in runs {
        let best = try #require(run["best_validation_accuracy"] as? Double)
        #expect(try best >= #require(run["validation_accuracy"] as? Double))
        #expect(run["test_accuracy"] is NSNull)
      }
      for fold in 1...3 { #expect(ended.errors.contains("fold \(fold): best held-out accuracy")) }
      #expect(ended.errors.contains("mean ± standard deviation of 3 runs"))

      let folders = try scratch.entries("runs").sorted()
      #expect(folders.count == 3 && folders[1].hasSuffix("-fold2"))
      let text = try scratch.text("runs/\(folders[1])/experiment.toml")
      #expect(text.contains("fold = \"2/3\"\n") && text.contains("test = 0.0\n"))
      let again = try await Program.run(
        ["train", "runs/\(folders[1])/experiment.toml", "--summary", "-", "--no-output"], in: scratch)
      let repeated = try #require(
        JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? Object)
      #expect(repeated["train_loss"] as? Double == runs[1]["train_loss"] as? Double)
      #expect(repeated["validation_accuracy"] as? Double == runs[1]["validation_accuracy"] as? Double)
    }

    @Test func contradictionsAreRefused() async throws {
      for flags in [
        ["--folds", "1"], ["--folds", "3", "--seeds", "0..2"], ["--folds", "3", "--fold", "1/3"],
        ["--fold", "4/3"], ["--fold", "1/3", "--validation", "0.2"], ["--folds", "3", "--validation", "0.2"],
      ] {
        let ended = try await Program.run(["train", "spiral"] + flags, in: try Scratch())
        #expect(ended.status == 2, "\(flags)")
      }
    }
  }
}
