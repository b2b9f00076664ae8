import Foundation
import RunFolders
import Testing

@Suite struct LineFileTests {
  @Test func linesBeyondTheLimitAreCounted() throws {
    let scratch = try Scratch()
    let path = "\(scratch.path)/lines"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    var file = LineFile(path, limit: 10)
    for line in ["one\n", "two\n", "three\n", "4\n", "five\n"] {
      #expect(file.append(Data(line.utf8)) == EISDIR)
    }
    #expect(file.lostLines == 2)
    try FileManager.default.removeItem(atPath: path)
    #expect(file.write() == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "one\ntwo\n4\n")
    #expect(file.append(Data("six\n".utf8)) == 0 && file.lostLines == 2)
  }

  /// Whoever wrote it may have been ended in the middle of a number.
  @Test func aLineWithoutItsEndIsNone() throws {
    let scratch = try Scratch()
    let (whole, rest) = (
      #"{"epoch":0,"kind":{"started":{}},"step":0}"#, #"{"epoch":1,"kind":{"paused":{}},"step":10}"#
    )
    let text = whole + "\n\nodd\n" + rest
    let (lines, hasRest) = LineFile.lines(of: Data(text.utf8))
    #expect(lines == [Data(whole.utf8), Data(), Data("odd".utf8)] && hasRest)
    try text.write(toFile: "\(scratch.path)/events.jsonl", atomically: true, encoding: .utf8)
    #expect(RunFolder.events(in: scratch.path).map(\.kind) == [.started])
    #expect(RunFolder.events(in: scratch.path, upTo: whole.utf8.count).isEmpty)
    try (text + "\n").write(toFile: "\(scratch.path)/events.jsonl", atomically: true, encoding: .utf8)
    #expect(RunFolder.events(in: scratch.path).map(\.kind) == [.started, .paused])
  }
}
