import Experiment
import Foundation
import Testing
import awn_tui

/// What to do, in the words of the command that was given: advice that leads somewhere.
@Suite struct AdviceTests {
  private static let rows =
    "a,b,y\n" + (0..<60).map { "\($0 * 7 % 11).5,\($0 * 5 % 13).5,\($0 % 2)\n" }.joined()

  // MARK: Data that are not there

  static let missing: [[String]] = [
    ["launch", "--data", "photos", "--image-size", "64"], ["train", "--data", "nothere.csv", "--text", "a"],
    ["train", "--data", "nothere.csv", "--sequence-id", "a"],
    ["train", "--data", "nothere.csv", "--source", "en"],
    ["train", "--data", "nothere.csv", "--adapt", "all"],
    ["train", "--data", "nofolder/", "--network", "resnet20"], ["train", "--data", "nothere.csv"],
    ["train", "away.toml"], ["train", "away.toml", "--network", "rnn"], ["train", "away.toml", "--coarse"],
    ["data", "nothere.csv", "--text", "a"], ["data", "photos", "--image-size", "64"],
  ]

  @Test(arguments: missing) func missingDataAreNotBlamedOnFlags(arguments: [String]) async throws {
    let scratch = try Scratch()
    try scratch.file("away.toml", "[data]\npath = \"cifar-10\"\n\n[network]\nkind = \"resnet20\"\n")
    if arguments.contains("rnn") { try scratch.file("away.toml", "[data]\npath = \"cifar-10\"\n") }
    let ended = try await Program.run(arguments, in: scratch)
    #expect(ended.status == 3, "\(ended.errors)")
    #expect(ended.errors.contains("no such file or folder; check the path"), "\(ended.errors)")
    #expect(!ended.errors.contains("says nothing") && !ended.errors.contains("Usage"), "\(ended.errors)")
  }

  /// A folder that is there, but holds nothing of the kind.
  @Test func aFolderOfOtherThingsIsNotBlamedOnFlags() async throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/photos", withIntermediateDirectories: true)
    try scratch.file("photos/list.txt", "nothing\n")
    let ended = try await Program.run(["train", "--data", "photos", "--image-size", "64"], in: scratch)
    #expect(ended.status == 3 && ended.errors.contains("no subfolders of PNG or JPEG"), "\(ended.errors)")
  }

  @Test func flagsThatMeanNothingToTheDataAreStillMistakes() async throws {
    let scratch = try Scratch()
    try scratch.file("rows.csv", Self.rows)
    let ended = try await Program.run(["train", "--data", "rows.csv", "--image-size", "64"], in: scratch)
    #expect(ended.status == 2 && ended.errors.contains("--image-size says nothing about rows of a table"))
  }

  @Test func aColumnCannotBeBothPredictedAndIgnored() async throws {
    let scratch = try Scratch()
    try scratch.file("rows.csv", Self.rows)
    for (flags, both) in [
      (["--ignore", "b", "--target", "b"], ("--target", "--ignore")),
      (["--ignore", "a", "--numeric", "a"], ("--ignore", "--numeric")),
      (["--categorical", "a", "--date", "a"], ("--date", "--categorical")),
    ] {
      let ended = try await Program.run(["data", "rows.csv"] + flags, in: scratch)
      #expect(ended.status == 3, "\(ended.errors)")
      #expect(
        ended.errors.contains("\(both.0) and \(both.1) cannot both be meant of one column"), "\(ended.errors)"
      )
    }
  }

  // MARK: Runs that ended

  @Test func aRunThatIsTooShortAsksForWhatLimitsIt() async throws {
    let scratch = try Scratch()
    let steps = try await Program.run("train", "spiral", "--steps", "3", "--no-output", in: scratch)
    #expect(steps.errors.contains("more steps") && !steps.errors.contains("more epochs"), "\(steps.errors)")
    let patience = try await Program.run(
      "train", "spiral", "--patience", "2", "--learning-rate", "0.0000001", "--epochs", "100", "--no-output",
      in: scratch)
    #expect(patience.errors.contains("early stopping ended the run"), "\(patience.errors)")
    #expect(!patience.errors.contains("give more epochs"), "\(patience.errors)")
  }

  @Test func aResumedRunThatDivergedIsToldWhatResumeCanDo() async throws {
    let scratch = try Scratch()
    let diverging = [
      "train", "spiral", "--learning-rate", "1e30", "--optimizer", "sgd", "--epochs", "2", "--output", "run",
    ]
    let first = try await Program.run(diverging, in: scratch)
    #expect(first.status == 4 && first.errors.contains("try a smaller --learning-rate"), "\(first.errors)")
    let again = try await Program.run("resume", "run", "--headless", in: scratch)
    #expect(again.status == 4 && !again.errors.contains("try a smaller --learning-rate"), "\(again.errors)")
    #expect(again.errors.contains("awn-tui train run/experiment.toml --learning-rate"), "\(again.errors)")
    // It does lead somewhere.
    let smaller = try await Program.run(
      "train", "run/experiment.toml", "--learning-rate", "0.01", "--no-output", in: scratch)
    #expect(smaller.status == 0, "\(smaller.errors)")
  }

  @Test func aModelWithoutARunIsWhatANewRunBeginsWith() async throws {
    let scratch = try Scratch()
    _ = try await Program.run("train", "spiral", "--epochs", "1", "--output", "run", "--quiet", in: scratch)
    _ = try await Program.run("truncate", "run", "--width", "20", "-o", "small", in: scratch)
    let ended = try await Program.run("resume", "small", "--headless", in: scratch)
    #expect(ended.status == 3 && ended.errors.contains("awn-tui train --from small"), "\(ended.errors)")
  }

  @Test func dataFromAPipeAreAskedForAgain() async throws {
    let scratch = try Scratch()
    try scratch.file("rows.csv", Self.rows)
    let trained = try await Program.run(
      ["-c", "'\(Program.path)' train --data - --epochs 2 --output run --quiet < rows.csv"], of: "/bin/sh",
      in: scratch)
    #expect(trained.status == 0, "\(trained.errors)")
    for command in ["evaluate run", "resume run --headless --epochs 3", "predict run --split test"] {
      let alone = try await Program.run(
        ["-c", "'\(Program.path)' \(command) < /dev/null"], of: "/bin/sh", in: scratch)
      #expect(alone.status == 3 && alone.errors.contains("the same ones again"), "\(alone.errors)")
      #expect(!alone.errors.contains("give a file with rows") && !alone.errors.contains("working directory"))
      let piped = try await Program.run(
        ["-c", "cat rows.csv | '\(Program.path)' \(command)"], of: "/bin/sh", in: scratch)
      #expect(piped.status == 0, "\(piped.errors)")
    }
  }

  @Test func whoLeavesARunThatIsOverIsToldSo() {
    #expect(RunState.running.farewell(to: "a", in: "runs/a").contains("trains on"))
    for state in [RunState.diverged, .finished] {
      let words = state.farewell(to: "a", in: "runs/a")
      #expect(!words.contains("trains on") && words.contains("kept in runs/a"), "\(words)")
    }
  }

  // MARK: Values of flags

  @Test(arguments: [
    (["--seeds", "5..2"], "larger than the last"), (["--seeds", "0,0"], "names 0 twice"),
    (["--seeds", "0..1000000"], "more than 10000"), (["--seeds", "a"], "such as 0..9"),
    (["--fold", "3/2"], "such as \"3/10\""), (["--epochs", "x"], "a whole number"),
    (["--epochs", "1e3"], "it must be a whole number in digits, such as 1000"),
    (["--batch-size", "99999999999999999999"], "whole numbers go up to 9223372036854775807"),
    (["--seed", "-1"], "a whole number in digits, 0 or more"),
    (["--folds", "1e1"], "it must be a whole number"),
    (["--fixed-width", "64,"], "must be"),
  ])
  func aValueThatIsNoneIsRefusedWithAReason(flag: [String], reason: String) async throws {
    let ended = try await Program.run(["train", "spiral"] + flag, in: try Scratch())
    #expect(ended.status == 2 && ended.errors.contains(flag[0]), "\(ended.errors)")
    #expect(ended.errors.contains(reason), "\(ended.errors)")
  }

  @Test func whatIsNoThemeFileIsNamed() async throws {
    for (path, reason) in [("/dev/null", "this is not a file"), ("none.toml", "there is no such file")] {
      let ended = try await Program.run("launch", "spiral", "--theme", path, in: try Scratch())
      #expect(ended.status != 0 && ended.errors.contains(reason), "\(ended.errors)")
    }
  }

  // MARK: Terminals

  /// A class may hold what would steer a terminal.
  @Test func namesDoNotSteerATerminal() async throws {
    let scratch = try Scratch()
    let escape = "\u{1B}[31m"
    let rows = (0..<60).map { "\($0 * 7 % 11).5,\($0 * 5 % 13).5,\($0 % 2 == 0 ? "\(escape)red" : "blue")\n" }
    try scratch.file("rows.csv", "a,b,y\n" + rows.joined())
    let train = ["train", "--data", "rows.csv", "--epochs", "2", "--output", "run", "--quiet"]
    #expect(try await Program.run(train, in: scratch).status == 0)
    for command in ["predict run --data rows.csv", "evaluate run --confusion"] {
      let piped = try await Program.run(command.split(separator: " ").map(String.init), in: scratch)
      #expect(piped.output.contains("\(escape)red"), "programs get what the data hold")
      let shown = try await Program.run(
        ["-qec", "'\(Program.path)' \(command)", "/dev/null"], of: "/usr/bin/script", in: scratch)
      #expect(!shown.output.contains(escape) && shown.output.contains("\\u{1B}[31mred"), "\(shown.output)")
    }
  }
}
