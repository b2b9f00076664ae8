import CTerminal
import Glibc

extension TerminalSession {
  static func environment() -> [String: String] {
    var result: [String: String] = [:]
    for name in ["TERM", "COLORTERM", "NO_COLOR"] {
      if let value = getenv(name) { result[name] = String(cString: value) }
    }
    return result
  }

  static func check(_ type: String) throws(TerminalError) {
    switch ct_check_type(type, STDOUT_FILENO) {
    case CT_TYPE_USABLE: return
    case CT_TYPE_UNKNOWN: throw .typeUnknown(type)
    case CT_TYPE_NO_DATABASE: throw .noTerminfoDatabase
    default: throw .typeUnsuitable(type)
    }
  }

  /// Starts curses on an opening of its own, which blocks.
  static func start(_ type: String, besides terminal: Int32) throws(TerminalError) {
    do throws(TerminalError) {
      guard ct_session_start(type, try openTerminal(flags: 0)) else {
        throw TerminalError.typeUnsuitable(type)
      }
    } catch {
      Glibc.close(terminal)
      throw error
    }
  }

  /// Opens the terminal once more: flags such as O_NONBLOCK belong to an opening, and that of descriptor 1 is shared
  /// with the shell. Where the terminal has no name here (containers, `su`), by its alias, and at last by
  /// sharing after all, then without the flags.
  static func openTerminal(flags: Int32) throws(TerminalError) -> Int32 {
    let flags = flags | O_RDWR | O_NOCTTY | O_CLOEXEC
    if let name = ttyname(STDOUT_FILENO), case let opened = open(name, flags), opened >= 0 { return opened }
    if case let opened = open("/dev/tty", flags), opened >= 0 { return opened }
    let shared = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard shared >= 0 else { throw .system("open the terminal", errno: errno) }
    return shared
  }
}

extension Capabilities {
  /// Pasted text arrives between marks, so that no line of it can pass for commands. The window's title is kept.
  var enterModes: [UInt8] { isModern ? Array("\u{1B}[?2004h\u{1B}[22;2t".utf8) : [] }
  /// An interrupted frame must not keep the screen frozen. Then the mouse: a shell that gets reports for its input
  /// suffers most.
  var leaveModes: [UInt8] {
    (isModern ? Array("\u{1B}[?2026l".utf8) : []) + mouseOff
      + (isModern ? Array("\u{1B}[?2004l\u{1B}[23;2t".utf8) : [])
  }

  /// Presses, releases and motion with a button held, in the form that has no largest column.
  var mouseOn: [UInt8] { hasMouse ? Array("\u{1B}[?1002h\u{1B}[?1006h".utf8) : [] }
  var mouseOff: [UInt8] { hasMouse ? Array("\u{1B}[?1006l\u{1B}[?1002l".utf8) : [] }

  /// All that the session changes, back again: for a process that dies.
  var restoringSequence: [UInt8] {
    let leave = leaveScreen.isEmpty ? clear : leaveScreen
    return leaveModes + plain + leaveKeypad + showCursor + leave
  }
}
