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
      (
        "[network]\nfixed_widths = [8]\nprice = 0.02\n", 5,
        "price under [network] says nothing about a network of fixed widths: leave one of the two out"
      ),
      (
        "[network]\nfixed_widths = [8]\nquantile = 0.5\n", 5,
        "quantile under [network] says nothing about a network of fixed widths"
      ),
      (
        "[network]\nfixed_widths = [8]\n[training]\nnested = true\n", 6,
        "nested under [training] says nothing about a network of fixed widths"
      ),
      (
        "[network]\nmethod = 'paper'\nprice = 0.02\n", 5,
        "price under [network] belongs to --method settle: leave one of the two out"
      ),
      (
        "[network]\nprice_by = 'multiply-adds'\n[prior]\nrate = { mean = 0.05, scale = 0.1 }\n", 4,
        "price_by under [network] belongs to --method settle, and --rate-prior to --method paper"
      ),
      (
        "fold = '1/5'\nvalidation = 0.2\n", 4,
        "validation under [data] says nothing beside --fold, which says what is held out"
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

    private let rows = "x,y,z\n" + (0..<40).map { "\($0),\($0 * 7 % 11),\($0 * 3).5\n" }.joined()

    @Test func whatSaysNothingAboutTheDataOfAFileIsRefused() async throws {
      let scratch = try Scratch()
      let texts = (0..<40).map { "\($0 % 2 == 0 ? "good day" : "bad night") \($0),\($0 % 2)\n" }.joined()
      try scratch.file("texts.csv", "words,verdict\n" + texts)
      try scratch.file("e.toml", "[data]\npath = 'texts.csv'\ntext = 'words'\nsource = 'en'\n")
      let refused = try await train("e.toml", in: scratch)
      let sentence = "source under [data] says nothing about texts, only about translations: leave it out"
      #expect(refused.status == 3 && refused.errors == "awn-tui: e.toml, line 4: \(sentence)\n")
    }

    @Test(arguments: [
      (
        "class_weights = 'balanced'\n",
        "class_weights under [training] does not suit the data: the data have no classes"
      ),
      (
        "patience = 3\nmetric = 'auc'\n",
        "metric under [training] says nothing about regression: choose rmse, mae, r2, loss"
      ),
    ])
    func whatDoesNotSuitTheTargetIsOfTheFile(lines: String, sentence: String) async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", rows)
      try scratch.file("e.toml", "[data]\npath = 'rows.csv'\n[training]\n" + lines)
      let line = lines.hasPrefix("patience") ? 5 : 4
      for more in [[], ["--seeds", "0,1"]] {
        let refused = try await Program.run(["train", "e.toml", "--no-output"] + more, in: scratch)
        #expect(
          refused.status == 3 && refused.errors == "awn-tui: e.toml, line \(line): \(sentence)\n",
          "\(refused.errors)")
      }
      // A flag in its place is a mistake of usage, as before.
      let flags = lines.hasPrefix("patience") ? ["--metric", "auc"] : ["--class-weights", "balanced"]
      let usage = try await Program.run(["train", "e.toml", "--no-output"] + flags, in: scratch)
      #expect(usage.status == 2 && usage.errors.contains(flags[0]), "\(usage.errors)")
    }

    /// What flags leave without a meaning in a file is not in the run's own file, which can be trained with.
    @Test(arguments: [
      ("[network]\nprice = 0.02\nimportance = 'power-law'\n", ["--fixed-width", "8"]),
      ("[network]\nprice = 0.02\n", ["--method", "paper"]),
      ("[network]\nmethod = 'paper'\n", ["--fixed-width", "8"]),
      ("validation = 0.2\n", ["--fold", "1/5"]),
      ("validation = 0.2\n", ["--folds", "2"]),
    ])
    func flagsMayLeaveTheFileWithoutMeaning(lines: String, flags: [String]) async throws {
      let scratch = try Scratch()
      try scratch.file("e.toml", "[data]\ntask = 'double-moon'\n" + lines)
      let ended = try await Program.run(
        ["train", "e.toml", "--steps", "1", "--output", "run", "--quiet"] + flags, in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let file = flags[0] == "--folds" ? "run-fold1/experiment.toml" : "run/experiment.toml"
      #expect(try !scratch.text(file).contains("price = 0.02"))
      #expect(
        try scratch.text(file).contains("method = \"paper\"") == (lines + flags.joined()).contains("paper"))
      let again = try await train(file, in: scratch)
      #expect(again.status == 0, "\(again.errors)")
    }

    /// And flags may give it one.
    @Test func flagsMayGiveTheFileAMeaning() async throws {
      let scratch = try Scratch()
      try scratch.file(
        "e.toml", "[data]\ntask = 'double-moon'\n[network]\nmethod = 'paper'\nprice = 0.02\n")
      #expect(try await train("e.toml", in: scratch).status == 3)
      #expect(try await train("e.toml", "--method", "settle", in: scratch).status == 0)
    }

    @Test func whatChangesNothingIsNoSetting() async throws {
      let scratch = try Scratch()
      let network = "state_size = 64\npooling = 'sum'\nwidth_multiplier = 1\ndepth = 2\nheads = 4\n"
      try scratch.file(
        "e.toml",
        "[data]\ntask = 'double-moon'\nimage_size = 32\nmax_length = 256\n[network]\n\(network)")
      let ended = try await train("e.toml", in: scratch)
      #expect(ended.status == 0, "\(ended.errors)")
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

    /// They were accepted before, so that scripts may have them.
    @Test(arguments: [
      (["--momentum", "0.5"], "--momentum says nothing to adam: it goes with --optimizer sgd"),
      (["--settle", "off", "--price", "0.1"], "--price says nothing beside --settle off"),
      (["--settle", "off", "--price-by", "neuron"], "--price-by says nothing beside --settle off"),
      (["--momentum", "0.5", "--optimizer", "sgd", "--price", "0.1"], nil),
    ])
    func flagsThatChangeNothingAreNoted(flags: [String], note: String?) async throws {
      let ended = try await Program.run(
        ["train", "double-moon", "--steps", "2", "--no-output"] + flags, in: try Scratch())
      #expect(ended.status == 0, "\(ended.errors)")
      let notes = ended.errors.split(separator: "\n").filter { $0.hasPrefix("note: --") }
      #expect(notes.count == (note == nil ? 0 : 1), "\(ended.errors)")
      if let note { #expect(notes.first?.hasPrefix("note: " + note) == true, "\(ended.errors)") }
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
      let named = "e.toml, line 6: width_multiplier says nothing about channels that all have a fixed_widths"
      #expect(file.status == 3 && file.errors.contains(named), "\(file.errors)")

      let inner = ["--adapt", "inner", "--width-multiplier", "0.1", "--output", "run"]
      #expect(try await Program.run(cnn + inner, in: scratch).status == 0)
      let begun = try await train("--from", "run", "--width-multiplier", "2", in: scratch)
      #expect(
        begun.status == 2
          && begun.errors.contains("--width-multiplier says nothing about channels that have the widths of"),
        "\(begun.errors)")
      #expect(try await train("--from", "run", in: scratch).status == 0)
    }

    /// Of a network whose channels are not learned.
    @Test func aModelOfOtherChannelsIsRefusedInASentence() async throws {
      let scratch = try Scratch()
      try digits(in: scratch)
      let cnn = ["--network", "cnn", "--width-multiplier", "0.25", "--steps", "1", "--quiet"]
      #expect(
        try await Program.run(["train", "--data", "digits", "--output", "run"] + cnn, in: scratch).status == 0
      )
      let refused = try await train("--from", "run", "--width-multiplier", "0.5", in: scratch)
      let difference = "has another convolution: filters 8 instead of 16; give the same --width-multiplier\n"
      #expect(refused.status == 3 && refused.errors.hasSuffix(difference), "\(refused.errors)")
      #expect(refused.errors.hasPrefix("awn-tui: no run of this experiment can begin with run: "))
    }
  }
}
