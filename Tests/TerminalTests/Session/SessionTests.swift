import Foundation
import Glibc
import Canvas
import Terminal
import Testing

/// Programs in terminals of their own. One after another: they are slow, and wait for each other's processor.
@Suite(.serialized) struct SessionTests {
  private let enterScreen = "\u{1B}[?1049h"
  let leaveScreen = "\u{1B}[?1049l"

  func ready(
    width: UInt16 = 80, height: UInt16 = 24, arguments: [String] = [], environment: [String: String?] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(width: width, height: height)
    try terminal.start(arguments, environment: environment)
    let report = try terminal.nextReport()
    try #require(report.hasPrefix("ready \(width)x\(height) "))
    return terminal
  }

  @Test func entersDrawsAndLeavesWithoutATrace() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    try terminal.start()
    try terminal.expect("ready 80x24 ansi256 true")
    try terminal.waitForOutput("probe ⣿")
    #expect(terminal.modes != before)
    #expect(terminal.text.contains(enterScreen) && !terminal.text.contains(leaveScreen))
    terminal.type("q")
    try terminal.expect(#"key(Canvas.Key.character("q"))"#, "closed")
    #expect(try terminal.finish() == 0)
    #expect(terminal.modes == before)
    #expect(terminal.text.contains(leaveScreen))
    #expect(terminal.text.contains("\u{1B}[?2004l"))
    // Whatever of a frame was still under way: the screen is not left frozen.
    let parts = { (mode: String) in terminal.text.components(separatedBy: "\u{1B}[?2026\(mode)").count }
    #expect(parts("l") > parts("h"))
    let shown = terminal.text.ranges(of: "\u{1B}[?25h").last
    let hidden = terminal.text.ranges(of: "\u{1B}[?25l").last
    #expect(try #require(shown).lowerBound > #require(hidden).lowerBound)
  }

  @Test(arguments: [
    ("e", 3, ""), ("t", -SIGILL, "the probe traps"), ("s", -SIGSEGV, ""), ("a", -SIGABRT, ""),
  ]) func anyEndRestoresTheTerminal(key: String, status: Int32, message: String) throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    try terminal.start()
    _ = try terminal.nextReport()
    terminal.type(key)
    let ended = try terminal.finish()
    // A Swift trap is SIGILL on x86 and SIGTRAP on ARM.
    #expect(ended == status || (key == "t" && ended == -SIGTRAP))
    #expect(terminal.modes == before)
    let left = try #require(terminal.text.range(of: leaveScreen))
    #expect(message.isEmpty || terminal.text[left.upperBound...].contains(message))
  }

  /// The window has its own name again afterwards, and no text of a run ends a sequence.
  @Test func theWindowIsNamedAndTheUserCalled() throws {
    let terminal = try ready()
    terminal.type("n")
    try terminal.waitForOutput("\u{1B}]2;spiral · 99 %\u{07}")
    terminal.type("b")
    try terminal.waitForOutput("\u{07}\u{1B}]777;notify;awn-tui;done; all\u{07}")
    terminal.type("q")
    #expect(try terminal.finish() == 0)
    #expect(terminal.text.contains("\u{1B}[22;2t") && terminal.text.contains("\u{1B}[23;2t"))
  }

  @Test(arguments: [SIGTERM, SIGINT]) func signalsAskTheProgramToEnd(signal: Int32) throws {
    let terminal = try ready()
    terminal.signal(signal)
    try terminal.expect("terminate(signal: \(signal))", "closed")
    #expect(try terminal.finish() == 0)
  }

  @Test func keysArriveByNameInWholeCharacters() throws {
    let terminal = try ready()
    let keys: [(String, Key)] = [
      ("x", .character("x")), ("ä", .character("ä")), ("\u{3}", .control("c")), ("\r", .enter), ("\t", .tab),
      ("\u{7F}", .backspace), ("\u{1B}OA", .up), ("\u{1B}[A", .up), ("\u{1B}[1;2D", .shiftLeft),
      ("\u{1B}[1;2C", .shiftRight), ("\u{1B}OH", .home), ("\u{1B}[4~", .end), ("\u{1B}[5~", .pageUp),
      ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}", .escape),
    ]
    for (bytes, key) in keys {
      terminal.type(bytes)
      try terminal.expect("\(Input.key(key))")
    }
  }

  @Test func unknownSequencesAndPastesGiveNoKeys() throws {
    let terminal = try ready()
    terminal.type("\u{1B}[?62;1c\u{1B}[1;9Q\u{1B}[<0;10;10M\u{1B}[99~\u{1B}[200~q\rq\u{1B}[201~x")
    try terminal.expect(#"pasted("q\nq")"#, #"key(Canvas.Key.character("x"))"#)
  }

  @Test func sizeFollowsTheWindowDownToOneCell() throws {
    let terminal = try ready(environment: ["COLUMNS": "33", "LINES": "11"])
    for (width, height) in [(132, 50), (1, 1), (7, 3)] as [(UInt16, UInt16)] {
      terminal.resize(width, height)
      try terminal.expect("resized(width: \(width), height: \(height))")
    }
    try terminal.waitForOutput("resized")
  }

  @Test func aVanishedTerminalIsReportedOnceAndLeavesTheProcessorAlone() throws {
    let terminal = try ready()
    terminal.hangUp()
    var reports: [String] = []
    while !reports.contains("idle") || reports.count < 3 { reports.append(try terminal.nextReport()) }
    #expect(Set(reports) == ["hungUp", "idle", "terminate(signal: \(SIGHUP))"] && reports.count == 3)
    terminal.signal(SIGTERM)
    try terminal.expect("terminate(signal: \(SIGTERM))", "closed")
    #expect(try terminal.finish() == 0)
  }

  @Test func suspensionGivesTheTerminalToTheShellAndBack() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    // A shell with job control, which alone can say that a job of its own has stopped.
    let script = "set -m; \"$0\"; echo stopped >&3; read line <&3; fg; echo done >&3"
    try terminal.start(["-c", script, PseudoTerminal.probe], program: "/bin/sh")
    _ = try terminal.nextReport()
    try terminal.waitForOutput("probe ⣿")
    terminal.type("\u{1A}")
    try terminal.expect("stopped")
    #expect(terminal.modes == before)
    try terminal.waitForOutput(leaveScreen)
    terminal.proceed()
    try terminal.expect("suspendedAndResumed")
    #expect(terminal.modes != before)
    let resumed = try #require(terminal.text.range(of: leaveScreen)).upperBound
    #expect(terminal.text[resumed...].contains(enterScreen))
    #expect(terminal.text[resumed...].contains("probe ⣿"))
    terminal.type("q")
    try terminal.expect(#"key(Canvas.Key.character("q"))"#, "closed", "done")
    #expect(try terminal.finish() == 0)
    #expect(terminal.modes == before)
  }

  @Test func suspensionWithoutAShellGoesOnAtOnce() throws {
    let terminal = try ready()
    terminal.signal(SIGTSTP)
    try terminal.expect("suspendedAndResumed")
    terminal.type("x")
    try terminal.expect(#"key(Canvas.Key.character("x"))"#)
  }

  @Test func continuingAfterAStopFromOutsideTakesTheTerminalAgain() throws {
    let terminal = try ready()
    let session = terminal.modes
    terminal.signal(SIGSTOP)
    var status: Int32 = 0
    try #require(waitpid(terminal.process, &status, WUNTRACED) == terminal.process)
    var cooked = termios()
    tcgetattr(terminal.slave, &cooked)
    cooked.c_lflag |= tcflag_t(ICANON | ECHO)
    tcsetattr(terminal.slave, TCSANOW, &cooked)
    terminal.signal(SIGCONT)
    try terminal.expect("suspendedAndResumed")
    #expect(terminal.modes == session)
  }

  @Test func printedLinesArriveAsInput() throws {
    let terminal = try ready()
    terminal.type("p")
    try terminal.expect(#"key(Canvas.Key.character("p"))"#)
    try terminal.expect(#"strayOutput("from stdout")"#, #"strayOutput("from stderr")"#)
    #expect(!terminal.text.contains("from std"))
  }

  @Test func linesThatNobodyReadAppearAfterwards() throws {
    let terminal = try ready()
    terminal.type("P")
    #expect(try terminal.finish() == 0)
    let left = try #require(terminal.text.range(of: leaveScreen))
    #expect(terminal.text[left.upperBound...].contains("said too late"))
  }

  @Test func aCrashRepeatsWhatWasReadJustBefore() throws {
    let terminal = try ready()
    terminal.type("p")
    while try terminal.nextReport() != #"strayOutput("from stderr")"# {}
    terminal.type("a")
    #expect(try terminal.finish() == -SIGABRT)
    let left = try #require(terminal.text.range(of: leaveScreen))
    #expect(terminal.text[left.upperBound...].contains("from stderr"))
  }

  @Test func wakingIsCoalesced() throws {
    let terminal = try ready()
    terminal.type("w")
    try terminal.expect(#"key(Canvas.Key.character("w"))"#, "woken")
    terminal.type("x")
    try terminal.expect(#"key(Canvas.Key.character("x"))"#)
  }

  @Test func typeAheadCanBeDiscarded() throws {
    let terminal = try ready()
    terminal.type("d")
    try terminal.expect(#"key(Canvas.Key.character("d"))"#, "holding")
    terminal.type("t\r\u{1B}[A")
    try terminal.waitUntilReadable()
    terminal.proceed()
    try terminal.expect("discarded")
    terminal.type("x")
    try terminal.expect(#"key(Canvas.Key.character("x"))"#)
  }

  @Test func aStalledTerminalDropsFramesAndNotKeys() throws {
    let terminal = try ready(arguments: ["truecolor"])
    terminal.type("f")
    #expect(try terminal.nextReport(drains: false) == #"key(Canvas.Key.character("f"))"#)
    #expect(try terminal.nextReport(drains: false) == "drawn")
    terminal.type("x")
    #expect(try terminal.nextReport(drains: false) == #"key(Canvas.Key.character("x"))"#)
    // The first and the last arrive; of a thousand frames of 2 kB nothing like all.
    try terminal.waitForOutput("LAST!")
    #expect(terminal.output.count < 500_000)
  }

  @Test func aStalledTerminalDoesNotKeepTheProgramFromEnding() throws {
    let terminal = try ready(arguments: ["truecolor"])
    terminal.type("f")
    while try terminal.nextReport(drains: false) != "drawn" {}
    terminal.type("q")
    while try terminal.nextReport(drains: false) != "closed" {}
  }

  @Test(
    arguments: [
      (["TERM": "dumb"], "cannot show a full-screen program"), (["TERM": nil], "TERM is not set"),
      (["TERM": ""], "TERM is not set"), (["TERM": "no-such\u{1B}[2J"], "TERM=no-such[2J is unknown"),
    ] as [([String: String?], String)]) func refusesWhatCannotWork(
      environment: [String: String?], reason: String
    ) throws
  {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    try terminal.start(environment: environment)
    let report = try terminal.nextReport()
    #expect(report.hasPrefix("error ") && report.contains(reason))
    #expect(try terminal.finish() == 1)
    #expect(terminal.modes == before && terminal.output.isEmpty)
  }

  @Test func refusesAPipe() throws {
    let terminal = try PseudoTerminal()
    try terminal.start(input: "/dev/null")
    try terminal.expect("error \(TerminalError.notATerminal)")
  }

  @Test(arguments: ["xterm", "screen", "tmux-256color", "vt100", "linux", "ansi", "rxvt"])
  func worksOnEveryTypeOfTerminal(type: String) throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    try terminal.start(environment: ["TERM": type])
    try #require(try terminal.nextReport().hasPrefix("ready"))
    try terminal.waitForOutput("probe ⣿")
    let keys: [(String, Input)] = [
      ("\u{1B}[1;2C", .key(.shiftRight)), ("\u{1B}[Z", .key(.backTab)), ("\u{1B}[A", .key(.up)),
      ("\u{1A}", .suspendedAndResumed), ("\u{7F}", .key(.backspace)),
      ("\u{1B}[<0;1;1Mx", .key(.character("x"))),
      ("q", .key(.character("q"))),
    ]
    for (bytes, input) in keys {
      terminal.type(bytes)
      try terminal.expect("\(input)")
    }
    try terminal.expect("closed")
    #expect(try terminal.finish() == 0)
    #expect(terminal.modes == before)
    #expect(!terminal.text.contains("$<"))
  }

  @Test func onlyOneIsOpenAtATimeAndAnotherCanFollow() throws {
    let terminal = try PseudoTerminal()
    let before = terminal.modes
    try terminal.start()
    try terminal.expect("ready 80x24 ansi256 true")
    terminal.type("o")
    try terminal.expect("\(Input.key(.character("o")))", "\(TerminalError.alreadyOpen)")
    terminal.type("r")
    try terminal.expect("\(Input.key(.character("r")))", "ready 80x24 ansi256 true")
    terminal.type("q")
    #expect(try terminal.finish() == 0)
    #expect(terminal.modes == before)
  }

  /// Its name says what the terminal understands.
  @Test func aLocaleThatIsNotInstalledKeepsItsEncoding() throws {
    let terminal = try PseudoTerminal()
    try terminal.start(environment: ["LC_ALL": nil, "LANG": "xx_YY.UTF-8"])
    try terminal.expect("ready 80x24 ansi256 true")
  }

  @Test func anASCIILocaleGetsASCII() throws {
    let terminal = try ready(environment: ["LC_ALL": "C"])
    try terminal.waitForOutput("probe ?")
    #expect(terminal.output.allSatisfy { $0 < 0x80 })
  }
}
