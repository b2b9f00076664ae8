import Foundation
import Testing

extension EndToEnd {
  /// The best network kept, and regularization, from the command line on.
  @Suite struct RegularizationCommandTests {
    private static let table =
      "day,size,color,kind\n"
      + (0..<120).map { row in
        let size = Double(row * 37 % 101) / 10
        let kind = size + Double(row * 13 % 7) > 8 ? "rare, large" : "common"
        return "2024-01-\(10 + row % 19),\(size),\(["red", "blue"][row % 2]),\"\(kind)\"\n"
      }.joined()

    @Test func theBestIsKeptAndTheRunCanBeRepeated() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      let options = [
        "--data", "rows.csv", "--validation", "0.3", "--epochs", "40", "--patience", "5", "--metric", "loss",
        "--learning-rate", "0.1", "--dropout", "0.2", "--weight-decay", "0.05", "--class-weights",
        "\"rare, large=3\",common=1", "--fixed-width", "20", "--threads", "1",
      ]
      let ended = try await Program.run(
        ["train"] + options + ["--output", "run", "--summary", "-"], in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let summary = try jsonObject(ended.output)
      let best = try #require(summary["best_epoch"] as? Double)
      #expect(summary["kept_epoch"] as? Double == best && best <= (summary["epochs"] as? Double ?? 0))
      let experiment = try scratch.text("run/experiment.toml")
      for words in ["dropout = 0.2", "weight_decay = 0.05", "class_weights = "] {
        #expect(experiment.contains(words), "\(experiment)")
      }
      let again = try await Program.run(
        ["train", "run/experiment.toml", "--output", "again", "--quiet", "--summary", "-"], in: scratch)
      let repeated = try jsonObject(again.output)
      for key in ["validation_loss", "train_loss", "best_epoch", "test_loss"] {
        #expect(repeated[key] as? Double == summary[key] as? Double)
      }
      let evaluated = try await Program.run(["evaluate", "run", "--json"], in: scratch)
      #expect(evaluated.status == 0, "\(evaluated.errors)")
      let last = try await Program.run(
        ["train", "run/experiment.toml", "--keep", "last", "--no-output", "--quiet", "--summary", "-"],
        in: scratch)
      let other = try jsonObject(last.output)
      #expect(other["kept_epoch"] as? Double == summary["epochs"] as? Double)
      #expect(other["best_epoch"] as? Double == best)
    }

    @Test func wrongWeightsAreRefusedInOneSentence() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      for (weights, words) in [
        ("comon=2", "did you mean 'common'?"), ("1,2,3", "3 weights for 2 classes"),
      ] {
        let ended = try await Program.run(
          ["train", "--data", "rows.csv", "--class-weights", weights, "--no-output"], in: scratch)
        #expect(ended.status == 2 && ended.errors.contains(words), "\(ended.errors)")
      }
      let values = try await Program.run(
        [
          "train", "--data", "rows.csv", "--target", "size", "--class-weights", "balanced", "--no-output",
        ], in: scratch)
      #expect(values.status == 2 && values.errors.contains("the data have no classes"), "\(values.errors)")
    }

    @Test func datesAreNotExportedToONNX() async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.table)
      _ = try await Program.run(
        ["train", "--data", "rows.csv", "--epochs", "2", "--output", "run", "--quiet"], in: scratch)
      let refused = try await Program.run(
        ["export", "run", "--format", "onnx", "-o", "model.onnx"], in: scratch)
      #expect(refused.status == 1 && refused.errors.contains("column 'day' holds dates"), "\(refused.errors)")
      let without = try await Program.run(
        ["train", "--data", "rows.csv", "--ignore", "day", "--epochs", "2", "--output", "other", "--quiet"],
        in: scratch)
      #expect(without.status == 0)
      let exported = try await Program.run(
        ["export", "other", "--format", "onnx", "-o", "model.onnx"], in: scratch)
      #expect(exported.status == 0, "\(exported.errors)")
    }
  }
}
