import Glibc
import Canvas
import Terminal
import Testing

/// The mouse is the terminal's again whatever happens to the program.
extension SessionTests {
  private var mouseOn: String { "\u{1B}[?1002h\u{1B}[?1006h" }
  private var mouseOff: String { "\u{1B}[?1006l\u{1B}[?1002l" }

  @Test func theMouseIsReportedOnlyWhileItIsOn() throws {
    let terminal = try ready()
    terminal.type("\u{1B}[<0;10;5Mx")
    try terminal.expect("\(Input.key(.character("x")))")
    #expect(!terminal.text.contains("?1002h"))
    terminal.type("m")
    try terminal.expect("\(Input.key(.character("m")))")
    try terminal.waitForOutput(mouseOn)
    terminal.type("\u{1B}[<0;10;5M\u{1B}[<64;1;1M")
    try terminal.expect(
      "\(Input.mouse(MouseEvent(.press, x: 9, y: 4)))", "\(Input.mouse(MouseEvent(.wheelUp, x: 0, y: 0)))")
    terminal.type("M")
    try terminal.expect("\(Input.key(.character("M")))")
    try terminal.waitForOutput(mouseOff)
    terminal.type("\u{1B}[<0;10;5Mx")
    try terminal.expect("\(Input.key(.character("x")))")
  }

  @Test(arguments: [
    ("q", 0), ("e", 3), ("t", -SIGILL), ("s", -SIGSEGV), ("a", -SIGABRT), ("\u{1C}", 0),
  ]) func noEndLeavesTheMouseOn(key: String, status: Int32) throws {
    let terminal = try ready(arguments: ["mouse"])
    try terminal.waitForOutput(mouseOn)
    #expect(!terminal.text.contains(mouseOff))
    if key == "\u{1C}" { terminal.signal(SIGQUIT) } else { terminal.type(key) }
    let ended = try terminal.finish()
    #expect(ended == status || (key == "t" && ended == -SIGTRAP) || ended == -SIGQUIT)
    expectMouseOff(terminal)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func noSignalLeavesTheMouseOn(signal: Int32) throws {
    let terminal = try ready(arguments: ["mouse"])
    terminal.signal(signal)
    try terminal.expect("terminate(signal: \(signal))", "closed")
    #expect(try terminal.finish() == 0)
    expectMouseOff(terminal)
  }

  private func expectMouseOff(_ terminal: PseudoTerminal, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let on = terminal.text.ranges(of: "\u{1B}[?1002h").last,
      let off = terminal.text.ranges(of: "\u{1B}[?1002l").last
    else {
      Issue.record(
        "not switched on and off: \(terminal.text.debugDescription)", sourceLocation: sourceLocation)
      return
    }
    #expect(on.upperBound <= off.lowerBound, sourceLocation: sourceLocation)
  }

  @Test func aStoppedProgramLeavesTheMouseToTheShell() throws {
    let terminal = try PseudoTerminal()
    let script = "set -m; \"$0\" mouse; echo stopped >&3; read line <&3; fg; echo done >&3"
    try terminal.start(["-c", script, PseudoTerminal.probe], program: "/bin/sh")
    _ = try terminal.nextReport()
    try terminal.waitForOutput("probe ⣿")
    terminal.type("\u{1A}")
    try terminal.expect("stopped")
    try terminal.waitForOutput(leaveScreen)
    expectMouseOff(terminal)
    terminal.proceed()
    try terminal.expect("suspendedAndResumed")
    let stopped = try #require(terminal.text.range(of: leaveScreen)).upperBound
    #expect(terminal.text[stopped...].contains(mouseOn))
    terminal.type("\u{1B}[<0;1;1M")
    try terminal.expect("\(Input.mouse(MouseEvent(.press, x: 0, y: 0)))")
    terminal.type("q")
    #expect(try terminal.finish() == 0)
    expectMouseOff(terminal)
  }

  @Test(arguments: ["vt100", "ansi"]) func aTerminalWithoutAMouseIsNotAskedForOne(type: String) throws {
    let terminal = try PseudoTerminal()
    try terminal.start(["mouse"], environment: ["TERM": type])
    try #require(try terminal.nextReport().hasPrefix("ready"))
    terminal.type("mq")
    #expect(try terminal.finish() == 0)
    #expect(!terminal.text.contains("?1002") && !terminal.text.contains("?1006"))
  }
}
