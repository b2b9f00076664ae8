/// What the left button or the wheel of the mouse did, in cells of the screen from the top left.
///
/// Terminals keep the other buttons for themselves. A cell may lie beyond a window that has just shrunk.
public struct MouseEvent: Equatable, Hashable, Sendable {
  public enum Kind: CaseIterable, Sendable {
    case press
    /// Moved to another cell with the button held.
    case drag
    case release
    case wheelUp, wheelDown
  }

  public var kind: Kind
  public var x: Int
  public var y: Int

  /// Something that happened at a cell, on the screen or off it.
  public init(_ kind: Kind, x: Int, y: Int) {
    self.kind = kind
    self.x = x
    self.y = y
  }
}

/// Whether the terminal reports its mouse to the dashboard.
public enum MouseReporting: Sendable {
  /// The terminal has none to report.
  case unavailable
  case off
  case on
}
