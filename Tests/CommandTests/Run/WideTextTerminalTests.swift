import Canvas
import Foundation
import Testing

extension EndToEnd {
  /// Characters of two columns, and marks of none, in a terminal that has an opinion of its own on their width.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct WideTextTerminalTests {
    @Test func wideClassNamesLeaveTheBordersWhereTheyAre() async throws {
      let terminal = try await Tmux(width: 120, height: 36)
      let names = ["狗", "猫", "鸟🐦", "e\u{301}lan", "plain"]
      let rows = (0..<200).map { row in
        let name = names[row % names.count]
        return "\(Double(row % names.count) + Double(row % 7) / 20),\(Double(row % 11) / 20),\(name)\n"
      }
      try terminal.scratch.file("animals.csv", "高,b,类\n" + rows.joined())
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("$AWN launch --data animals.csv --epochs 20 --no-output")
      let screen = try await terminal.screen("a legend") { $0.contains("■ 狗") && $0.contains("finished") }
      for name in names { #expect(screen.contains(name), "\(name) is not shown") }
      #expect(!screen.contains("▯"))
      let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for line in lines where "╭│╰".contains(line.first ?? " ") {
        #expect(Text.columns(line, glyphs: .braille) == 120, "\(line)")
        #expect("╮│╯".contains(line.last ?? " "), "\(line)")
      }
    }
  }
}
