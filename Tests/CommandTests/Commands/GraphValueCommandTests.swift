import Foundation
import Testing

extension EndToEnd {
  /// Values of graphs, from files to predictions.
  @Suite struct GraphValueCommandTests {
    /// Rings, of which the number of nodes with label 1 is to be predicted, in hundreds.
    private func write(graphs: Int, seed: UInt64, into scratch: Scratch, _ folder: String) throws -> [Double]
    {
      let rings = LabeledRings(graphs: graphs, seed: seed)
      let values = rings.marks.map { Double(100 * $0.reduce(0, +)) }
      try rings.write(into: scratch, folder, "graph_attributes", values.map { "\($0)" })
      return values
    }

    @Test func valuesAreLearnedEvaluatedAndPredicted() async throws {
      let scratch = try Scratch()
      _ = try write(graphs: 300, seed: 1, into: scratch, "rings")
      let flags = ["--epochs", "50", "--channels", "16", "--depth", "2", "--threads", "1"]
      let trained = try await Program.run(
        ["train", "--data", "rings", "--output", "run", "--summary", "-"] + flags, in: scratch)
      #expect(trained.status == 0, "\(trained.errors)")
      let summary = try jsonObject(trained.output)
      #expect(try #require(summary["test_r2"] as? Double) > 0.3)
      #expect(try #require(summary["validation_rmse"] as? Double) < 90)
      let report = try jsonObject(
        try await Program.run(["data", "rings", "--json"], in: scratch).output)
      let target = try #require(report["target"] as? [String: Any])
      #expect(target["problem"] as? String == "regression" && target["name"] as? String == "attribute 0")

      let values = try write(graphs: 70, seed: 2, into: scratch, "new")
      let measured = try jsonObject(
        try await Program.run(["evaluate", "run", "--data", "new", "--json"], in: scratch).output)
      let rmse = try #require((measured["data"] as? [String: Any])?["rmse"] as? Double)
      try FileManager.default.removeItem(atPath: "\(scratch.path)/new/rings_graph_attributes.txt")
      let predicted = try await Program.run(["predict", "run", "--data", "new"], in: scratch)
      #expect(predicted.status == 0, "\(predicted.errors)")
      let lines = predicted.output.split(separator: "\n")
      #expect(lines.count == 71 && lines[0] == "prediction")
      let squares = zip(lines.dropFirst(), values).map { pow((Double($0) ?? .nan) - $1, 2) }
      #expect(abs((squares.reduce(0, +) / 70).squareRoot() - rmse) < 1e-3 * rmse)

      let export = try await Program.run(
        ["export", "run", "--format", "onnx", "-o", "model.onnx"], in: scratch)
      #expect(export.status == 0, "\(export.errors)")
      let curve = try await Program.run(["curve", "run", "--layer", "1"], in: scratch)
      #expect(curve.status == 0 && curve.output.contains("rmse"), "\(curve.errors)")
      let held = try await Program.run(["predict", "run", "--split", "held-out"], in: scratch)
      #expect(held.status == 0 && held.output.hasPrefix("row,target,prediction\n"), "\(held.errors)")
    }

    @Test func aResumedRunIsTheSame() async throws {
      let scratch = try Scratch()
      _ = try write(graphs: 120, seed: 3, into: scratch, "rings")
      func train(_ epochs: Int, _ output: String) async throws -> Ended {
        try await Program.run(
          [
            "train", "--data", "rings", "--epochs", "\(epochs)", "--output", output, "--channels", "8",
            "--depth", "2", "--threads", "1", "--summary", "-", "--schedule", "constant", "--method", "paper",
          ], in: scratch)
      }
      let whole = try jsonObject(try await train(6, "whole").output)
      _ = try await train(3, "half")
      let resumed = try await Program.run(
        ["resume", "half", "--headless", "--epochs", "6", "--summary", "-"], in: scratch)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let later = try jsonObject(resumed.output)
      for key in ["train_loss", "validation_rmse", "test_rmse", "test_r2"] {
        #expect(later[key] as? Double == whole[key] as? Double, "\(key)")
      }
    }
  }

  /// Sequences from a table to predictions.
  @Suite struct SequencePredictTests {
    @Test func aSequenceIsPredictedBesideItsIdentifier() async throws {
      let scratch = try Scratch()
      var text = "id,t,v,kind\n"
      for sequence in 0..<60 {
        for step in 0..<4 {
          text += "\"s, \(sequence)\",\(step),\(sequence % 2 == 0 ? step : -step),\(sequence % 2)\n"
        }
      }
      try scratch.file("steps.csv", text)
      let trained = try await Program.run(
        [
          "train", "--data", "steps.csv", "--sequence-id", "id", "--time", "t", "--epochs", "2", "--output",
          "run", "--quiet",
        ], in: scratch)
      #expect(trained.status == 0, "\(trained.errors)")
      let predicted = try await Program.run(["predict", "run", "--data", "steps.csv"], in: scratch)
      let lines = predicted.output.split(separator: "\n")
      #expect(lines.count == 61 && lines[0] == "id,prediction,0,1", "\(predicted.errors)")
      #expect(lines.dropFirst().enumerated().allSatisfy { $1.hasPrefix("\"s, \($0)\",") })
      let held = try await Program.run(["predict", "run", "--split", "held-out"], in: scratch)
      let rows = held.output.split(separator: "\n")
      #expect(rows.first == "id,target,prediction,0,1" && rows.count == 7, "\(held.errors)")
      for row in rows.dropFirst() {
        let cells = row.dropFirst().split(separator: "\"")
        let number = try #require(Int(cells[0].dropFirst(3)))
        #expect(cells[1].hasPrefix(",\(number % 2),"))
      }
    }
  }
}
