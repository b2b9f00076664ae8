/// The exit codes that scripts rely on.
public enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  case usage = 2
  case badInput = 3
  case diverged = 4
  case interrupted = 130
}
