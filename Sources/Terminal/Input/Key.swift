import Canvas

/// What `TerminalSession.wait(timeout:)` waited for.
public enum Input: Equatable, Sendable {
  case key(Key)
  /// Only while the mouse is on.
  case mouse(MouseEvent)
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
