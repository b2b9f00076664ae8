import Foundation
import Testing
import awn_bench

@Suite("Runs that a measurement keeps") struct RunBookTests {
  @Test func aHalfWrittenLastLineIsDropped() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "runs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    let whole =
      #"{"arguments":["train","--threads","1","--seed","1"],"#
      + #""metric":0.5,"metricName":"m","seconds":1,"width":9}"#
    try Data("\(whole)\n\(whole.prefix(40))".utf8).write(to: url)
    let book = try RunBook(url.path)
    #expect(book.booked(["train"], seed: 1)?.width == 9)
    #expect(book.booked(["train"], seed: 2) == nil)
    // What is appended begins a line.
    #expect(try String(contentsOf: url, encoding: .utf8) == whole + "\n")
  }

  @Test func aDamagedLineIsAnError() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "runs-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data("{\n".utf8).write(to: url)
    #expect(throws: (any Error).self) { try RunBook(url.path) }
  }
}
