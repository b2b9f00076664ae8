import awn_tui
import Dashboard
import Datasets
import Experiment
import Foundation
import Testing
import UserInterface

/// What the home screen reads of run folders.
@Suite struct RunScannerTests {
  private let scratch = try! Scratch()
  private var runs: String { "\(scratch.path)/runs" }

  private func make(
    _ name: String, experiment: String = "name = \"x\"\n[data]\ntask = \"spiral\"\n[training]\nepochs = 9\n",
    metrics: [String] = [], events: [String] = []
  ) throws {
    try FileManager.default.createDirectory(atPath: "\(runs)/\(name)", withIntermediateDirectories: true)
    try scratch.file("runs/\(name)/experiment.toml", experiment)
    try scratch.file("runs/\(name)/metrics.jsonl", metrics.joined())
    try scratch.file("runs/\(name)/events.jsonl", events.map { $0 + "\n" }.joined())
  }

  private func line(_ epoch: Int, accuracy: Double, width: Int) -> String {
    """
    {"epoch":\(epoch),"parameters":337,"rates":[0.1],"seconds":1,"step":\(epoch * 10),"train_loss":0.1,\
    "validation_accuracy":\(accuracy),"validation_loss":0.2,"widths":[\(width)]}

    """
  }

  private func entries(_ folders: [String]) -> [RunEntry] {
    var list = RunList()
    return list.runs(in: folders)
  }

  private func found(_ name: String) -> RunEntry? {
    entries([runs]).first { $0.path.hasSuffix("/" + name) }
  }

  @Test func aRunIsDescribedByItsFiles() throws {
    try make(
      "a",
      metrics: [
        line(1, accuracy: 0.5, width: 90), line(2, accuracy: 0.9, width: 80),
        line(3, accuracy: 0.8, width: 67),
      ],
      events: [#"{"epoch":0,"kind":{"started":{}},"step":0}"#])
    let entry = try #require(found("a"))
    #expect(entry.condition == .interrupted && entry.data == "spiral" && entry.epochs == 9)
    #expect(entry.epoch == 3 && entry.best?.accuracy == 0.9 && entry.widths == [67])
    #expect(entry.parameters == 337 && entry.age < 3_600)
  }

  @Test func beforeTheFirstEvaluationTheDataTellWhichLimitComesFirst() throws {
    let report = DataReport(try Dataset.load(DataOptions(task: .spiral), seed: 0), file: nil)
    for (steps, text) in [(200_000, "0/9"), (5, "0/5 steps")] {
      try make(
        "a\(steps)",
        experiment: "name = \"x\"\n[data]\ntask = \"spiral\"\n[training]\nepochs = 9\nsteps = \(steps)\n")
      try scratch.file("runs/a\(steps)/data.json", JSONEncoder().encode(report))
      #expect(found("a\(steps)")?.progressText == text)
    }
  }

  @Test func whatCutsTookIsKnown() throws {
    let cut = #"{"epoch":2,"kind":{"truncated":{"from":80,"layer":0,"to":67}},"step":20}"#
    let lines = [(1, 512), (2, 402), (3, 337)].map { epoch, parameters in
      line(epoch, accuracy: 0.5, width: 9).replacing(
        "\"parameters\":337", with: "\"parameters\":\(parameters)")
    }
    try make("cut", metrics: lines, events: [cut])
    try make("whole", metrics: lines)
    #expect(found("cut")?.firstParameters == 402 && found("cut")?.parameters == 337)
    #expect(found("whole")?.firstParameters == nil)
  }

  /// What the uncut network reached is not shown beside the cut one.
  @Test func aCutAtTheEndIsWhatTheRunCameTo() throws {
    let cut =
      #"{"before":{"accuracy":0.9,"loss":0.2},"epoch":3,"kind":{"truncated":{"from":80,"layer":0,"to":9}},"step":30}"#
    let whole = [1, 3].map { line($0, accuracy: 0.9, width: 80) }
    let after = line(3, accuracy: 0.7, width: 9)
      .replacing("\"parameters\":337", with: "\"parameters\":46")
      .replacing("\"validation_loss\":0.2", with: "\"validation_loss\":0.6")
    try make("cut", metrics: whole + [after], events: [cut])
    let entry = try #require(found("cut"))
    #expect(entry.best?.accuracy == 0.7 && entry.widths == [9])
    #expect(entry.firstParameters == 337 && entry.parameters == 46)
  }

  /// It is the best since the last cut, without what an undo took back.
  @Test func theBestIsThatOfTheCutNetwork() throws {
    let cut = #"{"epoch":2,"kind":{"truncated":{"from":80,"layer":0,"to":9}},"step":20}"#
    let lines = [
      line(1, accuracy: 0.9, width: 80), line(2, accuracy: 0.95, width: 80), line(3, accuracy: 0.8, width: 9),
      line(4, accuracy: 0.7, width: 9),
    ]
    try make("cut", metrics: lines, events: [cut])
    #expect(found("cut")?.best?.accuracy == 0.8)
    let undone = #"{"epoch":4,"kind":{"undone":{"to":20}},"step":20}"#
    try make("undone", metrics: lines, events: [cut, undone])
    #expect(found("undone")?.best?.accuracy == 0.95)
    let back = line(2, accuracy: 0.6, width: 80)
    try make("back", metrics: lines + [back], events: [cut, undone])
    #expect(found("back")?.best?.accuracy == 0.9)
    for name in ["cut", "undone", "back"] {
      let run = try #require(
        try RunComparer.comparison(of: [name, name].map { "\(runs)/\($0)" }).runs.first)
      #expect(run.best == found(name)?.best.map { Metrics(loss: 0.2, accuracy: $0.accuracy) })
    }
  }

  /// Of a file that is read to its limit, or a little beyond it, a whole line counts, be it the first.
  @Test(arguments: [-1, 0, 1]) func wholeLinesUpToTheLimitCount(more: Int) throws {
    let (first, last) = (line(1, accuracy: 0.9, width: 9), line(2, accuracy: 0.8, width: 9))
    let limit = 4 << 20
    let filling = String(repeating: " ", count: limit - first.utf8.count - last.utf8.count - 1) + "\n"
    // The limit lies before, at, or in the first line.
    try make("long", metrics: [more < 0 ? "\n" : "", first, more > 0 ? " " : "", filling, last])
    #expect(found("long")?.epoch == 2 && found("long")?.best?.accuracy == (more > 0 ? 0.8 : 0.9))
  }

  @Test func whatIsToBeatIsKnown() throws {
    try make("churn", metrics: [line(1, accuracy: 0.9, width: 9)])
    #expect(found("churn")?.baseline == nil)
    // Larger than what is read of a long history.
    let note = String(repeating: "a note of the data ", count: 1 << 18)
    let report =
      #"{"columns":[],"features":1,"held_out":6,"kind":"rows of a table","name":"rows","notes":["\#(note)"],"#
      + #""rows":60,"target":{"classes":[],"majority":0.89,"name":"left","problem":"classification"},"test":6,"#
      + #""training":48,"warnings":[]}"#
    try scratch.file("runs/churn/data.json", report)
    #expect(found("churn")?.baseline == 0.89)
    try scratch.file("runs/churn/data.json", "{")
    #expect(found("churn")?.baseline == nil && found("churn")?.best?.accuracy == 0.9)
  }

  @Test func runsWithoutEvaluationsAreNotCompared() throws {
    for name in ["a", "b"] { try make(name, metrics: [line(1, accuracy: 0.9, width: 9)]) }
    try make("new")
    let paths = ["a", "new", "b"].map { "\(runs)/\($0)" }
    let comparison = try RunComparer.comparison(of: paths)
    #expect(comparison.runs.map(\.name) == ["a", "b"] && comparison.leftOut == ["new"])
    #expect(throws: (any Error).self) { try RunComparer.comparison(of: Array(paths.prefix(2))) }
  }

  @Test func theLastWordOfItsEventsSaysHowItEnded() throws {
    let (started, finished) = (
      #"{"epoch":0,"kind":{"started":{}},"step":0}"#, #"{"epoch":9,"kind":{"finished":{}},"step":9}"#
    )
    let cases: [(String, [String], RunEntry.Condition)] = [
      ("none", [], .interrupted), ("begun", [started], .interrupted),
      ("done", [started, finished], .finished),
      ("early", [started, #"{"epoch":9,"kind":{"stoppedEarly":{}},"step":9}"#], .finished),
      ("diverged", [started, #"{"epoch":9,"kind":{"diverged":{}},"step":9}"#], .diverged),
      ("more", [started, finished, #"{"epoch":9,"kind":{"resumed":{}},"step":9}"#], .interrupted),
      ("odd", [started, finished, "{", "3"], .finished),
      ("undone", [started, finished, #"{"epoch":9,"kind":{"undone":{"to":9}},"step":9}"#], .finished),
      ("back", [started, finished, #"{"epoch":5,"kind":{"undone":{"to":5}},"step":5}"#], .interrupted),
    ]
    for (name, events, condition) in cases {
      try make(name, events: events)
      #expect(found(name)?.condition == condition, "\(name)")
    }
  }

  /// What `truncate`, `compress` and saving from inside make is no run that was interrupted.
  @Test func aModelOfAnotherRunIsNamedSo() async throws {
    let fixture = try await ModelFixture(epochs: 1)
    let made = try await fixture.run("truncate", "run", "--width", "3", "--output", "runs/cut")
    try #require(made.status == 0, "\(made.errors)")
    let entry = try #require(entries(["\(fixture.scratch.path)/runs"]).first)
    #expect(entry.condition == .model && entry.widths == [3] && entry.epochs == nil && entry.epoch == 1)
    #expect(entry.best?.accuracy != nil)
    #expect(entry.parameters == fixture.cut(to: [3]).parameterCount())
  }

  @Test func lookingAtARunThatIsOverMakesItNoYounger() throws {
    let finished = #"{"epoch":9,"kind":{"finished":{}},"step":9}"#
    try make("a", metrics: [line(1, accuracy: 0.5, width: 90)], events: [finished])
    let hourAgo = Date(timeIntervalSinceNow: -3_600)
    for name in ["metrics.jsonl", "experiment.toml"] {
      try FileManager.default.setAttributes(
        [.modificationDate: hourAgo], ofItemAtPath: "\(runs)/a/\(name)")
    }
    #expect(try #require(found("a")).age > 3_500)
    try make("b", metrics: [line(1, accuracy: 0.5, width: 90)], events: [])
    try FileManager.default.setAttributes(
      [.modificationDate: hourAgo], ofItemAtPath: "\(runs)/b/metrics.jsonl")
    #expect(try #require(found("b")).age < 3_500)
  }

  @Test func whatIsNoFileIsNotWaitedFor() throws {
    try make("pipe")
    let experiment = "\(runs)/pipe/experiment.toml"
    try FileManager.default.removeItem(atPath: experiment)
    try #require(mkfifo(experiment, 0o600) == 0)
    #expect(found("pipe")?.condition == .unreadable)
  }

  @Test func aRunThatIsHeldIsLive() throws {
    try make("held")
    try scratch.file("runs/held/.lock", "")
    #expect(found("held")?.condition == .interrupted)
    let descriptor = open("\(runs)/held/.lock", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(found("held")?.condition == .live && found("held")?.isPaused == false)
  }

  /// The entry of a run that a process holds.
  private func heldRun(_ events: [String]) throws -> RunEntry {
    try make("held", metrics: [line(1, accuracy: 0.5, width: 90)], events: events)
    try scratch.file("runs/held/.lock", "")
    let descriptor = open("\(runs)/held/.lock", O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    return try #require(found("held"))
  }

  /// Its dashboard stays open, and can be attached to.
  @Test func aHeldRunMayBeOver() throws {
    let (finished, diverged, resumed) = (
      #"{"epoch":9,"kind":{"finished":{}},"step":90}"#, #"{"epoch":9,"kind":{"diverged":{}},"step":90}"#,
      #"{"epoch":9,"kind":{"resumed":{}},"step":90}"#
    )
    let cases: [([String], RunEntry.Condition?)] = [
      ([], nil), ([finished], .finished), ([diverged], .diverged), ([finished, resumed], nil),
    ]
    for (events, outcome) in cases {
      let entry = try heldRun(events)
      #expect(entry.condition == .live && entry.outcome == outcome)
      #expect((entry.secondsLeft == nil) == (outcome != nil))
    }
  }

  /// Nothing says when a paused run will be done.
  @Test func aHeldRunMayBePaused() throws {
    let (paused, resumed) = (
      #"{"epoch":1,"kind":{"paused":{}},"step":10}"#, #"{"epoch":1,"kind":{"resumed":{}},"step":10}"#
    )
    for (events, isPaused) in [([paused], true), ([paused, resumed], false)] {
      let entry = try heldRun(events)
      #expect(entry.isPaused == isPaused && (entry.secondsLeft == nil) == isPaused)
    }
  }

  /// Nothing in a folder is trusted to be whole.
  @Test func damagedFoldersAreShownAsFarAsTheyGo() throws {
    try make("bad", experiment: "name = ")
    try make("cut", metrics: [line(1, accuracy: 0.5, width: 90), #"{"epoch":2,"#])
    try make("odd", metrics: ["nonsense\n"])
    try make(
      "end", metrics: [line(1, accuracy: 0.5, width: 90), #"{"epoch":2,"# + "\n"],
      events: [#"{"epoch":9,"kind":{"finished":{}},"step":9}"#])
    #expect(found("end")?.condition == .finished && found("end")?.epoch == 1 && found("end")?.widths == [90])
    try FileManager.default.createDirectory(atPath: "\(runs)/empty", withIntermediateDirectories: true)
    try scratch.file("runs/file", "")
    #expect(found("bad")?.condition == .unreadable)
    #expect(found("cut")?.epoch == 1 && found("odd")?.best == nil)
    #expect(found("empty") == nil && found("file") == nil)
    #expect(entries([runs, runs + "/../runs", "/nowhere"]).count == 4)
  }

  @Test func aDiscardedRunLiesInTheTrash() throws {
    for _ in 0..<2 {
      try make("gone")
      #expect(Trash.discard("\(runs)/gone").hasPrefix("moved to "))
      #expect(found("gone") == nil)
    }
    #expect(try scratch.entries("runs/.trash") == ["gone", "gone-2"])
    #expect(Trash.discard("\(runs)/gone").hasPrefix("cannot move "))
  }

  @Test func foldersAreRemembered() throws {
    let index = RunIndex(environment: ["XDG_STATE_HOME": scratch.path, "HOME": "/nowhere"])
    #expect(index.folders.isEmpty)
    for name in ["one", "two", "one"] {
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
      index.add(runFolder: "\(scratch.path)/\(name)/run-1")
    }
    #expect(index.folders == ["\(scratch.path)/two", "\(scratch.path)/one"])
    try FileManager.default.removeItem(atPath: "\(scratch.path)/two")
    #expect(index.folders == ["\(scratch.path)/one"])
    // Nobody's: nothing is kept.
    let nobody = RunIndex(environment: [:])
    nobody.add(runFolder: "/tmp/x/run")
    #expect(nobody.folders.isEmpty && nobody.file == nil)
  }
}
