import Synchronization

/// A queue between threads that loses nothing: any thread sends, one receives.
public final class Mailbox<Message: Sendable>: Sendable {
  private struct State {
    var messages: [Message] = []
    var waiter: CheckedContinuation<Void, Never>?
    /// Since the receiver waited last.
    var isPoked = false
  }

  private let state = Mutex(State())

  public init() {}

  public func send(_ message: Message) { send(contentsOf: [message]) }

  /// Sends messages that the receiver drains together.
  public func send(contentsOf messages: [Message]) {
    let waiter = state.withLock { state in
      state.messages += messages
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
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

  /// What has come since the last call, in order; never waits.
  public func drain() -> [Message] {
    state.withLock { state in
      // The usual case, once a training step: nothing, and no allocation.
      if state.messages.isEmpty { return [] }
      defer { state.messages = [] }
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
  func update(_ change: (inout sending Value?) -> Void) {
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
