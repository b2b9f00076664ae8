import Synchronization

/// The checkpoint to be written next: a newer one takes the place of one that still waits, which costs no memory then.
final class WaitingCheckpoint: Sendable {
  private struct State {
    var newest: Checkpoint?
    /// How many there were.
    var asked = 0
    /// The number of the last one written.
    var done = 0
    /// Why it is not there; `nil`: it is.
    var failure: String?
    /// Those who wait for one of at least this number.
    var waiters: [(number: Int, resume: @Sendable (String?) -> Void)] = []
  }

  private let state = Mutex(State())

  /// - Returns: its number.
  func put(_ checkpoint: Checkpoint) -> Int {
    state.withLock { state in
      state.newest = checkpoint
      state.asked += 1
      return state.asked
    }
  }

  /// - Returns: `nil` if a newer one took its place.
  func take(_ number: Int) -> Checkpoint? {
    state.withLock { state in
      guard number == state.asked else { return nil }
      defer { state.newest = nil }
      return state.newest
    }
  }

  /// - Parameter failure: why it is not written; `nil`: it is.
  func finish(_ number: Int, failure: String?) {
    let waiters = state.withLock { state in
      (state.done, state.failure) = (number, failure)
      let (done, rest) = (
        state.waiters.filter { $0.number <= number }, state.waiters.filter { $0.number > number }
      )
      state.waiters = rest
      return done
    }
    for waiter in waiters { waiter.resume(failure) }
  }

  /// Calls back once this one, or a newer one in its place, is written or has failed.
  func whenDone(_ number: Int, _ resume: @escaping @Sendable (String?) -> Void) {
    state.withLock { $0.waiters.append((number, resume)) }
  }

  /// Why the last one is not written; `nil`: it is, or there was none.
  var failure: String? { state.withLock { $0.failure } }

  /// Whether one waits or is being written.
  var isSaving: Bool { state.withLock { $0.done < $0.asked } }
}
