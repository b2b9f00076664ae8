import Foundation
import Testing

extension EndToEnd {
  /// The user's own themes, from the command line and in a running dashboard.
  @Suite struct ThemeCommandTests {
    private let scratch: Scratch
    private var folder: String { "\(scratch.path)/awn-tui/themes" }

    init() throws {
      scratch = try Scratch()
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func run(_ arguments: String..., variables: [String: String]) async throws -> Ended {
      let environment = Program.environment.merging(variables) { $1 }
      return try await Program.run(arguments, in: scratch, environment: environment)
    }

    @Test func ownThemesAreListedWithTheirFiles() async throws {
      try scratch.file("awn-tui/themes/mine.toml", "ground = \"light\"\n")
      try scratch.file("awn-tui/themes/bad.toml", "text = 1\n")
      let ended = try await run("themes", variables: ["XDG_CONFIG_HOME": scratch.path])
      #expect(ended.status == 0)
      #expect(ended.output.split(separator: "\n").last == "mine           light  \(folder)/mine.toml")
      #expect(ended.errors.hasPrefix("awn-tui: \(folder)/bad.toml:1: "))
    }

    /// The folder of the user's settings is ~/.config; a relative XDG_CONFIG_HOME does not count.
    @Test func theFolderFollowsTheEnvironment() async throws {
      let home = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(home.path)/.config/awn-tui/themes", withIntermediateDirectories: true)
      try home.file(".config/awn-tui/themes/homely.toml", "")
      try scratch.file("awn-tui/themes/elsewhere.toml", "")
      for (variables, name) in [
        (["HOME": home.path], "homely"), (["HOME": home.path, "XDG_CONFIG_HOME": "."], "homely"),
        (["HOME": home.path, "XDG_CONFIG_HOME": ""], "homely"),
        (["HOME": home.path, "XDG_CONFIG_HOME": scratch.path], "elsewhere"),
      ] {
        let output = try await run("themes", variables: variables).output
        #expect(output.contains(name) && !output.contains(name == "homely" ? "elsewhere" : "homely"))
      }
    }

    @Test func aBrokenOwnThemeIsRefusedByName() async throws {
      try scratch.file("awn-tui/themes/mine.toml", "# mine\ntext = 1\n")
      let ended = try await run(
        "launch", "spiral", "--no-output", "--theme", "mine", variables: ["XDG_CONFIG_HOME": scratch.path])
      #expect(ended.status == 3)
      #expect(ended.errors.hasPrefix("awn-tui: \(folder)/mine.toml:2: "), "\(ended.errors)")
    }

    private func launch(_ arguments: String) async throws -> Tmux {
      let terminal = try await Tmux(
        width: 120, height: 36, environment: ["XDG_CONFIG_HOME": scratch.path, "COLORTERM": "truecolor"])
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("$AWN launch spiral --pace 20 --no-output \(arguments)")
      try await terminal.screen(showing: "moves the cut")
      return terminal
    }

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
    func aBrokenThemeThatNobodyAskedForIsALineInTheLog() async throws {
      try scratch.file("awn-tui/themes/bad.toml", "text = 1\n")
      let terminal = try await launch("")
      try await terminal.press("o")
      try await terminal.screen(showing: "bad.toml:1: ")
    }

    /// tmux speaks of colors in its own way, but it keeps those that were asked for.
    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
    func aSavedThemeIsSeenAtOnceAndABrokenOneLeavesTheOldInPlace() async throws {
      try scratch.file("awn-tui/themes/mine.toml", "key = \"#010203\"\n")
      let terminal = try await launch("--theme mine")
      #expect(try await terminal.screen(styled: true).contains("38;2;1;2;3"))
      try scratch.file("awn-tui/themes/mine.toml", "key = \"#040506\"\n")
      try await terminal.screen("new color", styled: true) { $0.contains("38;2;4;5;6") }
      try scratch.file("awn-tui/themes/mine.toml", "# no\nkey = \"#0405\"\n")
      try await terminal.screen(showing: "mine.toml:2: ")
      #expect(try await terminal.screen(styled: true).contains("38;2;4;5;6"))
    }
  }
}
