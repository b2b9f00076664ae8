import Foundation
import Testing

extension EndToEnd {
  /// Mistakes of usage: exit code 2, and a sentence that names what is wrong.
  @Suite struct UsageTests {
    /// Every flag with a value that it cannot take.
    static let badFlags: [[String]] = [
      ["--target"], ["--validation", "1"], ["--validation", "many"], ["--test", "-0.5"],
      ["--hidden-layers", "0"], ["--hidden-layers", "two"], ["--activation", "sigmoidal"],
      ["--fixed-width", "0"], ["--fixed-width", "64,"], ["--importance", "linear"], ["--initial-rate", "0"],
      ["--initial-bias-scale", "inf"], ["--quantile", "1"], ["--minimum-rate", "nan"],
      ["--rate-prior", "0.1"], ["--rate-prior", "0.1,0"], ["--weight-prior-scale", "0"], ["--epochs", "0"],
      ["--epochs", "1.5"], ["--steps", "0"], ["--batch-size", "0"], ["--optimizer", "lion"],
      ["--learning-rate", "0"], ["--learning-rate", "nan"], ["--schedule", "linear"], ["--momentum", "1"],
      ["--patience", "0"], ["--patience", "3", "--validation", "0"], ["--initial-rate", "0.0001"],
      ["--hidden-layers", "2", "--fixed-width", "8"], ["--target", "y"], ["--summary", "/no-such-folder/x"],
      ["--seed", "x"], ["--progress", "sometimes"], ["--colour", "red"],
      ["--checkpoint-every", "-1"], ["--checkpoint-every", "nan"],
      ["--checkpoint-every", "1", "--no-output"],
      // What means nothing to an MLP, or to points on a plane.
      ["--state-size", "8"], ["--backpropagation-steps", "8"], ["--model-size", "8"], ["--heads", "2"],
      ["--depth", "2"], ["--channels", "8"], ["--pooling", "mean"], ["--vocabulary", "400"],
      ["--source", "en"], ["--time", "t"], ["--permutation", "1"], ["--augmentation"],
      // Bounds.
      ["--hidden-layers", "257"], ["--fixed-width", "65537"],
      ["--vocabulary", "100000"], ["--permutation", "18446744073709551615"], ["--depth", "1000000"],
    ]

    @Test(arguments: badFlags) func badFlagValues(flag: [String]) async throws {
      let scratch = try Scratch()
      let ended = try await Program.run(["train", "spiral"] + flag, in: scratch)
      try refuses(ended, naming: flag[0])
      #expect(try scratch.entries().isEmpty)
    }

    @Test(arguments: [
      ["--pace", "0"], ["--pace", "fast"], ["--theme", "nope"], ["--glyphs", "emoji"], ["--color", "blue"],
    ])
    func badDashboardFlags(flag: [String]) async throws {
      let ended = try await Program.run(["launch", "spiral"] + flag, in: try Scratch())
      try refuses(ended, naming: flag[0] == "--theme" ? "there is no theme 'nope'" : flag[0])
      #expect(ended.errors.contains("awn-tui launch"), "\(ended.errors)")
    }

    /// As where a shell's variable is not set.
    @Test(arguments: [
      (["train", "--data", ""], "--data must be the path of a file or folder"),
      (["launch", "--data", ""], "--data must be the path of a file or folder"),
      (["data", "--data", ""], "--data must be the path of a file or folder"),
      (["train", "--data", "x.csv", "--test-data", ""], "--test-data must be the path of a file or folder"),
      (["train", "--from", ""], "--from needs the path of a run's folder, or of a checkpoint in it"),
      (["data", ""], "<file> needs the path of a file or folder"),
      (["evaluate", ""], "<model> needs the path of a run's folder, or of a checkpoint in it"),
      (["evaluate", "run", "--data", ""], "--data needs the path of a file or folder"),
      (["predict", "run", "--data", ""], "--data needs the path of a file or folder"),
      (["resume", ""], "<run> needs the path of a run's folder"),
      (["attach", ""], "<run> needs the path of a run's folder"),
      (["replay", ""], "<run> needs the path of a run's folder"),
      (["compare", "run", ""], "<runs> needs the path of a run's folder"),
    ])
    func emptyPathsAreNamed(words: [String], sentence: String) async throws {
      try refuses(try await Program.run(words, in: try Scratch()), naming: sentence)
    }

    @Test(arguments: ["attach", "replay"]) func whatTrainsElsewhereHasNoPace(command: String) async throws {
      let help = try await Program.run(command, "--help", in: try Scratch())
      #expect(help.status == 0 && help.output.contains("--theme") && !help.output.contains("--pace"))
      let ended = try await Program.run(command, "run", "--pace", "5", in: try Scratch())
      try refuses(ended, naming: "there is no option '--pace'")
    }

    /// A value that begins with a minus sign is a bad value, not a missing one.
    @Test(arguments: ["--epochs", "--seed", "--learning-rate", "--validation", "--fixed-width"])
    func negativeValuesAreBadValues(flag: String) async throws {
      let ended = try await Program.run(["train", "spiral", flag, "-1"], in: try Scratch())
      try refuses(ended, naming: flag)
      #expect(!ended.errors.contains("Missing"), "\(ended.errors)")
    }

    @Test(arguments: ["truncate run -o x", "compress run -o x", "baselines run"])
    func negativeWidthsAreBadValues(command: String) async throws {
      let words = command.split(separator: " ").map(String.init)
      let ended = try await Program.run(words + ["--width", "-1"], in: try Scratch())
      try refuses(ended, naming: "it must be whole numbers from 1, such as 64,32")
    }

    @Test(arguments: [
      "train spiral --epochs", "train spiral --fixed-width", "train spiral --seed", "resume run --epochs",
      "truncate run -o x --width", "truncate run -o x --max-parameters", "curve run --layer",
    ])
    func hugeNumbersAreTooLarge(command: String) async throws {
      let words = command.split(separator: " ").map(String.init)
      let ended = try await Program.run(words + ["9" + String(Int.max)], in: try Scratch())
      try refuses(ended, naming: "whole numbers go up to 9223372036854775807")
    }

    @Test(arguments: [
      "resume run --epochs", "resume run --threads", "curve run --layer", "curve run --round-to",
      "truncate run -o x --max-parameters", "truncate run -o x --max-multiply-adds",
      "truncate run -o x --keep 0.5 --fine-tune", "compress run -o x --tolerance 0 --epochs",
      "replay run --cast x --columns", "replay run --cast x --rows",
    ])
    func everyFlagThatTakesAWholeNumberSaysSo(command: String) async throws {
      let words = command.split(separator: " ").map(String.init)
      let ended = try await Program.run(words + ["1e3"], in: try Scratch())
      try refuses(ended, naming: "it must be a whole number in digits, such as 1000")
      #expect(ended.errors.contains(words[words.count - 1]), "\(ended.errors)")
    }

    @Test(arguments: [
      ("truncate run -o x --width", "it must be whole numbers from 1, such as 64,32"),
      ("compress run -o x --width", "it must be whole numbers from 1, such as 64,32"),
      ("baselines run --width", "it must be whole numbers from 1, such as 64,32"),
      ("truncate run -o x --keep 0.5 --teacher", "it must be \"caught-up\" or a number of epochs"),
    ])
    func flagsOfSeveralWholeNumbersSaySo(command: String, sentence: String) async throws {
      let words = command.split(separator: " ").map(String.init)
      try refuses(try await Program.run(words + ["1e3"], in: try Scratch()), naming: sentence)
    }

    @Test func unknownTask() async throws {
      let ended = try await Program.run("train", "spirall", in: try Scratch())
      try refuses(
        ended,
        naming:
          "there is no built-in task 'spirall': did you mean 'spiral'? Choose double-moon, spiral, spiral-hard"
      )
      #expect(ended.errors.contains("awn-tui train --help"))
    }

    @Test func nothingToTrainOn() async throws {
      try refuses(try await Program.run("train", in: try Scratch()), naming: "what to train on?")
    }

    @Test func taskAndData() async throws {
      let ended = try await Program.run("train", "spiral", "--data", "rows.csv", in: try Scratch())
      try refuses(ended, naming: "not both")
    }

    @Test func outputAndNoOutput() async throws {
      let ended = try await Program.run("train", "spiral", "--no-output", "--output", "x", in: try Scratch())
      try refuses(ended, naming: "--output or --no-output, not both")
    }

    @Test(arguments: [
      ("trian", "there is no command 'trian'; did you mean 'train'?"),
      ("fly", "there is no command 'fly'; the commands are launch, train, resume"),
    ])
    func unknownCommand(name: String, sentence: String) async throws {
      try refuses(try await Program.run(name, in: try Scratch()), naming: sentence)
    }

    @Test func brokenThemeFile() async throws {
      let scratch = try Scratch()
      try scratch.file("mine.toml", "name = \"mine\"\nbroken\n")
      let ended = try await Program.run("launch", "spiral", "--theme", "mine.toml", in: scratch)
      #expect(ended.status == 3)
      #expect(ended.errors.hasPrefix("awn-tui: mine.toml:2: "), "\(ended.errors)")
    }

    @Test func brokenExperimentFile() async throws {
      let scratch = try Scratch()
      try scratch.file("mine.toml", "[data]\ntask = \"spiral\"\n\n[training]\nepochs = \"many\"\n")
      let ended = try await Program.run("train", "mine.toml", in: scratch)
      #expect(ended.status == 3)
      #expect(ended.errors.hasPrefix("awn-tui: mine.toml"), "\(ended.errors)")
      #expect(ended.errors.contains("epochs"), "\(ended.errors)")
      #expect(try scratch.entries() == ["mine.toml"])
    }

    @Test func launchWithoutATerminalNamesTrain() async throws {
      let scratch = try Scratch()
      let ended = try await Program.run("launch", "spiral", in: scratch)
      #expect(ended.status == 1)
      #expect(ended.errors.contains("not both a terminal"))
      #expect(ended.errors.contains("awn-tui train"))
      #expect(ended.output.isEmpty)
      #expect(try scratch.entries().isEmpty)
    }

    @Test func versionHelpAndLists() async throws {
      let scratch = try Scratch()
      let version = try await Program.run("--version", in: scratch)
      #expect(version.status == 0)
      #expect(version.output.prefixMatch(of: /awn-tui \d+\.\d+\.\d+\n/) != nil)
      for name in ["commit", "Swift", "Kernels"] { #expect(version.output.contains("\n\(name) ")) }
      let help = try await Program.run("train", "--help", in: scratch)
      #expect(help.status == 0 && help.errors.isEmpty)
      for flag in Set(Self.badFlags.map { $0[0] }).subtracting(["--colour"]) {
        #expect(help.output.contains(flag), "\(flag) is not in the help")
      }
      let tasks = try await Program.run("tasks", in: scratch)
      #expect(tasks.status == 0)
      #expect(
        tasks.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
          "double-moon", "spiral", "spiral-hard",
        ])
      let themes = try await Program.run("themes", in: scratch)
      #expect(themes.status == 0)
      #expect(
        themes.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
          "dark", "light", "high-contrast", "colour-blind", "monochrome", "dusk",
        ])
      #expect(!themes.output.contains("\u{1B}"))
    }

    private func refuses(_ ended: Ended, naming words: String) throws {
      #expect(ended.status == 2)
      #expect(ended.output.isEmpty)
      let sentence = try #require(ended.errors.split(separator: "\n").first)
      #expect(sentence.hasPrefix("Error: "))
      #expect(sentence.contains(words), "\(ended.errors)")
    }
  }
}
