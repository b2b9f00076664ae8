/// The exit codes that scripts rely on.
public enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case usage = 2
  case badInput = 3
  case diverged = 4
  case interrupted = 130
}

/// An error that a person can act on: it says what is wrong, where, and what to do, and how the program ends by it.
public protocol UserFacingError: Error {
  /// One sentence without its full stop; it never holds control characters.
  var sentence: String { get }
  var exitStatus: ExitStatus { get }
}

extension UserFacingError where Self: CustomStringConvertible {
  public var sentence: String { description }
}
