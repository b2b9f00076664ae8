import Glibc
import PlainText

/// Something is where a file or a folder of a name that was typed was to be made. Neither the dashboard nor a recording
/// replaces anything, because nobody can be asked; `-o` of a command does.
package struct PlaceTaken: UserFacingError {
  package let path: String

  package var sentence: String { "\(sanitized(path, limit: 300)) is there already: choose another name" }
  package var exitStatus: ExitStatus { .failed }

  /// - Throws: if there is anything at the path, be it a link that leads nowhere.
  package static func check(_ path: String) throws(PlaceTaken) {
    var status = stat()
    if lstat(path, &status) == 0 { throw PlaceTaken(path: path) }
  }
}
