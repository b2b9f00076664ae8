import Canvas
import Dashboard
import Foundation
import Testing

/// Whole screens as text. After a wanted change, run
///
///     AWN_RENEW_GOLDEN=1 swift test --filter GoldenTests
///
/// (`make renew-golden` does) and read the difference in `Tests/DashboardTests/Golden` before committing it.
@Suite struct GoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Golden")
  private static let isRenewing = ProcessInfo.processInfo.environment["AWN_RENEW_GOLDEN"] == "1"

  @Test(arguments: Sheet.all.map(\.name))
  func screens(name: String) throws {
    let text = try #require(Sheet.all.first { $0.name == name }).text
    let file = Self.folder.appending(path: "\(name).txt")
    if Self.isRenewing { try text.write(to: file, atomically: true, encoding: .utf8) }
    let golden = try String(contentsOf: file, encoding: .utf8)
    for (line, pair) in zip(lines(text), lines(golden)).enumerated() where pair.0 != pair.1 {
      Issue.record("line \(line + 1)\n  is        \(pair.0)\n  should be \(pair.1)")
    }
    #expect(lines(text).count == lines(golden).count)
  }

  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  @Test func noFileIsLeftOver() throws {
    let names = Set(Sheet.all.map { "\($0.name).txt" })
    #expect(names.count == Sheet.all.count, "two sheets of one name")
    // A renewal that goes on beside this has files of its own there.
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
      .filter { $0.hasSuffix(".txt") }
    if Self.isRenewing {
      for file in Set(files).subtracting(names) {
        try FileManager.default.removeItem(at: Self.folder.appending(path: file))
      }
    } else {
      #expect(Set(files) == names)
    }
  }

  @Test(arguments: Sheet.all.map(\.name), [true, false])
  func everyScreenCanBeSpelledInASCII(name: String, usesColor: Bool) throws {
    for state in try #require(Sheet.all.first { $0.name == name }).states {
      #expect(render(state.with(.ascii, usesColor: usesColor)).cells.allSatisfy { $0.scalar.isASCII })
    }
  }

  @Test(arguments: Theme.builtIn.map(\.name))
  func themesChangeStylesAndNoCharacters(name: String) throws {
    var state = Screens.regression(width: 120, height: 36)
    let text = render(state).text
    state.theme = try #require(Theme.named(name))
    #expect(render(state).text == text)
  }
}
