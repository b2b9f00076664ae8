import CTerminal
import Canvas
import Glibc

/// The terminal in full-screen mode: frames go out, keys and signals come in.
///
/// At most one is open in a process, and it belongs to the thread that made it: curses is not thread-safe. While it
/// is open, descriptors 1 and 2 lead into a pipe whose lines arrive as `Input.strayOutput`, SIGPIPE is ignored,
/// and the other signals named in `Input` no longer end the process. However the process ends (`close()`,
/// `exit`, a trap, a fatal signal), the terminal gets back the modes that it had.
public final class TerminalSession {
  /// The size of the window in cells, at least 1 × 1.
  public private(set) var size: (width: Int, height: Int) = (80, 24)
  /// The colors that frames are reduced to.
  public let colorLevel: ColorLevel
  /// Whether the locale's encoding is UTF-8; otherwise frames show `?` for what is not ASCII.
  public let supportsUnicode: Bool
  /// Whether the terminal can report its mouse.
  public var hasMouse: Bool { encoder.capabilities.hasMouse }
  /// Whether it does.
  public internal(set) var isMouseOn = false

  /// The session's own opening of the terminal. It does not block, which the shell's must.
  let terminal: Int32
  let encoder: FrameEncoder
  private var shellModes = termios()
  /// `nil` once the session is closed.
  private var claim: TerminalClaim?
  var decoder: KeyDecoder
  var strayOutput = StrayOutput()
  /// Where captured output is read; −1 after its end.
  var capture: Int32 = -1

  /// What the screen shows once `unsent` is written; `nil`: anything.
  var shown: Frame?
  var unsent: [UInt8] = []
  /// The newest frame, waiting for `unsent` to drain. An older one is dropped.
  var waiting: Frame?
  /// The title of the terminal's window; `nil`: its own.
  var title: String?
  /// No more can be read from the terminal.
  var isGone = false
  private(set) var isOpen = true

  /// Takes the terminal over.
  public init(options: TerminalOptions = TerminalOptions()) throws(TerminalError) {
    guard let claim = TerminalClaim.take() else { throw .alreadyOpen }
    self.claim = consume claim
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    let environment = Self.environment()
    guard let type = environment["TERM"], !type.isEmpty else { throw .typeNotSet }
    ct_use_locale()
    try Self.check(type)

    guard ct_events_descriptor() >= 0 else { throw .system("make an event descriptor", errno: errno) }
    terminal = try Self.openTerminal(flags: O_NONBLOCK)
    guard tcgetattr(terminal, &shellModes) == 0 else {
      let reason = errno
      Glibc.close(terminal)
      throw .system("read the terminal's modes", errno: reason)
    }
    try Self.start(type, besides: terminal)

    supportsUnicode = ct_locale_is_utf8()
    decoder = KeyDecoder(decodesUTF8: supportsUnicode)
    let capabilities = Capabilities.ofSession()
    colorLevel = ColorLevel(
      choice: options.color, environment: environment, terminfoColors: capabilities.colors)
    encoder = FrameEncoder(
      capabilities: capabilities, level: colorLevel, supportsUnicode: supportsUnicode)
    isMouseOn = options.usesMouse && capabilities.hasMouse
    measure()

    let restoring = capabilities.restoringSequence
    ct_restore_prepare(terminal, &shellModes, restoring, restoring.count)
    ct_restore_arm(true)
    ct_catch_signals()
    enterModes()
    capture = ct_capture_start()
  }

  deinit { close() }

  /// Gives the terminal back as it was, and prints what was captured but never returned by `wait`.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    // A terminal that takes no more output would hold up curses; the last resort gives up after a while.
    if !isGone && canWrite(within: 500) {
      leaveModes()
      ct_session_leave()
      tcsetattr(terminal, TCSANOW, &shellModes)
      ct_restore_arm(false)
    } else {
      ct_restore()
    }
    ct_capture_finish(strayOutput.unfinished, strayOutput.unfinished.count)
    ct_release_signals()
    ct_session_finish()
    Glibc.close(terminal)
    claim = nil
  }

  /// Reads the window's size; the next frame is drawn from scratch.
  func measure() {
    var (width, height): (Int32, Int32) = (80, 24)
    _ = ct_window_size(terminal, &width, &height)
    size = (Int(width), Int(height))
    ct_session_resize(width, height)
    shown = nil
  }

  /// Lets go of the terminal until the process is continued.
  func suspend(wholeJob: Bool) {
    title = nil
    leaveModes()
    ct_session_leave()
    tcsetattr(terminal, TCSANOW, &shellModes)
    ct_restore_arm(false)
    ct_stop(wholeJob)
    resume()
  }

  /// Takes the terminal again, whatever state it is in, and shows the last frame.
  func resume() {
    ct_restore_arm(true)
    unsent.removeAll()
    ct_session_reenter()
    enterModes()
    let last = waiting ?? shown
    let before = size
    measure()
    if size != before {
      ct_post(1 << UInt32(SIGWINCH))  // it went to whoever had the terminal meanwhile
    } else if let last {
      draw(last)
    }
  }
}
