import Foundation
import Testing

extension EndToEnd {
  /// `compare`: runs by what their folders hold.
  @Suite struct CompareTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private typealias Object = [String: Any]

    /// A run folder made by hand.
    private func run(
      _ name: String, experiment: String = "[data]\ntask = 'spiral'\n", _ metrics: String?
    ) throws {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
      try scratch.file("\(name)/experiment.toml", experiment)
      if let metrics { try scratch.file("\(name)/metrics.jsonl", metrics) }
    }

    private func line(_ step: Int, accuracy: Double, width: Int = 9, parameters: Int? = 47) -> String {
      "{\"epoch\":\(step / 10),\"rates\":[0.1],\"seconds\":\(step).5,\"step\":\(step),\"train_loss\":\"NaN\","
        + "\"validation_accuracy\":\(accuracy),\"validation_loss\":0.5,\"widths\":[\(width)]"
        + (parameters.map { ",\"parameters\":\($0)" } ?? "") + "}\n"
    }

    private func compare(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ended {
      try await Program.run(
        ["compare"] + arguments, in: scratch,
        environment: Program.environment.merging(environment) { $1 })
    }

    private func runs(_ ended: Ended) throws -> [Object] {
      let object = try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? Object
      return try #require(object?["runs"] as? [Object])
    }

    @Test func finalAndBestWithFewestParametersFirst() async throws {
      try run("wide", line(10, accuracy: 0.5) + line(20, accuracy: 0.9) + line(30, accuracy: 0.8))
      try run(
        "narrow", experiment: "[data]\ntask = 'spiral'\n[network]\nfixed_widths = [4, 3]\n",
        line(10, accuracy: 0.7, parameters: 35))
      try run("older", line(10, accuracy: 0.6, parameters: nil))
      let told = try runs(try await compare("older", "wide", "narrow", "--json"))
      #expect(told.map { $0["folder"] as? String } == ["narrow", "wide", "older"])
      #expect(told.map { $0["final"] as? Double } == [0.7, 0.8, 0.6])
      #expect(told.map { $0["best"] as? Double } == [0.7, 0.9, 0.6])
      #expect(told.map { $0["parameters"] as? Int } == [35, 47, nil])
      #expect(told.map { $0["widths"] as? [Int] } == [[4, 3], [9], [9]])
      #expect(told[1]["best_epoch"] as? Double == 2 && told[1]["steps"] as? Int == 30)
      #expect(told[1]["seconds"] as? Double == 30.5 && told[1]["metric"] as? String == "accuracy")

      let ended = try await compare("older", "wide", "narrow")
      #expect(ended.status == 0 && ended.errors.isEmpty)
      let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines[1].hasPrefix("narrow") && lines[1].contains("70.00"))
      #expect(lines[2].hasPrefix("wide") && lines[2].contains("80.00") && lines[2].contains("90.00"))
      #expect(ended.output.contains("\nsettings that differ\n"))
      #expect(ended.output.contains("network.fixed_widths"))
      // One plot with a name for each curve.
      #expect(lines.filter { $0.contains("epochs") && !$0.hasPrefix("run") }.count == 1)
      #expect(lines.suffix(4).map { $0.split(separator: " ").last ?? "" } == ["narrow", "wide", "older", ""])
      #expect(ended.output.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) })
      #expect(!ended.output.contains("\u{1B}"))
    }

    @Test func whatTrainingWroteIsRead() async throws {
      let trained = try await Program.run(
        "train", "double-moon", "--epochs", "3", "--output", "run", "--summary", "s.json", "--quiet",
        in: scratch)
      #expect(trained.status == 0)
      let summary = try #require(
        try JSONSerialization.jsonObject(with: Data(scratch.text("s.json").utf8)) as? Object)
      let told = try #require(try runs(try await compare("run", "--json")).first)
      for key in ["parameters", "steps", "epochs", "widths"] {
        #expect(told[key] as? NSObject == summary[key] as? NSObject, "\(key)")
      }
      #expect(told["final"] as? Double == summary["validation_accuracy"] as? Double)
    }

    /// What the uncut network reached says nothing about the cut one.
    @Test func theBestIsThatSinceTheLastCut() async throws {
      let lines = [(10, 0.9), (20, 0.95), (30, 0.8), (40, 0.7)].map { line($0, accuracy: $1) }.joined()
      try run("cut", lines)
      try scratch.file(
        "cut/events.jsonl", #"{"epoch":2,"kind":{"truncated":{"from":80,"layer":0,"to":9}},"step":20}"# + "\n"
      )
      let told = try #require(try runs(try await compare("cut", "--json")).first)
      #expect(told["best"] as? Double == 0.8 && told["best_epoch"] as? Double == 3)
      #expect(told["final"] as? Double == 0.7)
    }

    /// A run that returned to its best network ended with that one, until something changes it.
    @Test func theFinalNetworkIsTheOneThatWasKept() async throws {
      let kept = #"{"epoch":3,"kind":{"keptBest":{"epoch":2}},"step":30}"# + "\n"
      let lines = line(10, accuracy: 0.5) + line(20, accuracy: 0.9, width: 8) + line(30, accuracy: 0.7)
      for (name, after, final, width) in [
        ("kept", "", 0.9, 8), ("resumed", #"{"epoch":3,"kind":{"resumed":{}},"step":30}"# + "\n", 0.7, 9),
      ] {
        try run(name, lines)
        try scratch.file("\(name)/events.jsonl", kept + after)
        let told = try #require(try runs(try await compare(name, "--json")).first)
        #expect(told["final"] as? Double == final && told["widths"] as? [Int] == [width], "\(name)")
        #expect(told["steps"] as? Int == 30)
      }
    }

    @Test func aModelBesideRunsIsLeftOut() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      try FileManager.default.copyItem(atPath: "\(fixture.scratch.path)/run", toPath: "\(scratch.path)/cut")
      try run("run", line(10, accuracy: 0.5))
      let ended = try await compare("run", "cut", "--json")
      #expect(try runs(ended).map { $0["folder"] as? String } == ["run"])
      #expect(ended.errors == "note: cut holds a model and no run, and is left out\n")
      #expect(try await compare("cut", "cut").status == 3)
    }

    @Test func anUndoneStretchIsLeftOut() async throws {
      try run(
        "run",
        line(10, accuracy: 0.5) + line(20, accuracy: 0.99) + line(30, accuracy: 0.98)
          + line(20, accuracy: 0.6, width: 5))
      let told = try #require(try runs(try await compare("run", "--json")).first)
      #expect(told["best"] as? Double == 0.6 && told["steps"] as? Int == 20)
      #expect(told["widths"] as? [Int] == [5])
    }

    @Test(arguments: ["", "\n"]) func aTornLastLineIsLeftOutAndTold(end: String) async throws {
      try run("run", line(10, accuracy: 0.5) + String(line(20, accuracy: 0.9).prefix(40)) + end)
      let ended = try await compare("run", "--json")
      #expect(ended.status == 0)
      #expect(try runs(ended).first?["steps"] as? Int == 10)
      #expect(ended.errors.contains("run: the last line of metrics.jsonl was cut off"))
    }

    @Test(arguments: [
      ("missing", "no such folder"), ("file", "this is no folder"), ("empty", "no metrics.jsonl"),
      ("torn", "no whole evaluation"), ("garbled", "line 2"), ("odd", "experiment.toml"),
    ])
    func whatIsNoRunIsOneSentence(name: String, sentence: String) async throws {
      try scratch.file("file", "")
      try run("empty", nil)
      try run("torn", String(line(10, accuracy: 0.5).dropLast()))
      try run("garbled", line(10, accuracy: 0.5) + "[]\n" + line(20, accuracy: 0.5))
      try run("odd", experiment: "[data", line(10, accuracy: 0.5))
      let ended = try await compare(name)
      #expect(ended.status == 3)
      #expect(ended.errors.contains(sentence) && ended.errors.contains(name), "\(ended.errors)")
      #expect(ended.errors.filter { $0 == "\n" }.count == 1 && ended.output.isEmpty)
    }

    @Test func namesOfFoldersAreNoInstructionsToTheTerminal() async throws {
      let name = "a\u{1B}[31mb\nc\u{202E}"
      try run(name, line(10, accuracy: 0.5) + line(20, accuracy: 0.6))
      try run("\(name)2", "")
      for arguments in [[name], [name, "\(name)2"]] {
        let ended = try await Program.run(["compare"] + arguments, in: scratch)
        let said = ended.output + ended.errors
        #expect(!said.contains("\u{1B}") && !said.contains("\u{202E}") && !said.contains("b\nc"))
        #expect(said.contains("\\u{1B}[31mb"))
      }
    }

    @Test func withoutUnicodeThereIsASCIIAlone() async throws {
      try run("run", line(10, accuracy: 0.5) + line(20, accuracy: 0.6))
      let ended = try await compare("run", environment: ["LC_ALL": "C"])
      #expect(ended.status == 0)
      #expect(ended.output.unicodeScalars.allSatisfy { $0.isASCII })
      #expect(ended.output.split(separator: "\n").count > 15)
    }

    /// On a terminal there are colors, unless NO_COLOR forbids them.
    @Test(arguments: [("", true), ("1", false)]) func colours(noColor: String, areThere: Bool) async throws {
      try run("run", line(10, accuracy: 0.5) + line(20, accuracy: 0.6))
      let ended = try await Program.run(
        ["-qec", "'\(Program.path)' compare run", "/dev/null"], of: "/usr/bin/script", in: scratch,
        environment: Program.environment.merging(["NO_COLOR": noColor]) { $1 })
      #expect(ended.output.contains("run"))
      #expect(ended.output.contains("\u{1B}[38;5;") == areThere, "\(ended.output)")
    }
  }
}
