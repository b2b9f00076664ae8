import Canvas
import FoundationEssentials
import Testing

@Suite struct ThemeTests {
  @Test func builtInThemesAreComplete() {
    #expect(
      Theme.builtIn.map(\.name) == ["dark", "light", "high-contrast", "colour-blind", "monochrome", "dusk"])
    #expect(Theme.named("light")?.ground == .light)
    #expect(Theme.named("nonesuch") == nil)
  }

  @Test(arguments: Theme.builtIn, Theme.Role.allCases)
  func rolesAreReadable(theme: Theme, role: Theme.Role) {
    let decorations: Set<Theme.Role> = [.dim, .border, .barCut]
    let least = theme.name == "high-contrast" ? 7 : decorations.contains(role) ? 3 : 4.5
    expect(theme[role], on: theme.ground, least: least)
  }

  @Test(arguments: Theme.builtIn) func seriesAndClassesAreReadableAndDistinct(theme: Theme) {
    for style in theme.series + theme.classes { expect(style, on: theme.ground, least: 4.5) }
    guard theme.name != "monochrome" else { return }
    #expect(theme.series.count == 8 && theme.classes.count >= 8)
    #expect(Set(theme.series).count == theme.series.count)
    #expect(Set(theme.classes).count == theme.classes.count)
  }

  /// A theme with a background of its own is measured on that, others on the range of grounds they are for.
  private func expect(_ style: Style, on ground: Theme.Ground, least: Double) {
    let grounds = style.background == .terminal ? ground.backgrounds : [style.background]
    for background in grounds {
      guard let contrast = style.foreground.contrast(with: background) else { continue }
      #expect(contrast >= least, "\(style.foreground) on \(background)")
    }
  }

  @Test func monochromeHasNoColours() throws {
    let theme = try #require(Theme.named("monochrome"))
    for style in Theme.Role.allCases.map({ theme[$0] }) + theme.series + theme.classes {
      #expect(style.foreground == .terminal && style.background == .terminal)
    }
  }

  @Test func sixteenColoursAvoidBlackAndDarkBlue() {
    for theme in Theme.builtIn where theme.ground == .dark {
      for style in Theme.Role.allCases.map({ theme[$0] }) + theme.series where style.background == .terminal {
        let reduced = style.foreground.reduced(to: .ansi16)
        #expect(reduced != .palette(0) && reduced != .palette(4), "\(theme.name): \(style.foreground)")
      }
    }
  }

  @Test func aRoleLeftOutTakesARelatedOne() throws {
    let theme = try Theme(
      text: "text = \"#010203\"\naccent = \"bold #040506 on #070809\"", path: "some/mine.toml")
    #expect(theme.name == "mine" && theme.ground == .dark)
    #expect(theme[.dim] == Style(foreground: Color(hex: 0x010203)))
    let accent = Style(
      foreground: Color(hex: 0x040506), background: Color(hex: 0x070809), attributes: .bold)
    #expect(theme[.borderFocused] == accent && theme.series(3) == accent && theme.classes(0) == accent)
  }

  @Test func seriesStartAgainAfterTheLast() throws {
    let theme = try Theme(text: "series = [\"#000001\", \"dim\"]", path: "t")
    #expect(theme.series(3) == Style(attributes: .dim))
  }

  @Test(arguments: [
    (
      "# mine\ntext = \"#ffffff\"\nborder_focussed = \"dim\"", 3,
      ThemeError.Reason.unknownKey("border_focussed", nearest: "border_focused")
    ),
    ("zebra = \"dim\"", 1, .unknownKey("zebra", nearest: nil)),
    ("text = \"#ffff\"", 1, .notAStyle(key: "text", value: "#ffff")),
    ("text = \"shiny #ffffff\"", 1, .notAStyle(key: "text", value: "shiny #ffffff")),
    ("text = \"#ffffff on\"", 1, .notAStyle(key: "text", value: "#ffffff on")),
    ("text = \"\"", 1, .notAStyle(key: "text", value: "")),
    ("\n\ntext = 7", 3, .wrongType(key: "text", expected: "a string")),
    ("series = \"dim\"", 1, .wrongType(key: "series", expected: "a list of strings")),
    ("series = []", 1, .empty(key: "series")),
    ("classes = [\"dim\", \"#12345g\"]", 1, .notAStyle(key: "classes", value: "#12345g")),
    ("name = \" \"", 1, .empty(key: "name")),
    ("ground = \"grey\"", 1, .unknownGround("grey")),
    ("[text]\nbold = true", 1, .wrongType(key: "text", expected: "a string")),
  ])
  func brokenThemesAreRefused(text: String, line: Int, reason: ThemeError.Reason) {
    #expect(throws: ThemeError(path: "my.toml", line: line, reason: reason)) {
      try Theme(text: text, path: "my.toml")
    }
  }

  @Test func badSyntaxIsFoundInItsLine() throws {
    let error = try #require(throws: ThemeError.self) {
      try Theme(text: "# fine\ntext = \"#ffffff\"\nbad\n", path: "my.toml")
    }
    #expect(error.line == 3)
    #expect(error.description == "my.toml:3: this is not TOML: expected '=', saw '\\n'; correct that line.")
  }

  @Test func errorsSayWhatToDo() {
    let error = ThemeError(path: "a.toml", line: 3, reason: .unknownKey("tiitle", nearest: "title"))
    #expect(error.description == "a.toml:3: there is no role “tiitle”; did you mean “title”?")
  }

  @Test func filesAreRead() throws {
    let path = FileManager.default.temporaryDirectory.path + "/canvas-\(UUID().uuidString).toml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data("name = \"mine\"\nground = \"light\"".utf8).write(to: URL(filePath: path))
    #expect(try Theme(contentsOf: path).name == "mine")
    try Data([0xFF, 0xFE, 0x80]).write(to: URL(filePath: path))
    #expect(throws: ThemeError(path: path, reason: .unreadable)) { try Theme(contentsOf: path) }
    #expect(throws: ThemeError(path: "/nonesuch", reason: .notThere)) { try Theme(contentsOf: "/nonesuch") }
    #expect(throws: ThemeError(path: "/", reason: .notAFile)) { try Theme(contentsOf: "/") }
  }
}
