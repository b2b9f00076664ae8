import Dashboard
import Foundation
import Testing
import UserInterface

/// What stands beside the names of files that a run may begin with.
@Suite struct DataPreviewsTests {
  private let scratch = try! Scratch()

  @Test func aFileIsReadAsARunWouldReadIt() throws {
    try scratch.file(
      "rows.csv", "a,b,c\n" + (0..<60).map { "\($0),\($0 % 7),\($0 % 2 == 0 ? "x" : "y")\n" }.joined())
    let preview = DataPreviews.preview(of: "\(scratch.path)/rows.csv")
    guard case .read(let report) = preview.content else {
      Issue.record("\(preview)")
      return
    }
    #expect(report.rows == 60 && report.target.name == "c" && report.target.classes?.count == 2)
    #expect(preview.configuration?.data.path == preview.path)
  }

  @Test func anExperimentSaysWhatItTrainsOn() throws {
    try scratch.file("mine.toml", "[data]\ntask = \"spiral\"\n[training]\nepochs = 7\n")
    let preview = DataPreviews.preview(of: "\(scratch.path)/mine.toml")
    #expect(preview.content == .absent("An experiment: 7 epochs of spiral with mlp."))
    #expect(preview.configuration?.training.epochs == 7)
  }

  @Test func whatCannotBeReadSaysWhy() throws {
    try scratch.file("broken.toml", "[data\n")
    try scratch.file("empty.csv", "")
    for name in ["broken.toml", "empty.csv", "none.csv"] {
      let preview = DataPreviews.preview(of: "\(scratch.path)/\(name)")
      guard case .absent(let sentence) = preview.content else {
        Issue.record("\(preview)")
        continue
      }
      #expect(sentence.contains(name) && preview.configuration == nil, "\(sentence)")
    }
  }

  /// While one is read, only the last of those that are asked for waits.
  @Test func theLastOneAskedForIsRead() async throws {
    try scratch.file("a.toml", "[data]\ntask = \"spiral\"\n")
    let (news, arrived) = AsyncStream<Void>.makeStream()
    let previews = DataPreviews { arrived.yield() }
    let last = "\(scratch.path)/a.toml"
    for name in ["none-1.toml", "none-2.toml"] { previews.want("\(scratch.path)/\(name)") }
    previews.want(last)
    for await _ in news where previews.take()?.path == last { break }
  }
}
