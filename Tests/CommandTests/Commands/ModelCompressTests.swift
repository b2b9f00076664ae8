import AdaptiveWidth
import Experiment
import Foundation
import Testing

extension EndToEnd {
  @Suite struct ModelCompressTests {
    @Test func leadsEveryLayerToItsWidth() async throws {
      let fixture = try await ModelFixture(epochs: 10) { $0.network.hiddenLayers = 2 }
      let widths = fixture.network.widths
      let wanted = [widths[0] * 3 / 4, widths[1] / 2]
      let list = wanted.map(String.init).joined(separator: ",")
      let ended = try await fixture.run("compress", "run", "--width", list, "--epochs", "5", "-o", "new")
      #expect(ended.status == 0, "\(ended.errors)")
      let saved = try fixture.saved("new").model
      for (width, most) in zip(saved.network.widths, wanted) { #expect(width <= most && width > most / 2) }
      // It was trained, not only cut.
      #expect(saved.origin.step > 50 + 500)
      #expect(saved.origin.epoch == Double(saved.origin.step) / 5)
      let first = try #require(fixture.network.parameters.first).value
      #expect(saved.network.parameters[0].value[0, 0] != first[0, 0])
      #expect(saved.metrics == fixture.metrics(of: saved.network))
      #expect(ended.output.contains("widths: \(widths[0]), \(widths[1]) → "), "\(ended.output)")
      #expect(try await fixture.run("evaluate", "new").status == 0)
    }

    /// The measurements that set the widths of a run are over, or are none of a compression's.
    @Test func noMeasurementGoesBelowTheWidthsAskedFor() async throws {
      let fixture = try await ModelFixture(epochs: 10) {
        ($0.network.hiddenLayers, $0.network.method) = (2, .settle)
      }
      let wanted = fixture.network.widths.map { $0 - 1 }
      let list = wanted.map(String.init).joined(separator: ",")
      let ended = try await fixture.run("compress", "run", "--width", list, "--epochs", "5", "-o", "new")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(try fixture.saved("new").model.network.widths == wanted, "\(ended.errors)")
    }

    @Test func ratchetsUntilTheMetricDegrades() async throws {
      let fixture = try await ModelFixture(epochs: 20)
      let before = try #require(fixture.metrics(of: fixture.network).accuracy)
      let ended = try await fixture.run(
        "compress", "run", "--tolerance", "0.05", "--epochs", "5", "-o", "new")
      #expect(ended.status == 0, "\(ended.errors)")
      let saved = try fixture.saved("new").model
      let metrics = fixture.metrics(of: saved.network)
      #expect(try #require(metrics.accuracy) >= before - 0.05 - 1e-12)
      #expect(saved.network.widths[0] < fixture.network.widths[0])
      #expect(saved.network.adaptations[0].policy == .hold)
      // It went on until it could not: the last that was tried is not the one kept, unless a neuron is left.
      let told = ended.errors.split(separator: "\n")
      let width = saved.network.widths[0]
      #expect(told.contains { $0.contains("to \(width) neuron") || $0.contains("→ \(width) neuron") })
      // What needs no training came first.
      #expect(told.first { $0.contains("layer 1") }?.contains(", repaired") == true, "\(ended.errors)")
      let tried = told.filter { $0.hasPrefix("layer 1 ") }
      #expect(
        saved.network.widths == [1] || tried.last?.contains("not good enough") == true, "\(ended.errors)")
    }

    @Test func theSearchTriesMultiples() async throws {
      let fixture = try await ModelFixture(epochs: 20)
      let ended = try await fixture.run(
        "compress", "run", "--tolerance", "0.05", "--epochs", "5", "--round-to", "4", "-o", "new")
      #expect(ended.status == 0 && ended.errors.contains("multiples of 4"), "\(ended.errors)")
      let widths = try fixture.saved("new").model.network.widths
      #expect(widths[0] % 4 == 0 || widths == fixture.network.widths)
    }

    /// What was reached by an interruption is kept.
    @Test func anInterruptionKeepsTheBestSoFar() async throws {
      let fixture = try await ModelFixture(epochs: 20)
      let errors = "\(fixture.scratch.path)/errors"
      try fixture.scratch.file("errors", "")
      let file = try #require(FileHandle(forWritingAtPath: errors))
      let child = try Child(
        Program.path, ["compress", "run", "--tolerance", "0.2", "--epochs", "1000000", "-o", "new"],
        in: fixture.scratch.path, environment: Program.environment, output: file.fileDescriptor,
        errors: file.fileDescriptor)
      try await eventually(in: fixture.scratch) { try fixture.scratch.text("errors").contains("layer 1") }
      child.signal(SIGINT)
      // It may have come to its end before.
      let status = await child.end()
      let told = try fixture.scratch.text("errors")
      #expect(status == 0 || status == 130 && told.contains("interrupted: this is the best so far"))
      let saved = try fixture.saved("new").model
      let metrics = fixture.metrics(of: saved.network)
      #expect(saved.network.widths[0] < fixture.network.widths[0])
      let before = try #require(fixture.metrics(of: fixture.network).accuracy)
      #expect(try #require(metrics.accuracy) >= before - 0.2 - 1e-12)
    }

    /// The layer, how far it is, and the training so far; nothing of it if it is to be quiet.
    @Test func saysHowFarItIs() async throws {
      let fixture = try await ModelFixture(epochs: 2)
      let flags = ["--width", "12", "--epochs", "1"]
      let loud = try await Program.run(["compress", "run", "-o", "loud"] + flags, in: fixture.scratch)
      let line = try #require(
        loud.errors.split(separator: "\n").first { $0.hasPrefix("compressing layer 1: ") }, "\(loud.errors)")
      #expect(line.contains(" → 12 neurons, at ") && line.contains("; step "), "\(line)")
      #expect(line.contains(" of at most ") && line.hasSuffix(" steps in all"), "\(line)")
      let quiet = try await Program.run(
        ["compress", "run", "-o", "quiet", "--quiet"] + flags, in: fixture.scratch)
      #expect(quiet.status == 0 && quiet.errors.isEmpty, "\(quiet.errors)")
      #expect(quiet.output.contains("widths: "))
    }

    /// The same data, seed and flags give the same model.
    @Test func repeatsItself() async throws {
      let fixture = try await ModelFixture(epochs: 2)
      for place in ["one", "two"] {
        let ended = try await fixture.run("compress", "run", "--width", "12", "--epochs", "1", "-o", place)
        #expect(ended.status == 0, "\(ended.errors)")
      }
      let bytes = ["one", "two"].map {
        FileManager.default.contents(atPath: "\(fixture.scratch.path)/\($0)/checkpoint.safetensors")
      }
      #expect(bytes[0] != nil && bytes[0] == bytes[1])
    }

    /// With nothing left to lose, nothing is trained and nothing written.
    @Test func aModelOfSingleNeuronsIsLeftAlone() async throws {
      let fixture = try await ModelFixture(epochs: 2)
      #expect(try await fixture.run("truncate", "run", "--width", "1", "-o", "one").status == 0)
      let ended = try await fixture.run("compress", "one", "--tolerance", "0.1", "-o", "new")
      #expect(ended.status == 1 && ended.errors.contains("no neuron is left to lose"), "\(ended.errors)")
      #expect(try !fixture.scratch.entries().contains("new"))
    }

    @Test func mistakesOfUsage() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      for flags in [
        [], ["--width", "3", "--tolerance", "0.1"], ["--width", "3,3"], ["--width", "10000"],
        ["--tolerance", "-1"], ["--width", "3", "--epochs", "0"],
      ] {
        let ended = try await Program.run(["compress", "run", "-o", "new"] + flags, in: fixture.scratch)
        #expect(ended.status == 2, "\(flags): \(ended.errors)")
      }
      let taken = try await fixture.run("compress", "run", "--width", "3", "-o", "run")
      #expect(taken.status == 1 && taken.errors.contains("run exists already"), "\(taken.errors)")
      #expect(try fixture.scratch.entries() == ["rows.csv", "run"])
    }
  }
}
