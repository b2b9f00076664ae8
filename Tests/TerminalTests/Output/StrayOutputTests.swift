import Terminal
import Testing

@Suite struct StrayOutputTests {
  @Test func linesAreCompleteHoweverTheyArrive() {
    let text = Array("one\ntwö\n\nthree".utf8)
    for cut in 0...text.count {
      var output = StrayOutput()
      let lines = output.append(text[..<cut]) + output.append(text[cut...])
      #expect(lines == ["one", "twö"])
      #expect(output.unfinished == Array("three".utf8))
    }
  }

  @Test func linesWithoutEndAreCut() {
    var output = StrayOutput()
    let lines = output.append([UInt8](repeating: UInt8(ascii: "a"), count: 3 * StrayOutput.longestLine + 5))
    #expect(lines.map(\.utf8.count) == [1024, 1024, 1024])
    #expect(output.unfinished.count == 5)
  }

  @Test(arguments: [
    ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("10 %\r20 %\r30 %", "30 %"), ("done\r", "done"),
    ("a\tb\u{7}\u{9B}c", "a bc"),
    ("\u{1B}(Bx\u{1B}", "x"), ("\u{1B}]0;title\u{7}x", "x"),
  ]) func whatTerminalsObeyIsRemoved(line: String, shown: String) {
    #expect(StrayOutput.sanitized(Array(line.utf8)) == shown)
  }
}
