import Dispatch
import Synchronization
import Testing
import UserInterface

@Suite struct WaitingLineTests {
  /// Lines that were told, and who waits for the first.
  private final class Told: Sendable {
    let lines = Mutex<[String]>([])
    let first = DispatchSemaphore(value: 0)

    func tell(_ text: String) {
      let isFirst = lines.withLock {
        $0.append(text)
        return $0.count == 1
      }
      if isFirst { first.signal() }
    }
  }

  @Test func longWorkIsSaidAndTheLineIsLeftEmpty() {
    let told = Told()
    let result = WaitingLine(isTerminal: true) { told.tell($0) }.during("finding the cut") {
      told.first.wait()
      return 7
    }
    let lines = told.lines.withLock { $0 }
    #expect(result == 7)
    #expect(
      lines.first?.hasPrefix("\r\u{1B}[Kfinding the cut, ") == true && lines.first?.hasSuffix(" s") == true)
    #expect(lines.last == "\r\u{1B}[K")
  }

  /// It would show the escape sequences, a line after the other.
  @Test func aTerminalThatCannotEraseIsNoPlaceForALineThatIsRedrawn() {
    #expect(Console.redrawsLines(isTerminal: true, environment: ["TERM": "xterm-256color"]))
    #expect(!Console.redrawsLines(isTerminal: true, environment: ["TERM": "dumb"]))
    #expect(!Console.redrawsLines(isTerminal: false, environment: ["TERM": "xterm-256color"]))
  }

  @Test func aPipeIsToldNothing() {
    let told = Told()
    #expect(WaitingLine(isTerminal: false) { told.tell($0) }.during("finding the cut") { 7 } == 7)
    #expect(told.lines.withLock { $0.isEmpty })
  }
}
