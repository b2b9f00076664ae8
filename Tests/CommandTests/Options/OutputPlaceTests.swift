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
      (["--summary", "rows.csv"], "--summary rows.csv: the run reads this file; name another one"),
      (["--summary", "link"], "--summary link: the run reads this file; name another one"),
    ])
    func impossiblePlacesAreRefused(flags: [String], sentence: String) async throws {
      let scratch = try Scratch()
      try scratch.file("rows.csv", Self.rows)
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(scratch.path)/folder", withIntermediateDirectories: false)
      try manager.createSymbolicLink(
        atPath: "\(scratch.path)/link", withDestinationPath: "\(scratch.path)/rows.csv")
      let ended = try await Program.run(["train", "--data", "rows.csv"] + flags, in: scratch)
      #expect(ended.status == 2 && ended.errors.contains(sentence), "\(ended.errors)")
      #expect(try scratch.entries() == ["folder", "link", "rows.csv"])
      #expect(try scratch.text("rows.csv") == Self.rows)
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
