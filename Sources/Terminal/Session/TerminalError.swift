/// Why there can be no full-screen session here.
public enum TerminalError: Error, Equatable {
  /// Standard input or output is a file or a pipe.
  case notATerminal
  case typeNotSet
  case typeUnknown(String)
  /// Known, but unable to place the cursor.
  case typeUnsuitable(String)
  case noTerminfoDatabase
  /// One session is open already.
  case alreadyOpen
  /// The operating system refused; the number is its `errno`.
  case system(String, errno: Int32)
}
