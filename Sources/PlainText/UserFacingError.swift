/// An error that a person can act on: it says what is wrong, where, and what to do, and how the program ends by it.
public protocol UserFacingError: Error {
  /// One sentence without its full stop; it never holds control characters.
  var sentence: String { get }
  var exitStatus: ExitStatus { get }
}

extension UserFacingError where Self: CustomStringConvertible {
  public var sentence: String { description }
}
