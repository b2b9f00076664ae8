import Synchronization

/// The checkpoint to be written next: a newer one takes the place of one that still waits, which costs no memory then.
final class WaitingCheckpoint: Sendable {
  private struct State {
    var newest: Checkpoint?
    /// How many there were.
    var asked = 0
    /// The number of the last one written.
    var done = 0
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

  func finish(_ number: Int) { state.withLock { $0.done = number } }

  /// Whether one waits or is being written.
  var isSaving: Bool { state.withLock { $0.done < $0.asked } }
}
