import Synchronization

/// A queue between threads that loses nothing: any thread sends, one receives.
public final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    var waiter: CheckedContinuation<Void, Never>?
    var observer: (@Sendable (Message) -> Void)?
    /// Since the receiver waited last.
    var isPoked = false
  }

  private let state = Mutex(State())
  /// Whether there are messages. A training step asks, and may be shorter than the taking of a lock.
  private let hasMessages = Atomic(false)

  public init() {}

  public func send(_ message: Message) { send(contentsOf: [message]) }

  /// Sends messages that the receiver drains together.
  public func send(contentsOf messages: [Message]) {
    let (waiter, observer) = state.withLock { state in
      state.messages += messages
      hasMessages.store(!state.messages.isEmpty, ordering: .releasing)
      defer { state.waiter = nil }
      return (state.waiter, state.observer)
    }
    if let observer { messages.forEach(observer) }
    waiter?.resume()
  }

  /// Shows a function every message that waits, and each that comes before `body` returns: at once, on the thread that
  /// sends it. All of them stay in the queue.
  package func observing<Result>(
    _ observer: @escaping @Sendable (Message) -> Void, isolation: isolated (any Actor)? = #isolation,
    during body: () async -> Result
  ) async -> Result {
    let waiting = state.withLock { state in
      precondition(state.observer == nil, "a mailbox has one receiver")
      state.observer = observer
      return state.messages
    }
    waiting.forEach(observer)
    let result = await body()
    state.withLock { $0.observer = nil }
    return result
  }

  /// Wakes the receiver as a message would.
  func poke() {
    let waiter = state.withLock { state in
      state.isPoked = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Whether nothing has come since the last `drain`.
  package var isEmpty: Bool { !hasMessages.load(ordering: .acquiring) }

  /// What has come since the last call, in order; never waits.
  public func drain() -> [Message] {
    // The usual case.
    if isEmpty { return [] }
    return state.withLock { state in
      defer { state.messages = [] }
      hasMessages.store(false, ordering: .releasing)
      return state.messages
    }
  }

  /// Returns once there is something to drain, or at a poke.
  package func wait() async {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        if !state.messages.isEmpty || state.isPoked {
          state.isPoked = false
          return true
        }
        precondition(state.waiter == nil, "a mailbox has one receiver")
        state.waiter = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
  }
}

/// The newest of a stream of values, of which older ones do not matter any more.
public final class Latest<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)

  public init() {}

  public func post(_ value: Value) {
    state.withLock { $0 = value }
  }

  /// Changes the value that waits, if one does.
  package func update(_ change: (inout sending Value?) -> Void) {
    state.withLock { change(&$0) }
  }

  /// The newest value not taken yet.
  public func take() -> Value? {
    state.withLock { value in
      defer { value = nil }
      return value
    }
  }
}
