import awn_tui
import Dashboard
import Experiment
import Foundation
import Messaging
import RunFolders
import Terminal
import Testing
import UserInterface

/// What a run's dashboard shows of its data and of its predictions, and what its folder keeps of that.
@Suite struct ShownDataTests {
  private struct Played: Sendable {
    var impasse: String?
    var frames: [String]
    /// What the run's folder says of its data.
    var report: DataReport?

    /// The first screen with these words.
    func frame(_ words: String) throws -> String {
      try #require(frames.first { $0.contains(words) }, "\(impasse ?? "no screen shows \(words)")")
    }
  }

  /// Trains on a table, and lets the script press the keys. The run has no end: the script decides when it is over.
  private func play(
    _ text: String, _ change: (inout Configuration) -> Void = { _ in },
    _ steps: @escaping @Sendable () -> [ScriptedScreen.Step]
  ) async throws -> Played {
    let scratch = try Scratch()
    try scratch.file("rows.csv", text)
    let folder = "\(scratch.path)/run"
    var configuration = Configuration.defaults(
      forData: DataOptions(path: "\(scratch.path)/rows.csv"), name: "rows", kind: .table)
    configuration.training.epochs = 1_000_000
    configuration.training.threads = 1
    // Nothing is settled in the time that the script takes.
    configuration.network.initialRate = 0.05
    change(&configuration)
    let experiment = configuration
    var played = await onOwnThread { () -> Played in
      let bell = Bell()
      let screen = ScriptedScreen(steps(), width: 120, height: 36, bell: bell)
      let run = Run(
        configuration: experiment, folder: folder, channels: RunChannels { bell.ring() }, isWatched: true,
        measuresTest: false)
      let program = DashboardProgram(
        run, state: .forTests(width: 120, height: 36), on: screen, catalogue: ThemeCatalogue(folder: nil),
        wake: { bell.ring() }
      ) { _, _ in }
      do { try program.play() } catch { Issue.record(error) }
      return Played(impasse: screen.impasse, frames: screen.frames.map(\.text))
    }
    #expect(played.impasse == nil)
    played.report = try RunFolder(of: folder, isOwned: false).dataReport
    // Of another version, or damaged: the run is shown all the same.
    try scratch.file("run/data.json", "{\"rows\": 1}")
    #expect(try RunFolder(of: folder, isOwned: false).dataReport == nil)
    return played
  }

  /// The test's state says that nothing keeps the run, so that `q` asks.
  private static var quitting: [ScriptedScreen.Step] { [.when("enter quits", .key(.enter))] }

  @Test func aTableShowsItsColumnsAndItsConfusionMatrix() async throws {
    let rows = (0..<200).map {
      "\($0),\($0 * 7 % 13).5,\(["red", "blue", "green"][$0 % 3]),2024-0\($0 % 9 + 1)-11,"
        + "\(["a", "b"][$0 / 2 % 2])\n"
    }
    let played = try await play("id,size,color,day,kind\n" + rows.joined()) {
      [
        .when("held-out accuracy", .key("D")), .when("one-hot", .key(.escape)),
        .when("accuracy by class", .key("V")), .when("recall", .key("q")),
      ] + Self.quitting
    }
    let page = try played.frame("one-hot")
    for words in [
      "rows.csv", "200 rows of a table", "it numbers the rows", "0.5 … 12.5", "3: days, time of year",
    ] {
      #expect(page.contains(words), "\(words):\n\(page)")
    }
    let matrix = try played.frame("recall")
    #expect(matrix.contains("confusion matrix") && matrix.contains("20 held-out rows"), "\(matrix)")
    let report = try #require(played.report)
    #expect(report.columns.map(\.name) == ["id", "size", "color", "day", "kind"] && report.heldOut == 20)
    #expect(report.columns.map(\.features) == [0, 1, 3, 1 + 2 * (report.columns[3].parts?.count ?? 0), 0])
  }

  @Test func aTableOfValuesShowsPredictionsAndResiduals() async throws {
    let rows = (0..<200).map { "\($0 % 17),\($0 * 7 % 13).5,\(100 * ($0 % 17) + $0 * 7 % 13).5\n" }
    let played = try await play("rooms,size,price\n" + rows.joined()) {
      [
        .when("held-out RMSE", .key("D")), .when("baseline of the mean", .key(.escape)),
        .when("true price", .key("V")), .when("true − predicted ↑", .key("V")),
        .when("true price", .key("q")),
      ] + Self.quitting
    }
    #expect(try played.frame("baseline of the mean").contains("price, a number: 0.5 … "))
    let residuals = try played.frame("true − predicted ↑")
    #expect(residuals.contains("residuals") && residuals.contains("20 held-out rows"), "\(residuals)")
  }

  /// As versions before wrote it.
  @Test func anOlderReportIsRead() throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: "\(scratch.path)/run", withIntermediateDirectories: true)
    try scratch.file("run/experiment.toml", "")
    try scratch.file(
      "run/data.json",
      """
      {"columns":[{"commonest":[],"features":1,"kind":"number","largest":"9","missing":0,"name":"x","position":0,\
      "smallest":"1"},{"commonest":[],"features":0,"kind":"row number","missing":0,"name":"id","position":1,\
      "reason":"it numbers the rows"}],"features":1,"held_out":6,"kind":"rows of a table","name":"rows","notes":[],\
      "reading":{"delimiter":",","encoding":"utf-8","header":true},"rows":60,"target":{"classes":[{"name":"a",\
      "rows":60}],"majority":1,"name":"y","problem":"classification"},"test":6,"training":48,"warnings":["w"]}
      """)
    let report = try #require(try RunFolder(of: "\(scratch.path)/run", isOwned: false).dataReport)
    #expect(report.heldOut == 6 && report.columns.map(\.kind) == [.number, .rowNumber] && report.file == nil)
    #expect(DataText(report).text.contains("48, held out 6, test 6"))
  }
}
