import Canvas
import Foundation
import Testing
import UserInterface
import awn_tui

/// The user's own themes beside the built-in ones.
@Suite struct ThemeCatalogueTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var catalogue: ThemeCatalogue { ThemeCatalogue(folder: scratch.path) }

  @Test func aFolderThatDoesNotExistLeavesTheBuiltInThemes() {
    for folder in [nil, "\(scratch.path)/none"] {
      let catalogue = ThemeCatalogue(folder: folder)
      #expect(catalogue.themes == Theme.builtIn)
      #expect(catalogue.problems.isEmpty && catalogue.names.isEmpty)
    }
  }

  @Test func filesJoinByTheirNames() throws {
    try scratch.file("b.toml", "ground = \"light\"\n")
    try scratch.file("a.toml", "name = \"Evening\"\n")
    for other in ["notes.txt", ".hidden.toml", "c.toml~"] { try scratch.file(other, "text = 3\n") }
    let own = catalogue.entries.dropFirst(Theme.builtIn.count)
    #expect(own.map(\.theme.name) == ["Evening", "b"])
    #expect(own.map(\.file) == ["\(scratch.path)/a.toml", "\(scratch.path)/b.toml"])
    #expect(try catalogue.theme(named: "b")?.ground == .light)
    #expect(try catalogue.theme(named: "a") == nil)
    #expect(catalogue.names == ["\(scratch.path)/a.toml": "Evening", "\(scratch.path)/b.toml": "b"])
    #expect(catalogue.problems.isEmpty)
  }

  /// A program that opened the pipe would wait for ever.
  @Test(.timeLimit(.minutes(15))) func onlyFilesAreRead() throws {
    try #require(mkfifo("\(scratch.path)/pipe.toml", 0o600) == 0)
    try #require(mkdir("\(scratch.path)/folder.toml", 0o700) == 0)
    #expect(catalogue.themes == Theme.builtIn && catalogue.problems.isEmpty)
  }

  @Test func aUsersThemeReplacesTheBuiltInOneOfItsName() throws {
    try scratch.file("light.toml", "text = \"#010203\"\nground = \"light\"\n")
    #expect(catalogue.themes.map(\.name) == Theme.builtIn.map(\.name))
    let light = try #require(try catalogue.theme(named: "light"))
    #expect(light[.text].foreground == Color(hex: 0x010203))
    #expect(catalogue.entries.first { $0.theme.name == "light" }?.file == "\(scratch.path)/light.toml")
  }

  @Test func brokenFilesAreRefusedByNameAndToldOtherwise() throws {
    try scratch.file("broken.toml", "# mine\ntext = \"shiny\"\n")
    try scratch.file("good.toml", "")
    let error = ThemeError(
      path: "\(scratch.path)/broken.toml", line: 2, reason: .notAStyle(key: "text", value: "shiny"))
    #expect(throws: error) { try catalogue.theme(named: "broken") }
    #expect(try catalogue.theme(named: "good") != nil)
    #expect(catalogue.problems == [error.description])
    #expect(!catalogue.themes.contains { $0.name == "broken" })
  }

  @Test func aSecondFileOfANameIsTold() throws {
    try scratch.file("a.toml", "name = \"mine\"\nground = \"light\"\n")
    try scratch.file("b.toml", "name = \"mine\"\n")
    #expect(try catalogue.theme(named: "mine")?.ground == .light)
    let problem = try #require(catalogue.problems.first)
    #expect(problem.hasPrefix("\(scratch.path)/b.toml: ") && problem.contains("\(scratch.path)/a.toml"))
    #expect(catalogue.problems.count == 1)
  }

  @Test func aThemeGivenByItsFileTakesThePlaceOfItsName() throws {
    try scratch.file("mine.toml", "")
    try scratch.file("other", "name = \"dark\"\ntext = \"#010203\"\n")
    var catalogue = catalogue
    let theme = try catalogue.read(file: "\(scratch.path)/other")
    #expect(try catalogue.theme(named: "dark") == theme)
    #expect(catalogue.themes.map(\.name) == Theme.builtIn.map(\.name) + ["mine"])
    #expect(catalogue.names["\(scratch.path)/other"] == "dark")
    // One that is known is not known twice.
    _ = try catalogue.read(
      file: "\(scratch.path)/../\(URL(filePath: scratch.path).lastPathComponent)/mine.toml")
    #expect(catalogue.names.count == 2)
    #expect(throws: ThemeError.self) { try catalogue.read(file: "\(scratch.path)/nonesuch") }
  }

  // MARK: The list

  @Test func theListIsPlainWithoutColours() throws {
    try scratch.file("mine.toml", "ground = \"light\"\nname = \"my\\u001bown\"\n")
    let text = ThemeList(catalogue, level: .none).text
    #expect(!text.contains("\u{1B}"))
    let lines = text.split(separator: "\n")
    #expect(lines.count == Theme.builtIn.count + 1)
    #expect(lines.first == "dark           dark   built in")
    #expect(lines.last == "my\\u{1B}own    light  \(scratch.path)/mine.toml")
  }

  @Test func theListShowsSamplesOnTheirGrounds() {
    let catalogue = ThemeCatalogue(folder: nil)
    let text = ThemeList(catalogue, level: .trueColor).text
    #expect(text.contains("\u{1B}[0;38;2;43;48;59;48;2;255;255;255mtext"), "light on its own ground")
    #expect(text.contains("\u{1B}[0;1;38;2;245;138;138;48;2;22;24;29mbad"))
    #expect(ThemeList(catalogue, level: .ansi256).text.contains("\u{1B}[0;1;38;5;210;48;5;234mbad"))
    #expect(ThemeList(catalogue, level: .ansi16).text.contains("\u{1B}[0;1;91;40mbad"))
    for line in text.split(separator: "\n") where line.contains("\u{1B}") {
      #expect(line.hasSuffix("\u{1B}[0m"))
    }
  }
}
