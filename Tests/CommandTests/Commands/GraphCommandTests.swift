import Experiment
import Foundation
import ModelFiles
import Testing

extension EndToEnd {
  /// From a folder of graphs to predictions.
  @Suite struct GraphCommandTests {
    /// Rings; of class 1 are those in which two nodes of label 1 are neighbors.
    private func write(graphs: Int, seed: UInt64, into scratch: Scratch, _ folder: String) throws -> [Int] {
      let rings = LabeledRings(graphs: graphs, seed: seed)
      let classes = rings.marks.map { marks in
        marks.indices.contains { marks[$0] + marks[($0 + 1) % marks.count] == 2 } ? 1 : 0
      }
      try rings.write(into: scratch, folder, "graph_labels", classes.map { "\($0)" })
      return classes
    }

    @Test func foldersAreLearnedEvaluatedAndPredicted() async throws {
      let scratch = try Scratch()
      _ = try write(graphs: 300, seed: 1, into: scratch, "rings")
      let flags = ["--epochs", "12", "--channels", "16", "--depth", "2", "--threads", "1"]
      let trained = try await Program.run(
        ["train", "--data", "rings", "--output", "run", "--summary", "-"] + flags, in: scratch)
      #expect(trained.status == 0, "\(trained.errors)")
      let summary = try jsonObject(trained.output)
      #expect((summary["widths"] as? [Int])?.count == 2)
      #expect(try #require(summary["test_accuracy"] as? Double) >= 0.9)
      #expect(try #require(summary["validation_accuracy"] as? Double) >= 0.9)
      let text = try scratch.text("run/experiment.toml")
      #expect(text.contains("kind = \"gin\"\n") && text.contains("depth = 2\n"))

      let own = try jsonObject(
        try await Program.run(["evaluate", "run", "--json"], in: scratch).output)
      let held = try #require(own["validation"] as? [String: Any])
      #expect(held["accuracy"] as? Double == summary["validation_accuracy"] as? Double)

      let classes = try write(graphs: 70, seed: 2, into: scratch, "new")
      let measured = try jsonObject(
        try await Program.run(["evaluate", "run", "--data", "new", "--json"], in: scratch).output)
      let accuracy = try #require((measured["data"] as? [String: Any])?["accuracy"] as? Double)
      // Labels are not needed.
      try FileManager.default.removeItem(atPath: "\(scratch.path)/new/rings_graph_labels.txt")
      let predicted = try await Program.run(["predict", "run", "--data", "new"], in: scratch)
      #expect(predicted.status == 0, "\(predicted.errors)")
      let lines = predicted.output.split(separator: "\n")
      #expect(lines.count == 71 && lines[0] == "prediction,0,1")
      let right = zip(lines.dropFirst(), classes).count { $0.hasPrefix("\($1),") }
      #expect(abs(Double(right) / 70 - accuracy) < 1e-9 && accuracy >= 0.85)
      let refused = try await Program.run(["evaluate", "run", "--data", "new"], in: scratch)
      #expect(refused.status == 3 && refused.errors.contains("rings_graph_labels.txt"))

      for format in ["onnx", "safetensors"] {
        let export = try await Program.run(
          ["export", "run", "--format", format, "--output", "model.\(format)"], in: scratch)
        #expect(export.status == 0 && export.output.isEmpty, "\(export.errors)")
      }
      let bytes = try #require(
        FileManager.default.contents(atPath: "\(scratch.path)/model.safetensors"))
      let file = try Safetensors(bytes, file: "model.safetensors")
      // Of the first layer's MLP: features of a node are its label, one of two.
      #expect(file.tensors["blocks.2.weight"]?.shape.last == 2)
      #expect(file.metadata["feature_names"] == #"["label=0","label=1"]"#)
      let curve = try await Program.run(["curve", "run", "--layer", "1"], in: scratch)
      #expect(curve.status == 0 && curve.output.split(separator: "\n").count >= 2, "\(curve.errors)")
      let cut = try await Program.run(["truncate", "run", "--keep", "0.5", "-o", "small"], in: scratch)
      #expect(cut.status == 0, "\(cut.errors)")
      let again = try jsonObject(
        try await Program.run(["evaluate", "small", "--data", "rings", "--json"], in: scratch).output)
      #expect((again["widths"] as? [Int]).map { $0.allSatisfy { $0 < 70 } } ?? false)
    }

    @Test func aResumedRunIsTheSame() async throws {
      let scratch = try Scratch()
      _ = try write(graphs: 120, seed: 3, into: scratch, "rings")
      let flags = ["--channels", "8", "--depth", "2", "--threads", "2", "--summary", "-"]
      func train(_ epochs: Int, _ output: String) async throws -> Ended {
        try await Program.run(
          ["train", "--data", "rings", "--epochs", "\(epochs)", "--output", output] + flags
            + ["--schedule", "constant", "--method", "paper"], in: scratch)
      }
      let whole = try jsonObject(try await train(6, "whole").output)
      _ = try await train(3, "half")
      let resumed = try await Program.run(
        ["resume", "half", "--headless", "--epochs", "6", "--summary", "-"], in: scratch)
      #expect(resumed.status == 0, "\(resumed.errors)")
      let later = try jsonObject(resumed.output)
      for key in ["train_loss", "validation_loss", "test_loss"] {
        #expect(later[key] as? Double == whole[key] as? Double, "\(key)")
      }
      #expect(later["widths"] as? [Int] == whole["widths"] as? [Int])
    }

    @Test func otherNetworksAreRefused() async throws {
      let scratch = try Scratch()
      _ = try write(graphs: 40, seed: 4, into: scratch, "rings")
      let ended = try await Program.run(["train", "--data", "rings", "--network", "mlp"], in: scratch)
      #expect(ended.status == 2 && ended.errors.contains("mlp does not learn from graphs: choose gin"))
      try scratch.file("e.toml", "[data]\npath = 'rings'\n[network]\nkind = 'mlp'\n")
      let ofFile = try await Program.run("train", "e.toml", in: scratch)
      #expect(ofFile.status == 3, "\(ofFile.errors)")
      #expect(
        ofFile.errors.contains(
          "e.toml, line 4: kind under [network] is mlp, which does not learn from graphs: choose gin"))
    }
  }
}
