import Foundation
import Testing

/// A process that inherits nothing but its descriptors 1 and 2. Foundation's `Process` hands blocked signals
/// down, which terminals and interrupts do not bear.
struct Child: Sendable {
  let id: pid_t

  init(
    _ executable: String, _ arguments: [String], in folder: String, environment: [String: String],
    output: Int32, errors: Int32
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // `env` changes the folder, becoming the program.
    let argv = (["env", "-C", folder, executable] + arguments).map { strdup($0) } + [nil]
    let envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var id: pid_t = 0
    let status = posix_spawn(&id, "/usr/bin/env", &actions, &attributes, argv, envp)
    try #require(status == 0, "cannot start \(executable): \(String(cString: strerror(status)))")
    self.id = id
  }

  /// Waits for the end: the exit status, or the signal as a negative number.
  func end() async -> Int32 { await onOwnThread { self.wait() } }

  @discardableResult
  func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
  }

  func signal(_ number: Int32) { kill(id, number) }
}
