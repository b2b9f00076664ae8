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
}
