import Glibc
import Testing

/// A terminal with a program in it, played by the test: it types, resizes, and reads what would be on screen.
final class PseudoTerminal {
  private(set) var master: Int32
  /// Kept open by the test, so that modes can be read when the program has ended.
  private(set) var slave: Int32
  private let name: String
  /// The test's end of the program's descriptor 3.
  private var reports: Int32 = -1
  private var reported: [UInt8] = []
  private(set) var process: pid_t = 0
  /// All that the program wrote to the terminal so far.
  private(set) var output: [UInt8] = []

  init(width: UInt16 = 80, height: UInt16 = 24) throws {
    // By hand, since Glibc's module lacks posix_openpt and what belongs to it.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (locked, number): (Int32, Int32) = (0, 0)
    try #require(
      ioctl(master, unlockTerminal, &locked) == 0 && ioctl(master, getTerminalNumber, &number) == 0)
    name = "/dev/pts/\(number)"
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    try #require(slave >= 0)
    resize(width, height)
    // Modes that nobody would choose, so that restoring defaults is not enough.
    var modes = termios()
    tcgetattr(slave, &modes)
    modes.c_iflag &= ~tcflag_t(IXON)
    modes.c_lflag &= ~tcflag_t(ECHOK)
    modes.c_cc.2 = 8  // VERASE
    tcsetattr(slave, TCSANOW, &modes)
  }

  deinit {
    if process > 0 {
      kill(process, SIGKILL)
      // A child that nobody waits for keeps the test library from seeing the end of those of its own.
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    }
    for descriptor in [master, slave, reports] where descriptor >= 0 { close(descriptor) }
  }

  static var probe: String {
    var path = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &path, path.count - 1)
    let executable = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return executable.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/TerminalProbe"
  }

  /// Starts the probe as the leader of a session on this terminal.
  func start(
    _ arguments: [String] = [], program: String = PseudoTerminal.probe, input: String? = nil,
    environment changes: [String: String?] = [:]
  ) throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
    reports = ends[0]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, input ?? name, O_RDWR, 0)
    posix_spawn_file_actions_addopen(&actions, 1, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | Int32(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)))
    var environment: [String: String?] = [
      "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no", "PATH": "/usr/bin:/bin",
    ]
    environment.merge(changes) { $1 }
    let status = withCStrings([program] + arguments) { argv in
      withCStrings(environment.compactMap { key, value in value.map { "\(key)=\($0)" } }) { envp in
        posix_spawn(&process, program, &actions, &attributes, argv, envp)
      }
    }
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
    close(ends[1])
    try #require(status == 0, "cannot start \(program): \(String(cString: strerror(status)))")
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) { _ = write(master, bytes, bytes.count) }

  /// Lets a program go on that pauses at descriptor 3.
  func proceed() { _ = write(reports, "\n", 1) }

  func signal(_ signal: Int32) { kill(process, signal) }

  func resize(_ width: UInt16, _ height: UInt16) {
    var size = winsize(ws_row: height, ws_col: width, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  func hangUp() {
    close(master)
    close(slave)
    (master, slave) = (-1, -1)
  }

  /// Returns once what was typed can be read by the program.
  func waitUntilReadable() throws {
    var descriptor = pollfd(fd: slave, events: Int16(POLLIN), revents: 0)
    try #require(poll(&descriptor, 1, 30_000) == 1)
  }

  /// All modes of the terminal, as they are now.
  var modes: [UInt8] {
    var modes = termios()
    tcgetattr(slave, &modes)
    return withUnsafeBytes(of: modes) { Array($0) }
  }

  /// The next line that the program reports. `drains`: the terminal takes output meanwhile.
  func nextReport(drains: Bool = true, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    while true {
      if let end = reported.firstIndex(of: UInt8(ascii: "\n")) {
        defer { reported.removeFirst(end + 1) }
        return String(decoding: reported[..<end], as: UTF8.self)
      }
      let isAlive = try receive(drains: drains)
      try #require(isAlive, "the program ended: \(text)", sourceLocation: sourceLocation)
    }
  }

  func expect(_ lines: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    for line in lines {
      let report = try nextReport(sourceLocation: sourceLocation)
      try #require(report == line, sourceLocation: sourceLocation)
    }
  }

  /// Waits for the end, and returns the exit status, or the signal as a negative number.
  func finish() throws -> Int32 {
    while try receive(drains: true) {}
    var status: Int32 = 0
    try #require(waitpid(process, &status, 0) == process)
    process = 0
    receiveOutput()
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  /// Reads output until it has this text.
  func waitForOutput(_ wanted: String) throws {
    while !text.contains(wanted) {
      var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      try #require(
        poll(&descriptor, 1, 30_000) == 1, "no \(wanted.debugDescription) in \(text.debugDescription)")
      receiveOutput()
    }
  }

  var text: String { String(decoding: output, as: UTF8.self) }

  /// False at the end of the reports.
  private func receive(drains: Bool) throws -> Bool {
    var descriptors = [
      pollfd(fd: reports, events: Int16(POLLIN), revents: 0),
      pollfd(fd: drains ? master : -1, events: Int16(POLLIN), revents: 0),
    ]
    try #require(poll(&descriptors, 2, 30_000) > 0, "nothing happened")
    if descriptors[1].revents != 0 { receiveOutput() }
    guard descriptors[0].revents != 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(reports, &buffer, buffer.count)
    if count > 0 { reported += buffer.prefix(count) }
    return count > 0
  }

  private func receiveOutput() {
    var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    var buffer = [UInt8](repeating: 0, count: 65536)
    while poll(&descriptor, 1, 0) == 1, Int32(descriptor.revents) & POLLIN != 0 {
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { return }
      output += buffer.prefix(count)
    }
  }
}

/// TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID, which Swift does not import.
private let unlockTerminal: UInt = 0x4004_5431
private let getTerminalNumber: UInt = 0x8004_5430
private let newSession: Int32 = 0x80

private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
}
