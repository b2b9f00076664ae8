import Foundation
import Testing

extension EndToEnd {
  /// Settings that would do nothing are refused, wherever they are given.
  @Suite struct MeaningTests {
    private func train(_ arguments: String..., in scratch: Scratch) async throws -> Ended {
      try await Program.run(["train"] + arguments + ["--steps", "1", "--no-output", "--quiet"], in: scratch)
    }

    @Test(arguments: [
      (
        "[network]\nkind = 'mlp'\nadapt = 'inner'\n", 5,
        "adapt under [network] means nothing to mlp, only to "
      ),
      (
        "[network]\nwidth_multiplier = 2\n", 4,
        "width_multiplier under [network] means nothing to mlp, only to cnn or resnet20: leave it out"
      ),
      ("[network]\nheads = 2\n", 4, "heads under [network] means nothing to mlp, only to transformer"),
      ("image_size = 64\n", 3, "image_size under [data] says nothing about rows of a table"),
      ("target = 'y'\n", 3, "target under [data] goes with --data: a built-in task makes its own rows"),
      ("missing = ['?']\n", 3, "missing under [data] goes with --data: a built-in task makes its own rows"),
    ])
    func aFileIsRefusedAsAFlagIs(lines: String, line: Int, sentence: String) async throws {
      let scratch = try Scratch()
      try scratch.file("e.toml", "[data]\ntask = 'double-moon'\n" + lines)
      let refused = try await train("e.toml", in: scratch)
      #expect(refused.status == 3 && refused.errors.hasPrefix("awn-tui: e.toml, line \(line): \(sentence)"))
      #expect(refused.errors.filter { $0 == "\n" }.count == 1, "\(refused.errors)")
    }

    /// The file of a run has every setting.
    @Test func whatIsTheDefaultIsNoSetting() async throws {
      let scratch = try Scratch()
      let first = try await Program.run(
        "train", "double-moon", "--fixed-width", "8", "--steps", "1", "--output", "run", in: scratch)
      #expect(first.status == 0, "\(first.errors)")
      #expect(try await train("run/experiment.toml", in: scratch).status == 0)
      try scratch.file(
        "e.toml", "[data]\ntask = 'spiral'\naugmentation = false\n[network]\nhidden_layers = 1\n")
      let ended = try await train("e.toml", in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
    }

    @Test func aBuiltInTaskReadsNoFile() async throws {
      for flags in [["--missing", "?"], ["--header", "yes"], ["--test-data", "x.csv"]] {
        let refused = try await Program.run(["train", "spiral"] + flags, in: Scratch())
        #expect(refused.status == 2 && refused.errors.contains("\(flags[0]) goes with --data"))
      }
    }

    /// Images of two classes, with few pixels.
    private func digits(in scratch: Scratch) throws {
      let count = 40
      var images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 8, 0, 0, 0, 8]
      var labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, UInt8(count)]
      for image in 0..<count {
        images += (0..<64).map { UInt8($0) + (image % 2 == 0 ? 150 : 0) }
        labels.append(UInt8(image % 2))
      }
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/digits", withIntermediateDirectories: true)
      try scratch.file("digits/train-images-idx3-ubyte", Data(images))
      try scratch.file("digits/train-labels-idx1-ubyte", Data(labels))
    }

    @Test func aMultiplierOfChannelsThatAreAllGivenIsRefused() async throws {
      let scratch = try Scratch()
      try digits(in: scratch)
      let cnn = ["train", "--data", "digits", "--network", "cnn", "--epochs", "1", "--quiet"]
      let fixed = ["--adapt", "inner", "--fixed-width", "4,4,4"]
      let sentence = "--width-multiplier says nothing about channels that all have a --fixed-width"
      let both = try await Program.run(
        cnn + fixed + ["--width-multiplier", "0.5", "--no-output"], in: scratch)
      #expect(both.status == 2 && both.errors.contains(sentence), "\(both.errors)")
      // Of the head alone, the channels are as many as it says.
      let head = ["--fixed-width", "4", "--width-multiplier", "0.1", "--no-output"]
      #expect(try await Program.run(cnn + head, in: scratch).status == 0)
      try scratch.file(
        "e.toml",
        "[data]\npath = 'digits'\n[network]\nkind = 'cnn'\nadapt = 'inner'\nwidth_multiplier = 0.5\n")
      let flag = try await train("e.toml", "--fixed-width", "4,4,4", in: scratch)
      #expect(flag.status == 2 && flag.errors.contains(sentence), "\(flag.errors)")
      try scratch.file("e.toml", try scratch.text("e.toml") + "fixed_widths = [4, 4, 4]\n")
      let file = try await train("e.toml", in: scratch)
      #expect(file.status == 3 && file.errors.contains("e.toml: " + sentence), "\(file.errors)")

      let inner = ["--adapt", "inner", "--width-multiplier", "0.1", "--output", "run"]
      #expect(try await Program.run(cnn + inner, in: scratch).status == 0)
      let begun = try await train("--from", "run", "--width-multiplier", "2", in: scratch)
      #expect(
        begun.status == 2
          && begun.errors.contains("--width-multiplier says nothing about channels that have the widths of"),
        "\(begun.errors)")
      #expect(try await train("--from", "run", in: scratch).status == 0)
    }
  }
}
