import Foundation
import Testing

extension EndToEnd {
  /// Where a run's results are to go is looked at before it trains.
  @Suite struct OutputPlaceTests {
    private static let rows =
      "a,b\n" + (0..<60).map { "\($0 % 7),\($0 % 2 == 0 ? "x" : "y")\n" }.joined()

    @Test(arguments: [
      (["--output", ""], "--output needs the path of a folder"),
      (["--summary", ""], "--summary needs the path of a file"),
      (["--summary", "nowhere/x.json"], "--summary nowhere/x.json: there is no folder "),
      (["--summary", "rows.csv/x.json"], "it cannot be written (Not a directory); choose another place"),
      (["--summary", "folder"], "--summary folder: this is a folder; name a file"),
      (["--summary", "rows.csv"], "--summary rows.csv: this file is there and is no summary; name another"),
      (["--summary", "link"], "--summary link: this file is there and is no summary; name another one"),
      (["--summary", "lines.jsonl"], "--summary lines.jsonl: this file is there and is no summary"),
      (["--summary", "model.json"], "--summary model.json: this file is there and is no summary"),
      (
        ["--summary", "broken"],
        "--summary broken: it cannot be written (it is a link to nowhere, which is not there); choose another place"
      ),
      (
        ["--summary", "/proc/x.json"],
        "it cannot be written (nothing can be made in /proc); choose another place"
      ),
      (["--tensorboard", ""], "--tensorboard needs the path of a folder"),
      (["--keep", "best", "--final", "last"], "--keep is the former name of --final: give one of them"),
    ])
    func impossiblePlacesAreRefused(flags: [String], sentence: String) async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.rows)
      try scratch.file("lines.jsonl", "{\"task\":1}\n{\"task\":2}\n")
      try scratch.file("model.json", "{\"format\":\"awn-model\"}")
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(scratch.path)/folder", withIntermediateDirectories: false)
      try manager.createSymbolicLink(atPath: "\(scratch.path)/broken", withDestinationPath: "nowhere")
      try manager.createSymbolicLink(
        atPath: "\(scratch.path)/link", withDestinationPath: "\(scratch.path)/rows.csv")
      let ended = try await Program.run(["train", "--data", "rows.csv"] + flags, in: scratch)
      #expect(ended.status == 2 && ended.errors.contains(sentence), "\(ended.errors)")
      #expect(try scratch.entries() == ["broken", "folder", "lines.jsonl", "link", "model.json", "rows.csv"])
      #expect(try scratch.text("rows.csv") == Self.rows)
    }

    /// Those of a model made of another one, before it is made.
    @Test func impossiblePlacesOfModelsAreRefused() async throws {
      let fixture = try await ModelFixture(epochs: 1)
      try FileManager.default.createSymbolicLink(
        atPath: "\(fixture.scratch.path)/broken", withDestinationPath: "nowhere/else")
      let commands = [
        ["compress", "run", "--width", "2", "-o"], ["truncate", "run", "--width", "2", "-o"],
        ["export", "run", "--format", "onnx", "-o"], ["predict", "run", "--data", "rows.csv", "-o"],
      ]
      for command in commands {
        for (place, reason) in [
          ("broken", "it is a link to nowhere/else, which is not there"),
          ("/proc/x", "nothing can be made in /proc"),
        ] {
          let ended = try await Program.run(command + [place], in: fixture.scratch)
          #expect(ended.status == 1, "\(command)")
          #expect(
            ended.errors == "awn-tui: \(place) cannot be written (\(reason)); choose another place\n",
            "\(command): \(ended.errors)")
        }
      }
      // The link is as it was.
      let target = try FileManager.default.destinationOfSymbolicLink(
        atPath: "\(fixture.scratch.path)/broken")
      #expect(target == "nowhere/else")
    }

    /// A run that is repeated writes over its summary, and over the empty file that a script made for it.
    @Test func aSummaryReplacesASummary() async throws {
      let scratch = try Scratch()
      try scratch.file("summary.json", "")
      for arguments in [[], ["--seeds", "0,1"], []] {
        let ended = try await Program.run(
          ["train", "spiral", "--steps", "1", "--no-output", "--summary", "summary.json"] + arguments,
          in: scratch)
        #expect(ended.status == 0, "\(ended.errors)")
      }
      #expect(try scratch.text("summary.json").contains("\"task\""))
    }

    @Test func aFullDeviceIsSaidToBeFull() async throws {
      let ended = try await Program.run(
        "train", "spiral", "--steps", "1", "--no-output", "--summary", "/dev/full", in: try Scratch())
      #expect(ended.status == 1)
      #expect(ended.errors.contains("cannot write the summary to /dev/full"))
      #expect(ended.errors.contains("No space left on device"))
    }
  }
}
