import Foundation
import Testing

extension EndToEnd {
  /// The whole program in a real terminal: keys go in, the screen is read.
  @Suite(.enabled(if: Tmux.isInstalled, "tmux is not installed: apt-get install tmux"))
  struct TerminalTests {
    /// "[67]" in the header: the width of the only layer.
    private func width(_ screen: String) -> Int? {
      screen.firstMatch(of: /→\[([\d,]+)\]→/).flatMap { Int($0.1.filter(\.isNumber)) }
    }

    private func launch(
      _ arguments: String = "spiral --pace 50 --epochs 100000", width: Int = 80, height: Int = 24,
      environment: [String: String] = [:]
    ) async throws -> Tmux {
      let terminal = try await Tmux(width: width, height: height, environment: environment)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "stty -g >before; $AWN launch \(arguments) --no-output; echo $? >status; stty -g >after; "
          + "echo left-$((1 + 1))"
      )
      return terminal
    }

    /// The terminal is whole again, and the shell goes on.
    private func expectShell(_ terminal: Tmux, status: String) async throws {
      try await terminal.screen(showing: "left-2")
      #expect(try terminal.scratch.text("status") == status + "\n")
      let modes = try terminal.scratch.text("before")
      #expect(try terminal.scratch.text("after") == modes && !modes.isEmpty)
      try await terminal.enter("echo alive-$((6 * 7))")
      let screen = try await terminal.screen(showing: "alive-42")
      #expect(!screen.contains("layer 1"))
    }

    @Test func widthFallsAndACutIsMadeAndUndoneWhileItTrains() async throws {
      let terminal = try await launch(
        "spiral --pace 50 --epochs 100000 --method paper", width: 120, height: 36)
      let first = try #require(width(try await terminal.screen("width") { width($0) != nil }))
      var most = first
      try await terminal.screen("falling width") {
        guard let now = width($0) else { return false }
        most = max(most, now)
        // It ends at 43 to 45: a cut by a seventh is below that, so that no fall of the width overtakes it.
        return now < most - 5 && now < 50
      }
      try await terminal.press("S-Left", "S-Left", "S-Left", "t")
      let question = try await terminal.screen(showing: "enter truncates layer 1")
      let kept = try #require(question.firstMatch(of: /keep ([\d,]+) of/)?.1)
      try await terminal.press("Enter")
      let cut = try await terminal.screen(showing: "cut layer 1: ")
      #expect(cut.contains("→ \(kept) neurons"))
      #expect(cut.contains("→\(kept)"), "no marker")
      try await terminal.press("u")
      try await terminal.screen(showing: "undone: back at step")
      try await terminal.press("q")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await expectShell(terminal, status: "0")
    }

    @Test func aPausedNetworkIsCutAndComesBackExactly() async throws {
      let terminal = try await launch()
      try await terminal.screen(showing: "keep all")
      try await terminal.press("Space")
      try await terminal.screen(showing: "· paused")
      try await terminal.press("Left", "Left", "Left")
      // That it is paused may be told a frame before the width it was paused at.
      let before = try #require(
        width(
          try await terminal.screen("three neurons fewer kept") { screen in
            width(screen).map { screen.contains("keep \($0 - 3) of \($0)") } ?? false
          }))
      try await terminal.press("t")
      try await terminal.screen(showing: "enter truncates")
      try await terminal.press("Enter")
      try await terminal.screen("[\(before - 3)]") { width($0) == before - 3 }
      try await terminal.press("u")
      try await terminal.screen("[\(before)]") { width($0) == before }
      // A control character is a key like any other; the question is answered with no.
      try await terminal.press("C-c")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("n")
      try await terminal.screen(showing: "canceled")
      try await terminal.press("q")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await expectShell(terminal, status: "0")
    }

    @Test func theMouseMovesTheCutAndIsGivenBack() async throws {
      let terminal = try await launch("spiral --pace 50 --epochs 100000", width: 120, height: 36)
      try await terminal.screen("a price with its age") {
        $0.contains(/trade-off, layer 1 .* at step [0-9]/)
      }
      #expect(try await terminal.mouseModes() == "1 1")
      try await terminal.press("Space")
      try await terminal.screen(showing: "· paused")
      try await terminal.mouse("0;100;28M", "32;98;28M", "0;98;28m")
      try await terminal.screen("focus and cut") {
        $0.contains("┤trade-off, layer 1├") && $0.contains("cut at ")
      }
      try await terminal.press("M")
      try await terminal.screen(showing: "mouse: left to the terminal")
      #expect(try await terminal.mouseModes() == "0 0")
      try await terminal.press("M")
      try await terminal.screen(showing: "shift-drag selects text")
      #expect(try await terminal.mouseModes() == "1 1")
      try await terminal.press("q")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await expectShell(terminal, status: "0")
      #expect(try await terminal.mouseModes() == "0 0")
    }

    @Test(arguments: [("--no-mouse", ""), ("", "mouse = false\n"), ("--no-mouse", "mouse = true\n")])
    func withoutTheMouseItIsLeftAlone(flag: String, settings: String) async throws {
      let terminal = try await Tmux(width: 80, height: 24)
      try FileManager.default.createDirectory(
        atPath: "\(terminal.scratch.path)/awn-tui", withIntermediateDirectories: true)
      try terminal.scratch.file("awn-tui/config.toml", settings)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("XDG_CONFIG_HOME=$PWD $AWN launch spiral --pace 50 --no-output \(flag)")
      try await terminal.screen(showing: "keep all")
      #expect(try await terminal.mouseModes() == "0 0")
      try await terminal.press("M")
      try await terminal.screen(showing: "shift-drag selects text")
      #expect(try await terminal.mouseModes() == "1 1")
    }

    @Test func aCommandIsTypedWithAKeyOfOnesOwn() async throws {
      let terminal = try await Tmux(width: 80, height: 24)
      try FileManager.default.createDirectory(
        atPath: "\(terminal.scratch.path)/awn-tui", withIntermediateDirectories: true)
      try terminal.scratch.file("awn-tui/config.toml", "[keys]\npalette = \"ctrl-p\"\nhelp = \"f1\"\n")
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "XDG_CONFIG_HOME=$PWD $AWN launch spiral --pace 50 --no-output; echo left-$((1 + 1))")
      try await terminal.screen(showing: "keep all")
      try await terminal.screen(showing: "ctrl-p command  f1 help")
      try await terminal.press("Space")
      try await terminal.screen(showing: "· paused")
      try await terminal.press("C-p")
      try await terminal.screen(showing: "commands")
      for key in ["t", "r", "u", "n", "c", "Space", "4", "0"] { try await terminal.press(key) }
      try await terminal.screen(showing: ": trunc 40_")
      try await terminal.press("Enter")
      try await terminal.screen(showing: "enter truncates layer 1")
      try await terminal.press("Enter")
      try await terminal.screen("[40]") { width($0) == 40 }
      try await terminal.press("C-c")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await terminal.screen(showing: "left-2")
    }

    @Test func resizingReflowsWhileItTrains() async throws {
      let terminal = try await launch(width: 120, height: 36)
      try await terminal.screen("all panes") { $0.contains("rate λ") && $0.contains("neurons, layer 1") }
      for (width, height, sign) in [
        (80, 24, "tab: others"), (60, 18, "loss · 1 of 6"), (40, 10, "loss · 1 of 6"),
        (20, 5, "is too small"),
        (200, 60, "neurons, layer 1"), (120, 36, "neurons, layer 1"),
      ] {
        try await terminal.resize(width, height)
        let screen = try await terminal.screen("\(width)×\(height) with \(sign)") { $0.contains(sign) }
        #expect(screen.split(separator: "\n").allSatisfy { $0.count <= width })
      }
      // Typed together, the answer would not count.
      try await terminal.press("q")
      try await terminal.screen(showing: "enter quits")
      try await terminal.press("Enter")
      try await expectShell(terminal, status: "0")
    }

    @Test func noColorMeansNoColor() async throws {
      for (variable, hasColor) in [("", true), ("1", false)] {
        let terminal = try await launch(environment: ["NO_COLOR": variable])
        try await terminal.screen(showing: "tab: others")
        let styled = try await terminal.screen(styled: true)
        #expect(styled.contains(/\u{1B}\[[\d;]*[34]8;[25]|\u{1B}\[[\d;]*\b[349][0-7]m/) == hasColor)
      }
    }

    @Test func theCLocaleGetsASCII() async throws {
      let terminal = try await launch(width: 120, height: 36, environment: ["LC_ALL": "C"])
      let screen = try await terminal.screen("panes") { $0.contains("keep all") && $0.contains("100 %") }
      #expect(screen.filter { !$0.isASCII }.isEmpty)
      #expect(!screen.contains("?") || screen.contains("? help"))
      try await terminal.press("o")
      try await terminal.screen(showing: "the locale is not UTF-8")
    }

    /// One that this machine does not have is said to be missing, whatever stands in for it.
    @Test(arguments: [
      ("xx_XX.UTF-8", "xx_XX.UTF-8 is not installed: C.UTF-8 stands in for it", true),
      ("xx_XX", "drawn in ASCII: the locale xx_XX is not installed; export LC_ALL=C.UTF-8", false),
    ])
    func aMissingLocaleIsNoted(name: String, note: String, isUnicode: Bool) async throws {
      let terminal = try await launch(width: 120, height: 36, environment: ["LC_ALL": name])
      let screen = try await terminal.screen("panes") { $0.contains("keep all") && $0.contains("100 %") }
      #expect(screen.contains { !$0.isASCII } == isUnicode)
      try await terminal.press("o")
      try await terminal.screen(showing: note)
    }

    @Test(arguments: [
      ("dumb", "cannot show"), ("nonsense", "is unknown"), ("xterm-unheard-of", "is unknown"),
      ("", "TERM is not set"),
    ])
    func unsuitableTerminalsAreToldAbout(type: String, words: String) async throws {
      let terminal = try await Tmux(width: 120, height: 24)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter("TERM=\(type) $AWN launch spiral --no-output; echo status-$?")
      let screen = try await terminal.screen(showing: "status-1")
      #expect(screen.contains(words))
      // A line may break anywhere.
      #expect(screen.filter { !$0.isNewline }.contains("export TERM=xterm-256color"))
      #expect(screen.contains("awn-tui train"))
    }

    @Test func badDataAreToldAfterTheScreenIsGivenBack() async throws {
      let terminal = try await launch("--data none.csv")
      let screen = try await terminal.screen(showing: "left-2")
      #expect(screen.contains("awn-tui: none.csv: no such file"))
      try await expectShell(terminal, status: "3")
    }

    @Test func aSignalEndsTheRunAndGivesTheScreenBack() async throws {
      let terminal = try await launch("spiral --theme light")
      try await terminal.screen(showing: "keep all")
      // The program is the shell's only child.
      let ended = try await Program.run(
        ["-c", "kill -TERM $(cat /proc/$(tmux -S socket display -p '#{pane_pid}')/task/*/children)"],
        of: "/bin/sh", in: terminal.scratch)
      #expect(ended.status == 0, "\(ended.errors)")
      try await expectShell(terminal, status: "130")
    }

    /// The window is closed: a run that is kept nowhere has nobody to go on for.
    @Test func aVanishedTerminalEndsTheProgram() async throws {
      let terminal = try await Tmux(width: 80, height: 24)
      try await terminal.screen(showing: "shell$")
      try await terminal.enter(
        "trap '' HUP; sh -c '$AWN launch spiral --no-output; echo $? >status.new; mv status.new status'")
      try await terminal.screen(showing: "keep all")
      terminal.close()
      try await eventually(in: terminal.scratch) {
        FileManager.default.fileExists(atPath: "\(terminal.scratch.path)/status")
      }
      #expect(try terminal.scratch.text("status") == "130\n")
    }
  }
}
