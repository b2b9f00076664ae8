import Synchronization

/// The right to use the terminal, which at most one session of a process has: curses keeps one state for all of it.
/// It is given back when the value is destroyed. Safe to take on any thread.
struct TerminalClaim: ~Copyable {
  private static let isTaken = Atomic(false)

  private init() {}

  /// `nil`: a session has it already.
  static func take() -> TerminalClaim? {
    let result = isTaken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
    return result.exchanged ? TerminalClaim() : nil
  }

  deinit { Self.isTaken.store(false, ordering: .releasing) }
}
