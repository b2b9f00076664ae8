import AdaptiveWidth
import Experiment
import Foundation
import Testing

extension EndToEnd {
  @Suite struct ModelTruncateTests {
    @Test func keepsSoManyNeurons() async throws {
      let fixture = try await ModelFixture(epochs: 3) { $0.network.hiddenLayers = 2 }
      let widths = fixture.network.widths
      let wanted = [widths[0] / 2, widths[1] - 1]
      let list = wanted.map(String.init).joined(separator: ",")
      let ended = try await fixture.run("truncate", "run", "--width", list, "-o", "models/small")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(
        try fixture.scratch.entries("models/small") == [
          "checkpoint.json", "checkpoint.safetensors", "experiment.toml",
        ])
      let saved = try fixture.saved("models/small")
      #expect(saved.model.network.widths == wanted)
      let cut = fixture.cut(to: wanted)
      let metrics = fixture.metrics(of: cut)
      #expect(saved.model.metrics == metrics)
      #expect(saved.model.network.adaptations.map(\.policy) == [.cap, .cap])
      // What is said is what is measured.
      #expect(ended.output.contains("widths: \(widths[0]), \(widths[1]) → \(wanted[0]), \(wanted[1])\n"))
      #expect(
        ended.output.contains("parameters: \(fixture.network.parameterCount()) → \(cut.parameterCount()) ("))
      let report = try await fixture.object("evaluate", "models/small", "--json")
      let part = try #require(report["validation"] as? [String: Any])
      #expect(isNear(part["accuracy"], metrics.accuracy))

      let half = try await fixture.run("truncate", "run", "--keep", "0.5", "-o", "half")
      #expect(half.status == 0)
      let kept = widths.map { Int((0.5 * Double($0)).rounded()) }
      #expect(try fixture.saved("half").model.network.widths == kept)
    }

    /// How neurons are chosen and whether what leaves them is refitted.
    @Test(arguments: [([], CutMethod.repaired), (["--no-repair"], .plain), (["--order", "best"], .best)])
    func cutsAreMadeAsAsked(_ flags: [String], _ method: CutMethod) async throws {
      let fixture = try await ModelFixture(epochs: 3)
      let ended = try await Program.run(
        ["truncate", "run", "--width", "4", "-o", "new"] + flags, in: fixture.scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      let (saved, cut) = (try fixture.saved("new").model, fixture.cut(to: [4], by: method))
      #expect(saved.metrics == fixture.metrics(of: cut))
      #expect(saved.network.parameters.map(\.value) == cut.parameters.map(\.value))
      let both = try await fixture.run(
        "truncate", "run", "--width", "4", "-o", "other", "--no-repair", "--order", "best")
      #expect(both.status == 2 && both.errors.contains("--order best needs the repair"), "\(both.errors)")
    }

    /// Trained on after the cut, alone or taught by the uncut model.
    @Test(arguments: [([], []), (["--teacher", "2"], ["the uncut network teaches for 2 epochs"])])
    func aCutModelIsTrainedOn(_ flags: [String], _ lines: [String]) async throws {
      let fixture = try await ModelFixture(epochs: 3)
      let ended = try await Program.run(
        ["truncate", "run", "--width", "4", "-o", "new", "--fine-tune", "2"] + flags, in: fixture.scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      for line in lines + ["cut layer 1"] { #expect(ended.errors.contains(line), "\(ended.errors)") }
      let saved = try fixture.saved("new").model
      let cut = fixture.cut(to: [4])
      #expect(saved.network.widths == [4] && saved.metrics == fixture.metrics(of: saved.network))
      #expect(saved.network.parameters.map(\.value) != cut.parameters.map(\.value))
      let origin = try fixture.saved("run").model.origin
      #expect(saved.origin.epoch == origin.epoch + 2 && saved.origin.step > origin.step)
    }

    @Test(arguments: [
      (["--fine-tune", "0"], "--fine-tune must be at least 1"),
      (["--teacher", "soon"], "--teacher"),
      (["--teacher", "0"], "--teacher takes caught-up or at least 1 epoch"),
      (["--teacher-weight", "0.5"], "go with --teacher"),
      (["--teacher", "1", "--teacher-weight", "2"], "--teacher-weight must be between 0 and 1"),
      (["--teacher", "1", "--teacher-temperature", "0"], "--teacher-temperature must be positive"),
    ])
    func optionsOfTrainingAreChecked(_ flags: [String], _ sentence: String) async throws {
      let fixture = try await ModelFixture(epochs: 1)
      let ended = try await Program.run(
        ["truncate", "run", "--width", "4", "-o", "new"] + flags, in: fixture.scratch)
      #expect(ended.status == 2 && ended.errors.contains(sentence), "\(ended.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(fixture.scratch.path)/new"))
    }

    /// A cut by count needs no data.
    @Test func countsWorkWithoutTheData() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      try FileManager.default.removeItem(atPath: "\(fixture.scratch.path)/rows.csv")
      let ended = try await fixture.run("truncate", "run", "--width", "5", "-o", "new")
      #expect(ended.status == 0 && ended.errors.contains("not measured"), "\(ended.errors)")
      #expect(!ended.output.contains("held-out"))
      #expect(try fixture.saved("new").model.metrics == nil)
      let budget = try await fixture.run("truncate", "run", "--tolerance", "0.1", "-o", "other")
      #expect(budget.status == 3 && budget.errors.contains("rows.csv: no such file"), "\(budget.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(fixture.scratch.path)/other"))
    }

    @Test func budgetsOfOneLayerAreExact() async throws {
      let fixture = try await ModelFixture()
      let cuts = (1...fixture.network.widths[0]).map { width in
        (width: width, metrics: fixture.metrics(of: fixture.cut(to: [width], policy: .hold)))
      }
      // Of the best that a cut reaches, which may be better than the whole.
      let floor = try #require(cuts.compactMap(\.metrics.accuracy).max()) - 0.05
      let smallest = try #require(cuts.first { $0.metrics.accuracy! >= floor - 1e-12 })
      for (flag, value) in [("--tolerance", "0.05"), ("--min-accuracy", "\(floor - 1e-9)")] {
        let ended = try await fixture.run("truncate", "run", flag, value, "-o", "new\(flag)")
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try fixture.saved("new\(flag)").model.network.widths == [smallest.width])
      }
      let most = fixture.network.parameterCount(widths: [9])
      let best = cuts.prefix(9).reduce(cuts[0]) { $1.metrics.isBetter(than: $0.metrics) ? $1 : $0 }
      let ended = try await fixture.run("truncate", "run", "--max-parameters", "\(most)", "-o", "few")
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(try fixture.saved("few").model.network.widths == [best.width])
      let work = fixture.network.multiplyAdds(widths: [9])
      let quick = try await fixture.run("truncate", "run", "--max-multiply-adds", "\(work)", "-o", "quick")
      #expect(quick.status == 0, "\(quick.errors)")
      #expect(try fixture.saved("quick").model.network.widths == [best.width])
    }

    @Test func budgetsOfTwoLayers() async throws {
      let fixture = try await ModelFixture(table: ModelFixture.prices(), epochs: 30) {
        $0.network.hiddenLayers = 2
      }
      let whole = try #require(fixture.metrics(of: fixture.network).rmse)
      let ended = try await fixture.run("truncate", "run", "--tolerance", "0.05", "-o", "near")
      #expect(ended.status == 0, "\(ended.errors)")
      let near = try fixture.saved("near").model
      #expect(try #require(near.metrics?.rmse) <= whole * 1.05 * 1.0001)
      #expect(near.network.parameterCount() < fixture.network.parameterCount())

      let most = fixture.network.parameterCount() / 2
      let halved = try await fixture.run("truncate", "run", "--max-parameters", "\(most)", "-o", "half")
      #expect(halved.status == 0, "\(halved.errors)")
      let half = try fixture.saved("half").model
      #expect(half.network.parameterCount() <= most)
      // At least as good as the same fraction of both layers.
      let joint = (1...40).map { share in
        fixture.cut(
          to: fixture.network.widths.map { max(1, Int((Double(share) / 40 * Double($0)).rounded())) },
          policy: .hold)
      }
      let fitting = try #require(joint.last { $0.parameterCount() <= most })
      #expect(try #require(half.metrics?.rmse) <= #require(fixture.metrics(of: fitting).rmse) * 1.001)
    }

    /// By the run's own settings or by the flag; what is typed stays as it is.
    @Test func budgetsAreRoundedUp() async throws {
      let fixture = try await ModelFixture { $0.network.roundTo = 8 }
      let most = "\(fixture.network.parameterCount(widths: [17]))"
      for (budget, flags, multiple) in [
        (["--max-parameters", most], [], 8), (["--tolerance", "0.1"], ["--round-to", "4"], 4),
        (["--max-parameters", most], ["--round-to", "4"], 4),
      ] {
        let ended = try await Program.run(
          ["truncate", "run", "-o", "new"] + budget + flags, in: fixture.scratch)
        #expect(ended.status == 0 && ended.errors.contains("rounded up to multiples of \(multiple)"))
        #expect(try fixture.saved("new").model.network.widths[0] % multiple == 0)
        try FileManager.default.removeItem(atPath: "\(fixture.scratch.path)/new")
      }
      let any = try await Program.run(
        ["truncate", "run", "--tolerance", "0.1", "--round-to", "1", "-o", "any"], in: fixture.scratch)
      #expect(any.status == 0 && !any.errors.contains("rounded"))
      let typed = try await fixture.run("truncate", "run", "--width", "7", "-o", "typed")
      #expect(typed.status == 0 && !typed.errors.contains("rounded"))
      #expect(try fixture.saved("typed").model.network.widths == [7])
      let least = fixture.network.parameterCount(widths: [8])
      let small = try await fixture.run("truncate", "run", "--max-parameters", "\(least - 1)", "-o", "small")
      #expect(
        small.status == 1 && small.errors.contains("with 8 neurons, the fewest, there are \(least)"),
        "\(small.errors)")
      for flags in [["--width", "7", "--round-to", "4"], ["--tolerance", "0.1", "--round-to", "0"]] {
        let refused = try await Program.run(["truncate", "run", "-o", "x"] + flags, in: fixture.scratch)
        #expect(refused.status == 2 && refused.errors.contains("--round-to"), "\(refused.errors)")
      }
    }

    @Test func impossibleBudgetsSayWhatIsPossible() async throws {
      let fixture = try await ModelFixture(epochs: 2)
      let least = fixture.network.parameterCount(widths: [1])
      let best = try #require(
        (1...fixture.network.widths[0]).compactMap {
          fixture.metrics(of: fixture.cut(to: [$0], policy: .hold)).accuracy
        }.max())
      try #require(best < 0.999)
      for (flag, value, words) in [
        ("--max-parameters", "\(least - 1)", "--max-parameters \(least) or more"),
        ("--max-multiply-adds", "1", "or fewer: with one neuron in each learned layer"),
        // Rounded down, so that it can be asked for.
        ("--min-accuracy", "0.999", String(format: "the best has %.5g", (best * 1e4).rounded(.down) / 1e4)),
      ] {
        let ended = try await fixture.run("truncate", "run", flag, value, "-o", "new")
        #expect(ended.status == 1 && ended.errors.contains(words), "\(ended.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(fixture.scratch.path)/new"))
      }
    }

    @Test func whatIsThereIsNotOverwritten() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      let checkpoint = try fixture.scratch.text("run/checkpoint.json")
      for place in ["run", "rows.csv"] {
        let ended = try await fixture.run("truncate", "run", "--keep", "0.5", "-o", place)
        #expect(ended.status == 1 && ended.errors.contains("\(place) exists already"), "\(ended.errors)")
      }
      #expect(try fixture.scratch.text("run/checkpoint.json") == checkpoint)
      for command in [["truncate", "run", "--keep", "0.5"], ["compress", "run", "--width", "5"]] {
        let ended = try await Program.run(command + ["-o", "rows.csv/a/b"], in: fixture.scratch)
        #expect(ended.status == 1 && ended.errors.contains("cannot be written"), "\(ended.errors)")
        #expect(ended.errors.filter { $0 == "\n" }.count == 1)
      }
      try FileManager.default.createDirectory(
        atPath: "\(fixture.scratch.path)/empty", withIntermediateDirectories: false)
      #expect(try await fixture.run("truncate", "run", "--keep", "0.5", "-o", "empty").status == 0)
    }

    @Test func mistakesOfUsage() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      let number = try await ModelFixture(table: ModelFixture.prices(), epochs: 1)
      let wider = "\(fixture.network.widths[0] + 1)"
      for flags in [
        [], ["--keep", "0.5", "--tolerance", "0.1"], ["--keep", "0"], ["--keep", "1.1"], ["--keep", "nan"],
        ["--width", "0"], ["--width", "3,3"], ["--width", wider], ["--max-parameters", "0"],
        ["--min-accuracy", "95"], ["--tolerance", "-0.1"],
      ] {
        let ended = try await Program.run(["truncate", "run", "-o", "new"] + flags, in: fixture.scratch)
        #expect(ended.status == 2, "\(flags): \(ended.errors)")
        #expect(ended.errors.contains("See 'awn-tui truncate --help'"), "\(flags): \(ended.errors)")
      }
      let ended = try await number.run("truncate", "run", "--min-accuracy", "0.9", "-o", "new")
      #expect(ended.status == 2 && ended.errors.contains("use --tolerance"), "\(ended.errors)")
      for scratch in [fixture.scratch, number.scratch] {
        #expect(try scratch.entries() == ["rows.csv", "run"])
      }
    }
  }
}
