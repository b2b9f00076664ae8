import Foundation
import Testing

extension EndToEnd {
  /// The doctor in a pipe, in poor surroundings, and in a real terminal.
  @Suite struct DoctorCommandTests {
    private func doctor(_ changes: [String: String?]) async throws -> Ended {
      var environment = Program.environment
      for (name, value) in changes { environment[name] = value }
      return try await Program.run(["doctor"], in: try Scratch(), environment: environment)
    }

    private func line(_ name: String, in text: String) -> String? {
      text.split(separator: "\n").first { $0.hasPrefix("  \(name) ") }.map(String.init)
    }

    @Test(
      arguments: [
        ("nothing", ["TERM": nil, "LC_ALL": nil], "not set"),
        ("dumb", ["TERM": "dumb"], "cannot place the cursor"),
        ("unknown", ["TERM": "nonsense"], "nonsense, which terminfo does not know"),
        ("known", ["TERM": "xterm-256color"], "known to terminfo"),
      ] as [(String, [String: String?], String)])
    func itWorksWithoutATerminal(name: String, changes: [String: String?], words: String) async throws {
      let ended = try await doctor(changes)
      #expect(ended.status == 0 && ended.errors.isEmpty, "\(ended.errors)")
      #expect(line("TERM", in: ended.output)?.contains(words) == true, "\(ended.output)")
      #expect(line("standard output", in: ended.output)?.contains("note  no terminal") == true)
      for name in ["BLAS", "kernels", "cores", "memory", "folder", "themes"] {
        #expect(line(name, in: ended.output) != nil, "no \(name)")
      }
      #expect(!ended.output.contains("\u{1B}"))
    }

    @Test func theLocaleDecidesOnTheAlphabet() async throws {
      let ascii = try await doctor(["LC_ALL": "C"])
      #expect(ascii.output.allSatisfy { $0.isASCII })
      #expect(line("glyphs", in: ascii.output)?.contains("ASCII") == true)
      let missing = try await doctor(["LC_ALL": "xx_YY.UTF-8"])
      #expect(line("locale", in: missing.output)?.contains("not installed: C.UTF-8 stands in") == true)
      #expect(line("glyphs", in: missing.output)?.contains("braille") == true)
      let missingLatin = try await doctor(["LC_ALL": "xx_YY.ISO-8859-1"])
      #expect(line("locale", in: missingLatin.output)?.contains("not installed, so ASCII") == true)
      #expect(line("glyphs", in: missingLatin.output)?.contains("ASCII") == true)
      let unicode = try await doctor([:])
      #expect(line("glyphs", in: unicode.output)?.contains("braille") == true)
    }

    @Test func brokenThemesAreNamed() async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/awn-tui/themes", withIntermediateDirectories: true)
      try scratch.file("awn-tui/themes/mine.toml", "name = \"mine\"\n")
      try scratch.file("awn-tui/themes/bad.toml", "text = 1\n")
      let ended = try await doctor(["XDG_CONFIG_HOME": scratch.path])
      #expect(line("themes", in: ended.output)?.contains("1 of your own: mine") == true, "\(ended.output)")
      #expect(ended.output.contains("\(scratch.path)/awn-tui/themes/bad.toml:1: "))
    }

    @Test(
      arguments: [
        ("mouse = false\n[keys]\nundo = \"ctrl-u\"\n", "ok    config.toml is valid", nil),
        ("\nmouse = 3\n", "note  refused", "/config.toml:2: mouse must be true or false."),
        ("theme = \"nope\"\n", "note  refused", "/config.toml:1: there is no theme 'nope'"),
        ("theme = \"none.toml\"\n", "note  refused", "/none.toml: there is no such file"),
        ("[keys]\nundo = \"t\"\n", "note  refused", "/config.toml:2: “t” is the standard key of truncate"),
      ] as [(String, String, String?)])
    func settingsAreChecked(config: String, words: String, sentence: String?) async throws {
      let scratch = try Scratch()
      try FileManager.default.createDirectory(
        atPath: "\(scratch.path)/awn-tui", withIntermediateDirectories: true)
      try scratch.file("awn-tui/config.toml", config)
      let ended = try await doctor(["XDG_CONFIG_HOME": scratch.path])
      #expect(ended.status == 0 && ended.errors.isEmpty)
      #expect(line("settings", in: ended.output)?.contains(words) == true, "\(ended.output)")
      if let sentence { #expect(ended.output.contains(sentence), "\(ended.output)") }
    }

    @Test(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
    func aTerminalIsSeenAsItIs() async throws {
      let terminal = try await Tmux(
        width: 120, height: 36, environment: ["COLORTERM": "truecolor", "LANG": "C.UTF-8"])
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("$AWN doctor; echo status-$?")
      let screen = try await terminal.screen(showing: "status-0")
      #expect(line("size", in: screen)?.contains("ok    120 × 36") == true, "\(screen)")
      #expect(line("standard input", in: screen)?.contains("ok    a terminal") == true)
      #expect(line("TERM", in: screen)?.contains("ok    screen-256color") == true)
      #expect(line("colors", in: screen)?.contains("ok    truecolor") == true)
      #expect(line("multiplexer", in: screen)?.contains("tmux") == true)
      #expect(line("mouse", in: screen)?.contains("ok") == true)
    }
  }
}
