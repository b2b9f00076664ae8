import AtomicFiles
import Foundation
import PlainText

/// A place where a file or a folder is to be made: what keeps that from being done is known before hours of work.
enum NewPlace {
  /// Why nothing can be made in a folder, in the system's words; `nil`: something can.
  ///
  /// Something is made, and removed again: permissions alone do not tell what a file system takes.
  static func obstacle(in folder: String) -> String? {
    if access("\(folder)/.", W_OK) != 0 { return systemReason(errno) }
    var path = Array("\(folder)/.awn-XXXXXX".utf8CString)
    if mkdtemp(&path) != nil {
      rmdir(path)
      return nil
    }
    return errno == ENOENT
      ? "nothing can be made in \(sanitized(folder, limit: 200))" : systemReason(errno)
  }

  /// Why nothing can be made at a path: it is a link that leads nowhere; `nil`: it is none.
  static func brokenLink(_ path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, stat(path, &status) != 0,
      let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    else { return nil }
    return "it is a link to \(sanitized(target, limit: 200)), which is not there"
  }
}
