import Dashboard
import Foundation
import Testing

/// What is generated from the table of commands into other files. After a change to the table, `make renew-golden`
/// (or AWN_RENEW_GOLDEN=1, as for the screens) writes it anew.
@Suite struct ReferenceGoldenTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let isRenewing = ProcessInfo.processInfo.environment["AWN_RENEW_GOLDEN"] == "1"

  @Test(arguments: [
    ("README.md", "<!-- The keys, written by make renew-golden. -->\n", "<!-- The end of the keys. -->"),
    ("examples/config.toml", "# Below are all commands with their standard keys.\n", nil),
  ])
  func isWhatTheTableSays(path: String, start: String, end: String?) throws {
    let file = Self.root.appending(path: path)
    var text = try String(contentsOf: file, encoding: .utf8)
    let after = try #require(text.range(of: start)).upperBound
    let before = try end.map { try #require(text.range(of: $0)).lowerBound } ?? text.endIndex
    let generated = end == nil ? KeyReference.settings : KeyReference.markdown
    if Self.isRenewing {
      text.replaceSubrange(after..<before, with: generated)
      try text.write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(text[after..<before] == generated, "\(path) is out of date: make renew-golden")
    }
  }

  @Test func namesEveryCommandAndKey() {
    for way in KeyBinding.all.flatMap(\.commands) {
      #expect(KeyReference.settings.contains("\n# \(way.id) = "))
    }
    for binding in KeyBinding.all where binding.keyRange == nil {
      for way in binding.commands {
        #expect(KeyReference.markdown.contains("`\(way.id)`"))
        for key in way.keys { #expect(KeyReference.markdown.contains("`\(key.name)`")) }
      }
    }
    for command in ArgumentCommand.all {
      #expect(KeyReference.markdown.contains("`\(command.id) \(command.argument)`"))
    }
  }
}
