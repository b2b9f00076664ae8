import Foundation

/// A line of the terminal on standard error that is redrawn.
struct StatusLine {
  private let tell: @Sendable (String) -> Void
  private var isShown = false

  init(tell: @escaping @Sendable (String) -> Void = { Console.tell($0) }) { self.tell = tell }

  mutating func show(_ text: String) {
    tell("\r\u{1B}[K" + String(text.prefix(Self.terminalWidth - 1)))
    isShown = true
  }

  /// Leaves the line empty for what comes next.
  mutating func clear() {
    if isShown { tell("\r\u{1B}[K") }
    isShown = false
  }

  private static var terminalWidth: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
