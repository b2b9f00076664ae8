import Foundation
import Terminal
import Testing
import UserInterface
import awn_tui

/// What the doctor says about facts.
@Suite struct DoctorTests {
  /// A terminal and a machine of which nothing could be better.
  private static func healthy() -> DoctorFacts {
    var facts = DoctorFacts()
    facts.version = "awn-tui 1.2.3"
    facts.environment = [
      "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "HOME": "/home/me",
    ]
    facts.terminal.isInputTerminal = true
    facts.terminal.isOutputTerminal = true
    (facts.terminal.width, facts.terminal.height) = (120, 36)
    facts.terminal.typeStatus = .usable
    facts.terminal.colors = 256
    facts.terminal.reportsMouse = true
    facts.terminal.localeVariable = "LANG"
    facts.terminal.isUTF8 = true
    facts.machine.vectors = "x86-64-v3 (AVX2)"
    facts.machine.bestVectors = "x86-64-v3 (AVX2)"
    facts.machine.missingFeatures = "AVX-512F"
    (facts.machine.cores, facts.machine.usableCores) = (4, 4)
    (facts.machine.memory, facts.machine.availableMemory) = (8_000_000_000, 6_000_000_000)
    facts.files.folder = "/home/me/.config/awn-tui"
    facts.files.builtInThemes = 6
    return facts
  }

  @Test func aGoodTerminalHasNoNotes() {
    #expect(
      DoctorReport(Self.healthy()).text == """
        awn-tui 1.2.3

        terminal
          standard input   ok    a terminal
          standard output  ok    a terminal
          TERM             ok    xterm-256color, known to terminfo
          size             ok    120 × 36, room for all panes
          colors           ok    truecolor: COLORTERM=truecolor
          locale           ok    LANG=C.UTF-8, UTF-8
          glyphs           ok    braille
          mouse            ok    reported, as terminfo has it
          multiplexer      ok    none

        machine
          BLAS             ok    none: own kernels compute all matrix products, one thread each; minibatches are divided
          kernels          ok    x86-64-v3 (AVX2), the widest that this processor has
          cores            ok    4
          memory           ok    8.0 GB, 6.0 GB available

        your files
          folder           ok    /home/me/.config/awn-tui, without config.toml
          themes           ok    6 built in, none of your own

        Nothing could be better.

        """)
  }

  struct Case: CustomTestStringConvertible {
    var name: String
    /// In what is found, and in what to do; `nil`: nothing is to be done.
    var what: String
    var advice: String?
    var change: @Sendable (inout DoctorFacts) -> Void
    var testDescription: String { "\(name): \(what)" }

    init(
      _ name: String, _ what: String, _ advice: String?,
      _ change: @escaping @Sendable (inout DoctorFacts) -> Void
    ) {
      (self.name, self.what, self.advice, self.change) = (name, what, advice, change)
    }
  }

  static let terminals = [
    Case("standard input", "no terminal", "awn-tui train") { $0.terminal.isInputTerminal = false },
    Case("standard output", "no terminal", "awn-tui train") { $0.terminal.isOutputTerminal = false },
    Case("TERM", "not set", "export TERM=xterm-256color") { $0.terminal.typeStatus = .notSet },
    Case("TERM", "cannot place the cursor", "awn-tui train") { $0.terminal.typeStatus = .unsuitable },
    Case("TERM", "does not know", "apt-get install ncurses-term") { $0.terminal.typeStatus = .unknown },
    Case("TERM", "no terminfo database", "apt-get install ncurses-base") {
      $0.terminal.typeStatus = .noDatabase
    },
    Case("TERM", "this is tmux", "tmux-256color") { $0.environment["TMUX"] = "/tmp/tmux-0/default,1,0" },
    Case("TERM", "tmux-256color, known", nil) {
      $0.environment["TMUX"] = "x"
      $0.environment["TERM"] = "tmux-256color"
    },
    Case("size", "80 × 24, room for three panes", "110 × 32") {
      ($0.terminal.width, $0.terminal.height) = (80, 24)
    },
    Case("size", "room for one pane", "110 × 32") { ($0.terminal.width, $0.terminal.height) = (60, 18) },
    Case("size", "too small", "110 × 32") { ($0.terminal.width, $0.terminal.height) = (30, 8) },
    Case("size", "unknown", "in the terminal") { $0.terminal.width = nil },
    Case("mouse", "not reported", "use the keys") { $0.terminal.reportsMouse = false },
    Case("mouse", "unknown", "TERM") { $0.terminal.typeStatus = .unknown },
    Case("multiplexer", "tmux", nil) { $0.environment["TMUX"] = "x" },
    Case("multiplexer", "screen", nil) { $0.environment["STY"] = "1.tty" },
  ]

  static let looks = [
    Case("colors", "256: COLORTERM is not truecolor, and terminfo states 256", "export COLORTERM=truecolor") {
      $0.environment["COLORTERM"] = nil
    },
    Case("colors", "256", "terminal-features") {
      $0.environment["COLORTERM"] = nil
      $0.environment["TMUX"] = "x"
    },
    Case("colors", "16", "export COLORTERM=truecolor") {
      $0.environment["COLORTERM"] = nil
      $0.terminal.colors = 8
    },
    Case("colors", "none: COLORTERM is not truecolor, and terminfo states none", "export COLORTERM") {
      $0.environment["COLORTERM"] = nil
      $0.terminal.colors = -1
    },
    Case("colors", "truecolor: terminfo states 16777216", nil) {
      $0.environment["COLORTERM"] = nil
      $0.terminal.colors = 1 << 24
    },
    Case("colors", "none: NO_COLOR is set", "unset NO_COLOR") { $0.environment["NO_COLOR"] = "1" },
    Case("colors", "truecolor", nil) { $0.environment["NO_COLOR"] = "" },
    Case("locale", "none set", "export LANG=C.UTF-8") {
      $0.terminal.localeVariable = nil
      $0.terminal.isUTF8 = false
    },
    Case("locale", "de_DE.UTF-8, which is not installed", "locale-gen de_DE.UTF-8, or export LC_ALL=C.UTF-8")
    {
      $0.environment["LC_ALL"] = "de_DE.UTF-8"
      $0.terminal.localeVariable = "LC_ALL"
      $0.terminal.isLocaleInstalled = false
      $0.terminal.isUTF8 = false
    },
    Case("locale", "de_DE.UTF-8, which is not installed: C.UTF-8 stands in", nil) {
      $0.environment["LC_ALL"] = "de_DE.UTF-8"
      $0.terminal.localeVariable = "LC_ALL"
      $0.terminal.isLocaleInstalled = false
      $0.terminal.isUTF8 = true
    },
    Case("locale", "LANG=C, not UTF-8", "export LANG=C.UTF-8") {
      $0.environment["LANG"] = "C"
      $0.terminal.isUTF8 = false
    },
    Case("glyphs", "ASCII", "UTF-8 locale") { $0.terminal.isUTF8 = false },
    Case("glyphs", "blocks", "terminal in a window") { $0.environment["TERM"] = "linux" },
  ]

  static let machines = [
    Case("BLAS", "OPENBLAS_CORETYPE=Prescott changes nothing", "unset OPENBLAS_CORETYPE") {
      $0.environment["OPENBLAS_CORETYPE"] = "Prescott"
    },
    Case("kernels", "SSE2), the widest", "lacks AVX2, MOVBE; a virtual machine") {
      $0.machine.vectors = "x86-64 (SSE2)"
      $0.machine.bestVectors = "x86-64 (SSE2)"
      $0.machine.missingFeatures = "AVX2, MOVBE"
    },
    Case("kernels", "with AVX, the widest", "lacks AVX2") {
      $0.machine.vectors = "x86-64 with AVX"
      $0.machine.bestVectors = "x86-64 with AVX"
      $0.machine.missingFeatures = "AVX2"
    },
    Case("kernels", "SSE2), but this processor has x86-64-v4 (AVX-512)", "without AWN_KERNEL_LEVEL") {
      $0.machine.vectors = "x86-64 (SSE2)"
      $0.machine.bestVectors = "x86-64-v4 (AVX-512)"
    },
    Case("kernels", "x86-64-v4 (AVX-512), the widest", nil) {
      $0.machine.vectors = "x86-64-v4 (AVX-512)"
      $0.machine.bestVectors = "x86-64-v4 (AVX-512)"
    },
    Case("cores", "2 of 4", "taskset") { $0.machine.usableCores = 2 },
    Case("cores", "the time of 1.5", "--threads 1") { $0.machine.coreQuota = 1.5 },
    Case("cores", "4", nil) { $0.machine.coreQuota = 8 },
    Case("memory", "0.4 GB available", "end other programs") { $0.machine.availableMemory = 400_000_000 },
    Case("memory", "unknown", "/proc") { $0.machine.memory = 0 },
    Case("folder", "none", "set HOME") { $0.files.folder = nil },
    Case("folder", "/home/me/.config/awn-tui", "XDG_CONFIG_HOME=there is ignored") {
      $0.environment["XDG_CONFIG_HOME"] = "there"
    },
    Case("folder", "with config.toml", nil) { $0.files.hasConfig = true },
    Case("settings", "config.toml is valid", nil) { $0.files.hasConfig = true },
    Case("settings", "refused", "config.toml:3: mouse must be true or false.") {
      $0.files.hasConfig = true
      $0.files.configProblem = "config.toml:3: mouse must be true or false."
    },
    Case("themes", "2 of your own: a, b", nil) { $0.files.ownThemes = ["a", "b"] },
    Case("theme", "not usable", "mine.toml:3: no") { $0.files.problems = ["mine.toml:3: no"] },
  ]

  @Test(arguments: terminals + looks + machines) func whatCouldBeBetterIsSaidWithARemedy(item: Case) throws {
    var facts = Self.healthy()
    item.change(&facts)
    let report = DoctorReport(facts)
    let finding = try #require(report.groups.flatMap(\.findings).first { $0.name == item.name })
    #expect(finding.what.contains(item.what), "\(finding)")
    if let advice = item.advice {
      #expect(finding.advice?.contains(advice) == true, "\(finding)")
      #expect(report.text.contains(/\d+ notes?\.\n$/))
    } else {
      #expect(finding.advice == nil, "\(finding)")
    }
  }

  /// The rows, their words and their advice stand in columns.
  @Test func rowsAreAligned() {
    var facts = Self.healthy()
    facts.environment["COLORTERM"] = nil
    let lines = DoctorReport(facts).text.split(separator: "\n")
    let row = lines.firstIndex { $0.contains("colors") }
    #expect(
      row.map { String(lines[$0]) }
        == "  colors           note  256: COLORTERM is not truecolor, and terminfo states 256")
    #expect(row.map { lines[$0 + 1].hasPrefix("                   →     if the terminal") } == true)
    #expect(lines.last == "1 note.")
  }

  @Test func otherLocalesGetASCIIAndNothingSteersTheTerminal() {
    var facts = Self.healthy()
    facts.terminal.isUTF8 = false
    facts.environment["TERM"] = "x\u{1B}[31m\u{7}y"
    facts.files.ownThemes = ["dämmerung\u{1B}c"]
    let text = DoctorReport(facts).text
    #expect(text.utf8.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || $0 == 0x0A) })
    #expect(text.contains("120 x 36"))
  }

  @Test func factsAreReadFromTheSystemsFiles() {
    typealias Machine = DoctorFacts.Machine
    #expect(Machine.entry("MemTotal", in: "MemTotal:        8050924 kB\nMemFree: 1 kB\n") == 8_050_924 * 1024)
    #expect(Machine.entry("MemAvailable", in: "") == 0)
    #expect(Machine.quota("150000 100000\n") == 1.5)
    #expect(Machine.quota("max 100000\n") == nil && Machine.quota("") == nil)
  }
}
