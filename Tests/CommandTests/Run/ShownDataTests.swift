import Dashboard
import Experiment
import Foundation
import Terminal
import Testing
import Training
import awn_tui

/// What a run's dashboard shows of its data and of its predictions, and what its folder keeps of that.
@Suite struct ShownDataTests {
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
