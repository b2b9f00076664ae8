import Experiment

/// What a run does between two steps, with the state that exists in that phase alone.
enum RunPhase: Sendable {
  /// One step follows the other, possibly in a search for the smallest good network. Indirect, because the phase is
  /// asked for in every step, and a search holds networks.
  indirect case running(CompressionSearch?)
  /// Only requested steps are done: so many more.
  indirect case paused(CompressionSearch?, stepsRequested: Int)
  /// The epochs are done, or the held-out metric stopped improving.
  case finished
  /// The loss stopped being finite at this step; the network is the last good one.
  case diverged(after: Int)
  /// The run is over and accepts no command.
  case ended(Ending)

  enum Ending: Equatable, Sendable {
    /// By a command, before the epochs were done.
    case stopped
    case finished
    case diverged(after: Int)
  }

  /// The search under way. Setting it has no effect in phases that can have none.
  var search: CompressionSearch? {
    get {
      switch self {
      case .running(let search), .paused(let search, _): search
      case .finished, .diverged, .ended: nil
      }
    }
    set {
      switch self {
      case .running: self = .running(newValue)
      case .paused(_, let steps): self = .paused(newValue, stepsRequested: steps)
      case .finished, .diverged, .ended: break
      }
    }
  }

  /// Whether there is a search. Asked in every step, which must not copy it.
  var isSearching: Bool {
    switch self {
    case .running(.some), .paused(.some, _): true
    case .running, .paused, .finished, .diverged, .ended: false
    }
  }

  var isRunning: Bool { if case .running = self { true } else { false } }
  var isPaused: Bool { if case .paused = self { true } else { false } }
  var isFinished: Bool { if case .finished = self { true } else { false } }
  var isEnded: Bool { if case .ended = self { true } else { false } }

  /// Whether another step is due without a further command.
  var hasStepDue: Bool {
    switch self {
    case .running: true
    case .paused(_, let steps): steps > 0
    case .finished, .diverged, .ended: false
    }
  }

  mutating func pause() { self = .paused(search, stepsRequested: 0) }

  mutating func resume() { self = .running(search) }

  /// Asks for one more step of a paused run.
  mutating func requestStep() {
    if case .paused(let search, let steps) = self { self = .paused(search, stepsRequested: steps + 1) }
  }

  /// Counts a step that was done.
  mutating func countStep() {
    if case .paused(let search, let steps) = self, steps > 0 {
      self = .paused(search, stepsRequested: steps - 1)
    }
  }

  /// There is more to train: a run that had finished continues at once, one that had diverged waits for its user.
  mutating func reopen(_ search: CompressionSearch? = nil) {
    switch self {
    case .finished: self = .running(search)
    case .diverged: self = .paused(search, stepsRequested: 0)
    case .running, .paused, .ended: self.search = search
    }
  }

  mutating func end() {
    switch self {
    case .running, .paused: self = .ended(.stopped)
    case .finished: self = .ended(.finished)
    case .diverged(let step): self = .ended(.diverged(after: step))
    case .ended: break
    }
  }

  /// - Parameter isCompressing: whether the network is under a compression's prior.
  func state(isCompressing: Bool) -> RunState {
    switch self {
    case .running(let search): search == nil && !isCompressing ? .running : .compressing
    case .paused: .paused
    case .finished, .ended(.finished): .finished
    case .diverged, .ended(.diverged): .diverged
    case .ended(.stopped): .stopped
    }
  }
}
