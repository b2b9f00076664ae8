import Foundation

/// The dashboard in a pseudo-terminal, played by the benchmark.
final class PlayedTerminal {
  private let master: Int32
  /// Kept open, so that modes can be read when the program has ended.
  private let slave: Int32
  private let lineBefore: [UInt8]
  let process: pid_t
  private(set) var size: (columns: Int, rows: Int)
  /// Once the program has ended: its exit status, or the signal as a negative number.
  private(set) var status: Int32?
  private var output: [UInt8] = []
  /// What the program has told the terminal.
  private(set) var modes = TerminalModes()

  /// Starts `awn-tui` as the leader of a session on a terminal of its own.
  ///
  /// - Parameter folder: where it runs.
  init(_ arguments: [String], columns: UInt16 = 120, rows: UInt16 = 36, in folder: String = ".") throws {
    size = (Int(columns), Int(rows))
    // By hand: Swift's Glibc lacks posix_openpt and what belongs to it.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, Int32) = (0, 0)
    guard master >= 0, ioctl(master, 0x4004_5431, &locked) == 0, ioctl(master, 0x8004_5430, &number) == 0
    else {
      throw BenchmarkError(description: "there is no pseudo-terminal to be had")
    }
    let name = "/dev/pts/\(number)"
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    Self.setSize(of: master, columns, rows)
    // Modes that nobody would choose, so that restoring defaults is not enough.
    var modes = termios()
    tcgetattr(slave, &modes)
    modes.c_lflag &= ~tcflag_t(ECHOK)
    modes.c_cc.2 = 8  // VERASE
    tcsetattr(slave, TCSANOW, &modes)
    lineBefore = Self.line(of: slave)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setflags(&attributes, 0x80)  // POSIX_SPAWN_SETSID
    // `env` changes the folder, becoming the program.
    let words = ["/usr/bin/env", "-C", folder, Program.path] + arguments
    let environment = [
      "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin",
    ]
    let argv = words.map { strdup($0) } + [nil]
    let envp = environment.map { strdup($0) } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var child: pid_t = 0
    let status = posix_spawn(&child, words[0], &actions, &attributes, argv, envp)
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    guard status == 0, access(Program.path, X_OK) == 0 else {
      throw BenchmarkError(description: "cannot start \(Program.path): build the product awn-tui first")
    }
    process = child
  }

  deinit {
    if status == nil { kill(process, SIGKILL) }
    finish()
    close(slave)
    close(master)
  }

  func type(_ text: String) { _ = write(master, text, text.utf8.count) }

  private func resize(_ columns: Int, _ rows: Int) {
    size = (columns, rows)
    Self.setSize(of: master, UInt16(columns), UInt16(rows))
  }

  private static func setSize(of terminal: Int32, _ columns: UInt16, _ rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  /// Reads until a text has come on screen, and forgets all up to now.
  func wait(for text: String, seconds limit: Double = 20) throws {
    let needle = Array(text.utf8)
    let end = ContinuousClock.now + .seconds(limit)
    // What is searched again and again takes time from the program that is measured.
    var searched = 0
    while !output[searched...].contains(needle) {
      guard ContinuousClock.now < end, !hasEnded else {
        throw BenchmarkError(description: "\"\(text)\" did not come on screen")
      }
      searched = max(0, output.count - needle.count)
      read(milliseconds: 100)
    }
    output = []
  }

  /// Takes what is drawn for a while.
  func watch(seconds: Double) {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end { read(milliseconds: 20) }
    output = []
  }

  /// Returns when the program has read all that was typed, and then drawn a frame, or nothing for a while.
  func settle(milliseconds: Double) {
    awaitReading()
    let frames = modes.frames
    let pause = ContinuousClock.now + .seconds(milliseconds / 1e3)
    while modes.frames == frames && ContinuousClock.now < pause && !hasEnded { read(milliseconds: 1) }
    output = []
  }

  /// Gives the screen another size, and returns what the program draws on it, which is all of it, in one piece.
  ///
  /// What was typed before has taken effect by then: a program that has read it first acts on it, and only then finds
  /// out about the size.
  ///
  /// - Parameter columns: or one more, if there are so many.
  @discardableResult func redraw(_ columns: Int, _ rows: Int, seconds limit: Double = 30) throws -> String {
    awaitReading()
    resize(size.columns == columns && size.rows == rows ? columns + 1 : columns, rows)
    let (clear, end) = (Array("\u{1B}[2J".utf8), Array("\u{1B}[?2026l".utf8))
    output = []
    let deadline = ContinuousClock.now + .seconds(limit)
    while true {
      if let start = output.firstRange(of: clear)?.lowerBound,
        let last = output[start...].firstRange(of: end)?.lowerBound
      {
        let text = String(decoding: output[start..<last], as: UTF8.self)
        output = []
        return text
      }
      guard ContinuousClock.now < deadline, !hasEnded else {
        throw BenchmarkError(description: "another size of the screen is not drawn")
      }
      read(milliseconds: 100)
    }
  }

  /// Returns when the program has read all that was typed; takes what it drew meanwhile.
  private func awaitReading() {
    let deadline = ContinuousClock.now + .seconds(30)
    while hasUnreadKeys && ContinuousClock.now < deadline && !hasEnded { read(milliseconds: 1) }
    while read(milliseconds: 0) {}
  }

  /// Whether something typed is not yet read by the program. poll(2) also counts what is still on its way through the
  /// pseudo-terminal, which FIONREAD does not.
  private var hasUnreadKeys: Bool {
    var descriptor = pollfd(fd: slave, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLIN) != 0
  }

  /// Whether there was something.
  @discardableResult private func read(milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Foundation.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    output += buffer[0..<count]
    modes.take(buffer[0..<count])
    return true
  }

  var hasEnded: Bool {
    if status == nil {
      var status: Int32 = 0
      if waitpid(process, &status, WNOHANG) == process {
        self.status = status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
      }
    }
    return status != nil
  }

  /// Whether all modes of the line are as they were before the program started.
  var isLineAsBefore: Bool { Self.line(of: slave) == lineBefore }

  private static func line(of terminal: Int32) -> [UInt8] {
    var modes = termios()
    tcgetattr(terminal, &modes)
    return withUnsafeBytes(of: modes) { Array($0) }
  }

  /// The process that trains and draws: `launch` puts another one between itself and its shell.
  private var worker: pid_t {
    let children = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
    return children?.split(separator: " ").first.flatMap { pid_t($0) } ?? process
  }

  /// Seconds of processor time so far.
  var processorTime: Double {
    let text = (try? String(contentsOfFile: "/proc/\(worker)/stat", encoding: .utf8)) ?? ""
    // Behind the name, which may hold spaces: state is the third field, utime and stime are the 14th and 15th.
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12 else { return .nan }
    return ((Double(fields[11]) ?? .nan) + (Double(fields[12]) ?? .nan)) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Bytes of memory: "VmRSS", resident now, or "VmHWM", the most that ever were.
  func memory(_ name: String) -> Double { Memory.of(worker, name) }

  /// Waits for the end, and takes the last of what is drawn; whether it has come.
  @discardableResult func finish(within limit: Double = 60) -> Bool {
    let end = ContinuousClock.now + .seconds(limit)
    while !hasEnded && ContinuousClock.now < end { read(milliseconds: 20) }
    while read(milliseconds: 0) {}
    return hasEnded
  }
}

/// The private modes that a terminal was asked to set and reset, as "?1049h" and "?25l" between escape and bracket.
struct TerminalModes {
  private(set) var isSet: [Int: Bool] = [:]
  /// How often the screen was shown whole: ends of mode 2026, which holds it back meanwhile.
  private(set) var frames = 0
  private var sequence: [UInt8] = []

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if byte == 0x1B {
        sequence = [byte]
      } else if !sequence.isEmpty {
        sequence.append(byte)
        if sequence.count > 2 && (0x40...0x7E).contains(byte) || sequence.count > 32 { end() }
      }
    }
  }

  private mutating func end() {
    defer { sequence = [] }
    guard sequence.starts(with: Array("\u{1B}[?".utf8)), let letter = sequence.last,
      letter == UInt8(ascii: "h") || letter == UInt8(ascii: "l")
    else { return }
    for number in sequence.dropFirst(3).dropLast().split(separator: UInt8(ascii: ";")) {
      guard let mode = Int(String(decoding: number, as: UTF8.self)) else { continue }
      isSet[mode] = letter == UInt8(ascii: "h")
      if mode == 2026 && letter == UInt8(ascii: "l") { frames += 1 }
    }
  }
}
