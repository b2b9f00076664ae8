import Foundation
import Testing

extension EndToEnd {
  /// Where settings come from, and where results go.
  @Suite struct SettingsTests {
    private func train(_ arguments: String..., in scratch: Scratch) async throws -> Ended {
      try await Program.run(["train"] + arguments + ["--no-output"], in: scratch)
    }

    @Test(arguments: [
      ("missing.toml", nil, "no such file"),
      ("syntax.toml", "[data", "line 1"),
      ("section.toml", "[dta]\ntask = 'spiral'\n[data]\ntask = 'spiral'", "no section 'dta'"),
      ("setting.toml", "[data]\ntask = 'spiral'\n[training]\nepoch = 3", "no setting 'epoch'"),
      ("type.toml", "[data]\ntask = 'spiral'\n[training]\nepochs = 'x'", "epochs under [training] must be"),
      ("negative.toml", "[data]\ntask = 'spiral'\n[training]\nseed = -1", "seed under [training] must be"),
      ("choice.toml", "[data]\ntask = 'spiral'\n[network]\nactivation = 'x'", "one of relu6"),
    ])
    func badExperimentFiles(name: String, text: String?, sentence: String) async throws {
      let scratch = try Scratch()
      if let text { try scratch.file(name, text) }
      let ended = try await train(name, in: scratch)
      #expect(ended.status == 3)
      #expect(ended.errors.contains(name) && ended.errors.contains(sentence), "\(ended.errors)")
      #expect(ended.errors.filter { $0 == "\n" }.count == 1)
    }

    @Test func flagsOverrideTheFileAndNobodyWatchesTrain() async throws {
      let scratch = try Scratch()
      try scratch.file(
        "e.toml",
        "[data]\ntask = 'double-moon'\n[training]\nepochs = 3\nlearning_rate = 1\npace = 0.001\n")
      let ended = try await train("e.toml", "--epochs", "2", "--quiet", "--summary", "-", in: scratch)
      #expect(ended.status == 0)
      // At the file's pace this would take half an hour.
      #expect(ended.output.contains("\"epochs\":2,"))
    }

    /// What the file of a run says is what was done, for a replay too.
    @Test(arguments: [["--rate-prior", "0.05,0.1"], ["--posterior", "gaussian"]])
    func whatOnlyThePapersMethodHasMeansThatMethod(flags: [String]) async throws {
      let scratch = try Scratch()
      let prior = ["train", "double-moon", "--steps", "3"] + flags
      let ended = try await Program.run(prior + ["--output", "run"], in: scratch)
      #expect(ended.status == 0)
      #expect(try scratch.text("run/experiment.toml").contains("method = \"paper\""))
      let cast = try await Program.run("replay", "run", "--cast", "-", in: scratch)
      #expect(cast.output.contains("N(") && !cast.output.contains("log-normal"))
      let refused = try await Program.run(prior + ["--method", "settle"], in: scratch)
      #expect(refused.status == 2 && refused.errors.contains("\(flags[0])"))
      #expect(refused.errors.contains("belongs to --method paper: leave one of the two out"))
    }

    @Test func aContradictionIsOfTheFileOrOfTheFlags() async throws {
      let scratch = try Scratch()
      try scratch.file(
        "e.toml", "[data]\ntask = 'double-moon'\n[network]\nmethod = 'paper'\nposterior = 'lognormal'\n")
      let ofFile = try await train("e.toml", in: scratch)
      #expect(ofFile.status == 3 && ofFile.errors.contains("e.toml, line 5: posterior lognormal belongs to"))
      let ofFlags = try await train("e.toml", "--patience", "3", "--validation", "0", in: scratch)
      #expect(ofFlags.status == 2, "\(ofFlags.errors)")
      #expect(try await train("e.toml", "--method", "settle", "--steps", "1", in: scratch).status == 0)
    }

    /// Flags override a file, and a posterior alone means its method.
    @Test func aFileOfTwoMethodsIsRefused() async throws {
      let scratch = try Scratch()
      let file = "[data]\ntask = 'double-moon'\n[network]\nposterior = 'gaussian'\n"
      try scratch.file("e.toml", file + "method = 'settle'\n")
      let ofFile = try await train("e.toml", in: scratch)
      #expect(
        ofFile.status == 3
          && ofFile.errors
            == "awn-tui: e.toml, line 4: posterior gaussian belongs to method paper: leave one of the two out\n"
      )
      for flags in [["--method", "paper"], ["--posterior", "lognormal"], ["--posterior", "gaussian"]] {
        let ended = try await Program.run(
          ["train", "e.toml", "--steps", "1", "--no-output"] + flags, in: scratch)
        #expect(ended.status == 0, "\(flags) \(ended.errors)")
      }
      try scratch.file("alone.toml", file)
      #expect(try await train("alone.toml", "--steps", "1", in: scratch).status == 0)
      let ofBoth = try await train("alone.toml", "--method", "settle", in: scratch)
      #expect(ofBoth.status == 2 && ofBoth.errors.contains("--posterior gaussian belongs to --method paper"))
      // Examples say that a prior on the rate means the paper's method.
      try scratch.file(
        "prior.toml",
        "[data]\ntask = 'double-moon'\n[network]\nmethod = 'settle'\n[prior]\nrate = { mean = 0.05, scale = 0.1 }\n"
      )
      #expect(try await train("prior.toml", "--steps", "1", in: scratch).status == 0)
    }

    @Test(arguments: [
      (
        ["--method", "paper", "--settle", "on"],
        "--settle belongs to --method settle: leave one of the two out"
      ),
      (
        ["--method", "paper", "--price", "0.02"],
        "--price belongs to --method settle: leave one of the two out"
      ),
      (["--method", "paper", "--price-by", "neuron"], "--price-by belongs to --method settle"),
      (
        ["--posterior", "gaussian", "--price", "0.02"],
        "--price belongs to --method settle, and --posterior to --method paper: leave one of the two out"
      ),
      (
        ["--rate-prior", "0.05,0.1", "--settle", "on"],
        "--settle belongs to --method settle, and --rate-prior to --method paper: leave one of the two out"
      ),
    ])
    func whatIsMeasuredIsNothingToThePapersMethod(flags: [String], sentence: String) async throws {
      let refused = try await Program.run(["train", "double-moon"] + flags, in: Scratch())
      #expect(refused.status == 2 && refused.errors.contains(sentence), "\(refused.errors)")
    }

    /// The file of a run has every setting.
    @Test func theFileOfARunMayHaveAPriceAndThePapersMethod() async throws {
      let scratch = try Scratch()
      let paper = ["train", "double-moon", "--steps", "1", "--method", "paper"]
      let first = try await Program.run(paper + ["--settle", "off", "--output", "run"], in: scratch)
      #expect(first.status == 0, "\(first.errors)")
      #expect(try scratch.text("run/experiment.toml").contains("price = "))
      #expect(try await train("run/experiment.toml", in: scratch).status == 0)
      #expect(try await train("run/experiment.toml", "--method", "paper", in: scratch).status == 0)
    }

    @Test func aWordThatIsNoValueIsToldTheFormOfTheFlag() async throws {
      let refused = try await Program.run("train", "spiral", "--rate-prior", "0.1", in: Scratch())
      #expect(refused.status == 2 && refused.errors.contains("it must be MEAN,SCALE, such as 0.05,0.1"))
    }

    @Test(arguments: [["--rate-prior", "0.05,0.1"], ["--method", "paper"]])
    func thePapersMethodHasNoLogNormalPosterior(flags: [String]) async throws {
      let refused = try await Program.run(
        ["train", "double-moon", "--posterior", "lognormal"] + flags, in: Scratch())
      #expect(
        refused.status == 2 && refused.errors.contains("--posterior lognormal belongs to --method settle"))
    }

    @Test func aSummaryGoesIntoAPipeWithoutReplacingIt() async throws {
      let scratch = try Scratch()
      let link = "\(scratch.path)/null"
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
      let ended = try await train(
        "double-moon", "--epochs", "1", "--quiet", "--summary", link, in: scratch)
      #expect(ended.status == 0)
      let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
      #expect(target == "/dev/null")
    }

    @Test func aPowerLawStartsAsWideWhateverTheQuantile() async throws {
      for quantile in ["0.5", "0.99"] {
        let ended = try await train(
          "double-moon", "--importance", "power-law", "--quantile", quantile, "--steps", "1", "--quiet",
          "--summary", "-", in: try Scratch())
        #expect(ended.output.contains("\"initial_widths\":[231]"), "\(ended.output)")
        let scratch = try Scratch()
        try scratch.file(
          "e.toml",
          "[data]\ntask = 'double-moon'\n[network]\nimportance = 'power-law'\nquantile = \(quantile)\n")
        let same = try await train("e.toml", "--steps", "1", "--quiet", "--summary", "-", in: scratch)
        #expect(same.output.contains("\"initial_widths\":[231]"), "\(same.output)")
      }
    }

    @Test func aNameNeverLeadsOutOfTheRunsFolder() async throws {
      let scratch = try Scratch()
      try scratch.file(
        "e.toml", "name = \"../../up\\u001b[31m\"\n[data]\ntask = 'double-moon'\n[training]\nepochs = 1\n")
      let ended = try await Program.run("train", "e.toml", in: scratch)
      #expect(ended.status == 0)
      #expect(!ended.errors.contains("\u{1B}[31m"))
      #expect(try scratch.entries().sorted() == ["e.toml", "runs"])
    }
  }
}
