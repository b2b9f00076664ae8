import awn_tui
import Experiment
import Foundation
import Messaging
import ModelFiles
import RunFolders
import Terminal
import Testing
import Training

/// Models that are asked for while a run trains, and runs that begin with them.
@Suite(.timeLimit(.minutes(15))) struct SavedModelTests {
  private static var configuration: Configuration {
    var configuration = Configuration.defaults(for: .spiral)
    configuration.network.initialRate = 0.05
    configuration.training.epochs = 3
    configuration.training.pace = nil
    return configuration
  }

  /// Trains to the end with commands that come before the first step.
  private func train(
    _ configuration: Configuration = Self.configuration, in folder: String?, from initial: Run.Initial? = nil,
    _ actions: [Command.Action] = []
  ) async throws -> Outcome {
    let run = Run(
      configuration: configuration, folder: folder, channels: RunChannels(), isWatched: false,
      measuresTest: false, initial: initial)
    for (index, action) in actions.enumerated() {
      run.channels.commands.send(Command(id: index + 1, action: action))
    }
    let failure = Mailbox<String>()
    let background = BackgroundRun(run) { if case .failed(let error) = $0 { failure.send("\(error)") } }
    await onOwnThread { background.wait() }
    #expect(failure.drain() == [])
    return try #require(background.outcome?.1)
  }

  private func events(in folder: String) -> [Event] { RunFolder.events(in: folder) }

  @Test func aModelIsSavedUnderANameAndExported() async throws {
    let scratch = try Scratch()
    let (folder, file) = ("\(scratch.path)/run", "\(scratch.path)/model.onnx")
    let actions: [Command.Action] = [
      .truncate(layer: 0, width: 30, .plain), .save(name: "cut one"), .save(name: "cut one"),
      .export(file: file, .onnx), .export(file: file, .onnx), .save(name: nil), .save(name: "../out"),
    ]
    _ = try await train(in: folder, actions)
    let saved = try ModelFile.read("\(folder)/models/cut one").model
    #expect(saved.network.widths == [30] && saved.optimizer != nil && saved.preparation != nil)
    #expect(FileManager.default.fileExists(atPath: "\(folder)/models/cut one/experiment.toml"))
    #expect(FileManager.default.fileExists(atPath: file))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/out"))
    let answers = events(in: folder).filter { (2...7).contains($0.command ?? 0) }.map(\.kind)
    #expect(answers.count == 6)
    #expect(answers[0] == .saved(folder: "\(folder)/models/cut one") && answers[2] == .exported(file: file))
    #expect(answers[4] == .saved(folder: folder))
    for (index, words) in [(1, "choose another name"), (3, "choose another name"), (5, "letters, digits")] {
      guard case .rejected(let reason) = answers[index] else {
        Issue.record("\(answers[index])")
        continue
      }
      #expect(reason.contains(words))
    }
  }

  /// Whoever saves or exports changes no bit of the network.
  @Test func savingChangesNothing() async throws {
    let scratch = try Scratch()
    for (name, actions) in [("plain", []), ("saved", [Command.Action.save(name: "a"), .save(name: nil)])] {
      _ = try await train(in: "\(scratch.path)/\(name)", actions)
    }
    func withoutTimes(_ name: String) throws -> [String] {
      try scratch.lines("\(name)/metrics.jsonl").map { String($0).replacing(/"seconds":[^,]*,/, with: "") }
    }
    #expect(try withoutTimes("plain") == withoutTimes("saved"))
  }

  @Test func aRunWithoutAFolderSavesNothing() async throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/model.safetensors"
    _ = try await train(in: nil, [.save(name: nil), .export(file: file, .safetensors)])
    #expect(FileManager.default.fileExists(atPath: file))
  }

  /// A cut model trains on at its width, with the state of its optimizer, in a run of its own.
  @Test func aRunBeginsWithAModel() async throws {
    let scratch = try Scratch()
    let first = "\(scratch.path)/first"
    _ = try await train(in: first, [.truncate(layer: 0, width: 30, .plain), .save(name: "cut")])
    let model = try Run.Initial(path: "\(first)/models/cut")
    let outcome = try await train(in: "\(scratch.path)/second", from: model)
    #expect(outcome.widths == [30] && outcome.steps == 3 * 125)
    let kinds = events(in: "\(scratch.path)/second").map(\.kind)
    #expect(!kinds.contains { if case .explored = $0 { true } else { false } })
    // It is resumed like any other.
    let folder = try RunFolder(of: "\(scratch.path)/second")
    #expect(try RunCheckpoint(in: folder).epochs == 3)
  }

  /// A run knows its data from any folder.
  @Test func dataAreFoundAboveTheRun() async throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/elsewhere", withIntermediateDirectories: true)
    let rows = (0..<80).map { "\($0),\($0 % 7),\($0 % 2)\n" }.joined()
    try scratch.file("rows.csv", "a,b,c\n" + rows)
    let trained = try await Program.run(
      "train", "--data", "rows.csv", "--problem", "classification", "--epochs", "1", "--output", "runs/one",
      in: scratch)
    #expect(trained.status == 0, "\(trained.errors)")
    let ended = try await Program.run(
      ["-C", "\(scratch.path)/elsewhere", Program.path, "evaluate", "\(scratch.path)/runs/one"],
      of: "/usr/bin/env", in: scratch)
    #expect(ended.status == 0 && ended.output.contains("held-out"), "\(ended.errors)")
  }

  /// The network reads rows that are prepared as its own were: another preparation would not be what is recorded.
  @Test func aModelDecidesHowRowsArePrepared() async throws {
    let fixture = try await ModelFixture(epochs: 1)
    let train = ["train", "--from", "run", "--epochs", "2", "--quiet", "--output"]
    for flags in [
      ["--target", "size"], ["--ignore", "size"], ["--missing", "0"], ["--problem", "regression"],
    ] {
      let ended = try await Program.run(train + ["bad"] + flags, in: fixture.scratch)
      #expect(ended.status == 2 && ended.errors.contains("\(flags[0]) differs from what the model of --from"))
    }
    let same = try await Program.run(train + ["same", "--data", "rows.csv"], in: fixture.scratch)
    #expect(same.status == 0 && !same.errors.contains("divided"), "\(same.errors)")
    let other = try await Program.run(
      ["train", "--from", "run", "--epochs", "2", "--seed", "3", "--output", "other"], in: fixture.scratch)
    #expect(other.status == 0 && other.errors.contains("held-out or test rows"), "\(other.errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(fixture.scratch.path)/bad"))
  }

  @Test func theCommandLineBeginsWithAModel() async throws {
    let scratch = try Scratch()
    _ = try await Program.run(
      "train", "spiral", "--epochs", "2", "--output", "first", "--quiet", in: scratch)
    let cut = try await Program.run("truncate", "first", "--width", "20", "-o", "cut", in: scratch)
    #expect(cut.status == 0, "\(cut.errors)")
    let ended = try await Program.run(
      "train", "--from", "cut", "--epochs", "1", "--output", "second", "--summary", "-", in: scratch)
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("\"widths\":[20]") || ended.output.contains("\"widths\": [20]"))
    #expect(ended.errors.contains("the run begins with the weights of step"))
    #expect(try jsonObject(ended.output)["initial_widths"] as? [Int] == [20])
    let resumed = try await Program.run(
      "resume", "second", "--headless", "--epochs", "2", "--summary", "-", in: scratch)
    #expect(try jsonObject(resumed.output)["initial_widths"] as? [Int] == [20], "\(resumed.errors)")
    let others = try await Program.run(
      "train", "--from", "cut", "--hidden-layers", "2", "--output", "bad", in: scratch)
    #expect(others.status == 3 && others.errors.contains("can begin with cut"))
    #expect(!FileManager.default.fileExists(atPath: "\(scratch.path)/bad"))
    let none = try await Program.run("train", "--from", "none", in: scratch)
    #expect(none.status == 3 && none.errors.contains("none"))
    let many = try await Program.run("train", "--from", "cut", "--seeds", "0..2", in: scratch)
    #expect(many.status == 2)
  }
}
