import CTerminal
import Glibc

/// The process between the shell and this one, because of which this one can leave the terminal and go on.
public enum Supervisor {
  /// Goes on in a child process. To be called first of all, while there is one thread.
  ///
  /// - Parameter restartsAfterDetach: once the child has left, another one has the terminal; else the shell has it.
  public static func fork(restartsAfterDetach: Bool) { _ = ct_supervise(restartsAfterDetach) }

  /// Whether this process can leave the terminal.
  public static var isActive: Bool { ct_is_supervised() }

  /// What the process before this one said when it left; empty if there was none.
  public static var detachMessage: String { String(cString: ct_last_words()) }

  /// Leaves the terminal, which no session may have, and its session.
  ///
  /// - Parameters:
  ///   - log: the file that takes what is printed from now on.
  ///   - message: one line, which the shell's user reads.
  public static func detach(log: String, message: String) {
    let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    _ = ct_release(descriptor, message)
    if descriptor >= 0 { close(descriptor) }
  }
}
