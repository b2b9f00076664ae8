import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Peers
import Testing
import Training

extension EndToEnd {
  @Suite struct ModelExportTests {
    /// PyTorch's own arithmetic on the file gives what the network gives.
    @Test func safetensorsArePlainLayers() async throws {
      let fixture = try await ModelFixture { $0.network.hiddenLayers = 2 }
      let ended = try await fixture.run(
        "export", "run", "--format", "safetensors", "-o", "plants.safetensors")
      #expect(ended.status == 0 && ended.output.isEmpty, "\(ended.errors)")
      let bytes = try #require(
        FileManager.default.contents(atPath: "\(fixture.scratch.path)/plants.safetensors"))
      let file = try Safetensors(bytes, file: "plants.safetensors")
      let shape = fixture.network.shape
      #expect(file.tensors.count == 6)
      var values: [Float] = fixture.dataset.validation.features
      for layer in 0..<3 {
        let weight = try #require(file.tensors["layers.\(layer).weight"])
        let bias = try #require(file.tensors["layers.\(layer).bias"])
        #expect(weight.shape == [shape[layer + 1], shape[layer]] && bias.shape == [shape[layer + 1]])
        guard case .f32(let w) = weight.elements, case .f32(let b) = bias.elements else {
          Issue.record("not floats")
          return
        }
        values = Self.linear(values, w, b, inputs: shape[layer])
        if layer < 2 { values = values.map { min(max($0, 0), 6) } }
      }
      var workspace = Workspace()
      let rows = fixture.dataset.validation.rows
      fixture.network.forward(
        Matrix(rows: rows, columns: shape[0], fixture.dataset.validation.features), &workspace)
      for (found, expected) in zip(values, workspace.output.elements) {
        #expect(abs(found - expected) < 1e-4)
      }
      #expect(file.metadata["activation"] == "relu6")
      let names = try JSONDecoder().decode(
        [String].self, from: Data((file.metadata["class_names"] ?? "").utf8))
      #expect(names == ModelFixture.classes)
      let means = try JSONDecoder().decode(
        [Double].self, from: Data((file.metadata["feature_means"] ?? "").utf8))
      #expect(means == fixture.dataset.featureScaling.means)
    }

    /// x Wᵀ + b, rows of `inputs`.
    private static func linear(_ x: [Float], _ weight: [Float], _ bias: [Float], inputs: Int) -> [Float] {
      stride(from: 0, to: x.count, by: inputs).flatMap { row in
        bias.indices.map { output in
          (0..<inputs).reduce(bias[output]) { $0 + x[row + $1] * weight[output * inputs + $1] }
        }
      }
    }

    @Test func placesThatAreNone() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for format in ["onnx", "safetensors"] {
        let folder = try await fixture.run("export", "run", "--format", format, "-o", "run")
        #expect(folder.status == 1 && folder.errors.contains("run is a folder"), "\(folder.errors)")
        let lost = try await fixture.run("export", "run", "--format", format, "-o", "none/x")
        #expect(lost.status == 1 && lost.errors.contains("none/x"), "\(lost.errors)")
      }
      for flags in [["-o", "x"], ["--format", "onnx"], ["--format", "tflite", "-o", "x"]] {
        let ended = try await Program.run(["export", "run"] + flags, in: fixture.scratch)
        #expect(ended.status == 2, "\(flags): \(ended.errors)")
      }
      #expect(try fixture.scratch.entries() == ["rows.csv", "run"])
    }

    /// Neither the rows that are read nor a run's own files are written over, by whatever name they are called.
    @Test func whatIsReadIsNotReplaced() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      try FileManager.default.createSymbolicLink(
        atPath: "\(fixture.scratch.path)/again", withDestinationPath: "rows.csv")
      try FileManager.default.createDirectory(
        atPath: "\(fixture.scratch.path)/other", withIntermediateDirectories: true)
      for file in ["experiment.toml", "events.jsonl"] { try fixture.scratch.file("other/\(file)", "{}\n") }
      let before = try fixture.scratch.entries()
      for command in [
        ["predict", "run", "--data", "rows.csv", "-o", "rows.csv"],
        ["predict", "run", "--data", "rows.csv", "-o", "again"],
        ["predict", "run", "--data", "rows.csv", "-o", "run/checkpoint.json"],
        ["export", "run", "--format", "safetensors", "-o", "run/checkpoint.safetensors"],
        ["export", "run", "--format", "onnx", "-o", "./run/../run/experiment.toml"],
        ["export", "run/checkpoint.json", "--format", "onnx", "-o", "run/experiment.toml"],
        // Another run's, and the data that the model was trained on.
        ["predict", "run", "--data", "rows.csv", "-o", "other/events.jsonl"],
        ["export", "run", "--format", "onnx", "-o", "other/experiment.toml"],
        ["predict", "run", "--split", "held-out", "-o", "rows.csv"],
        ["export", "run", "--format", "onnx", "-o", "rows.csv"],
      ] {
        let ended = try await Program.run(command, in: fixture.scratch)
        #expect(ended.status == 1 && ended.errors.contains("would be lost"), "\(command): \(ended.errors)")
      }
      #expect(try fixture.scratch.entries() == before)
      let inside = try await fixture.run("export", "run", "--format", "onnx", "-o", "run/model.onnx")
      #expect(inside.status == 0, "\(inside.errors)")
    }

    @Test func aModelCanGoToStandardOutput() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for format in ["onnx", "safetensors"] {
        let kept = try await fixture.run("export", "run", "--format", format, "-o", "model")
        #expect(kept.status == 0)
        let path = "\(fixture.scratch.path)/printed"
        let shell = ["-c", "exec \"$0\" export run --format \(format) -o - > printed", Program.path]
        let printed = try await Program.run(shell, of: "/bin/sh", in: fixture.scratch)
        #expect(printed.status == 0 && printed.errors.isEmpty, "\(printed.errors)")
        let model = FileManager.default.contents(atPath: "\(fixture.scratch.path)/model")
        #expect(FileManager.default.contents(atPath: path) == model && model?.isEmpty == false)
      }
      for command in [
        ["export", "run", "--format", "onnx", "-o", ""], ["predict", "run", "--data", "rows.csv", "-o", ""],
      ] {
        let nowhere = try await Program.run(command, in: fixture.scratch)
        #expect(nowhere.status == 2 && nowhere.errors.contains("needs the path of a file"))
      }
    }

    /// A file of that name was perhaps wanted: that it is no more is said.
    @Test func whatIsReplacedIsSaid() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for (file, command) in [
        ("model.onnx", ["export", "run", "--format", "onnx"]),
        ("model.safetensors", ["export", "run", "--format", "safetensors"]),
        ("rows.out", ["predict", "run", "--data", "rows.csv"]),
      ] {
        let first = try await Program.run(command + ["-o", file], in: fixture.scratch)
        #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
        let second = try await Program.run(command + ["-o", file], in: fixture.scratch)
        #expect(second.status == 0 && second.errors == "note: \(file) was there already and is replaced\n")
      }
      let device = try await fixture.run("predict", "run", "--data", "rows.csv", "-o", "/dev/null")
      #expect(device.status == 0 && device.errors.isEmpty, "\(device.errors)")
    }

    /// Programs by others say of the exported files what `predict` says.
    @Test(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)), arguments: [true, false])
    func othersPredictTheSame(areClasses: Bool) async throws {
      let table = areClasses ? ModelFixture.plants() : ModelFixture.prices()
      let fixture = try await ModelFixture(table: table) { $0.network.hiddenLayers = 2 }
      let new = areClasses ? "weight,colour,size\n100,violet,0.5\n,red,1\n90,,-2\n" : ""
      try fixture.scratch.file("new.csv", new + (areClasses ? "" : table))
      for (arguments, file) in [
        (["predict", "run", "--data", "new.csv"], "predictions.csv"),
        (["export", "run", "--format", "onnx"], "model.onnx"),
        (["export", "run", "--format", "safetensors"], "model.safetensors"),
      ] {
        let ended = try await Program.run(arguments + ["-o", file], in: fixture.scratch)
        try #require(ended.status == 0, "\(ended.errors)")
      }
      for script in ["check_predictions.py", "check_torch.py"] {
        let verdict = try Peer.run(script, fixture.scratch.path)
        #expect(verdict.isContent, "\(verdict.output)")
      }
    }
  }
}
