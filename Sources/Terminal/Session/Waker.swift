import CTerminal

/// Ends a session's wait from any thread. Cheap; any number of calls between two waits give one `Input.woken`.
public struct Waker: Sendable {
  /// A waker of the session that is open, or will be.
  public init() { _ = ct_events_descriptor() }

  /// Also allowed in a signal handler.
  public func wake() { ct_post(UInt32(CT_WOKEN)) }
}
