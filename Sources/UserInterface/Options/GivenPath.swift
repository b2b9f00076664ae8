import ArgumentParser

/// Paths on the command line that no setting has.
package enum GivenPath {
  /// Throws if a path is empty, as where a variable of the shell is not set.
  ///
  /// - Parameters:
  ///   - name: the option or the argument.
  ///   - place: what the path leads to.
  package static func require(_ path: String?, _ name: String, of place: String = "a folder") throws {
    if path?.isEmpty == true { throw ValidationError("\(name) needs the path of \(place)") }
  }

  package static let fileOrStream = "a file, or -"
  package static let fileOrFolder = "a file or folder"
  package static let run = "a run's folder"
  package static let model = "a run's folder, or of a checkpoint in it"
}
