import PlainText

/// Something that a command was to write to a file could not be written.
struct NotWritten: UserFacingError {
  /// As in "the summary".
  let what: String
  let place: String
  let reason: String

  var sentence: String {
    "cannot write \(what) to \(sanitized(place, limit: 300)): \(sanitized(reason, limit: 300)); "
      + "choose another place"
  }
  var exitStatus: ExitStatus { .failed }
}
