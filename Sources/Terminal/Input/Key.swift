/// A key, or a combination, as terminals can tell them apart.
public enum Key: Equatable, Hashable, Sendable {
  /// Printable; the space bar included.
  case character(Character)
  /// With the control key: the character in lower case, such as `"c"`.
  case control(Character)
  case alt(Character)
  case up, down, left, right
  case shiftLeft, shiftRight
  case home, end, pageUp, pageDown
  case enter, escape, tab, backTab, backspace, insert, delete
  /// Numbered from 1.
  case function(Int)
}

/// What `TerminalSession.wait(timeout:)` waited for.
public enum Input: Equatable, Sendable {
  case key(Key)
  /// Only while the mouse is on.
  case mouse(Mouse)
  /// Text from the clipboard, with line ends as `"\n"` and no other control characters.
  case pasted(String)
  /// The window has this size now; the screen is blank until the next frame.
  case resized(width: Int, height: Int)
  /// A `Waker` was used since the last wait.
  case woken
  /// The process was stopped and goes on; the last frame is on screen again.
  case suspendedAndResumed
  /// SIGINT, SIGTERM or SIGHUP asks the program to end.
  case terminate(signal: Int32)
  /// The terminal is gone. Reported once; no key will follow.
  case hungUp
  /// A line that something in this process printed to standard output or error, without control characters.
  case strayOutput(String)
}
