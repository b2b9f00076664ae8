import Glibc
import PlainText

package enum Folders {
  /// Makes a folder, and those above it that are missing. One that is there already will do.
  package static func make(_ path: String) throws(FolderFailure) {
    do {
      try make(path, for: path)
    } catch {
      throw FolderFailure(path: path, reason: error.text)
    }
  }

  private struct Reason: Error { let text: String }

  private static func make(_ path: String, for whole: String) throws(Reason) {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    let parent = FilePath(path).folder
    var status = stat()
    switch code {
    case EEXIST:
      let (isThere, name) = (stat(path, &status) == 0, path == whole ? "it" : sanitized(path, limit: 200))
      if isThere, status.st_mode & S_IFMT == S_IFDIR { return }
      if isThere { throw Reason(text: "\(name) is a file") }
      throw Reason(text: "\(name) is a link to \(sanitized(target(path), limit: 200)), which is not there")
    case ENOENT where stat(parent, &status) == 0:
      throw Reason(text: "no folder can be made in \(sanitized(parent, limit: 200))")
    case ENOENT where parent != path, ENOTDIR where parent != path:
      try make(parent, for: whole)
      if mkdir(path, 0o777) != 0 && errno != EEXIST { throw Reason(text: systemReason(errno)) }
    default: throw Reason(text: systemReason(code))
    }
  }

  private static func target(_ link: String) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      let count = readlink(link, buffer.baseAddress!, buffer.count)
      return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}

/// Why a folder could not be made.
package struct FolderFailure: UserFacingError {
  package let path: String
  package let reason: String

  package var sentence: String {
    "the folder \(sanitized(path, limit: 300)) cannot be made: \(reason); choose another place"
  }
  package var exitStatus: ExitStatus { .failed }
}
