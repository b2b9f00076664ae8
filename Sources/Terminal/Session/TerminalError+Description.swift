import Glibc

extension TerminalError: CustomStringConvertible {
  /// One sentence, without a full stop.
  public var description: String {
    switch self {
    case .notATerminal: "standard input and output are not both a terminal"
    case .typeNotSet: "TERM is not set, so nobody knows what this terminal can do: export TERM=xterm-256color"
    case .typeUnknown(let type):
      "the terminal type TERM=\(quoted(type)) is unknown on this machine: "
        + "export TERM=xterm-256color, which nearly every terminal understands"
    case .typeUnsuitable(let type):
      "the terminal type TERM=\(quoted(type)) cannot show a full-screen program: "
        + "export TERM=xterm-256color if yours can"
    case .noTerminfoDatabase: "this machine has no terminfo database: install the package ncurses-base"
    case .alreadyOpen: "the terminal is in use by this program already"
    case .system(let what, let errno): "cannot \(what): \(String(cString: strerror(errno)))"
    }
  }

  /// It comes from the environment and goes to a terminal.
  private func quoted(_ type: String) -> String {
    String(String.UnicodeScalarView(type.unicodeScalars.prefix(60).filter { !$0.isControl }))
  }
}
