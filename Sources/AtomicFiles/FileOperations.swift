import Foundation

/// The system calls of writing files, as a value, so that tests can fail or stop a writer after any step. Each returns
/// 0 or the `errno` of its failure.
package struct FileOperations: Sendable {
  /// Creates a file that must not exist, writes all bytes, and syncs them.
  package var create: @Sendable (_ path: String, _ bytes: Data) -> Int32
  /// Gives a file a second name.
  package var link: @Sendable (_ path: String, _ name: String) -> Int32
  /// Renames a file, replacing the one with the new name.
  package var rename: @Sendable (_ path: String, _ name: String) -> Int32
  package var remove: @Sendable (_ path: String) -> Int32
  /// Syncs the names in a folder.
  package var syncFolder: @Sendable (_ path: String) -> Int32

  package init(
    create: @escaping @Sendable (String, Data) -> Int32, link: @escaping @Sendable (String, String) -> Int32,
    rename: @escaping @Sendable (String, String) -> Int32, remove: @escaping @Sendable (String) -> Int32,
    syncFolder: @escaping @Sendable (String) -> Int32
  ) {
    self.create = create
    self.link = link
    self.rename = rename
    self.remove = remove
    self.syncFolder = syncFolder
  }

  /// The system's own calls.
  package static let system = FileOperations(
    create: { createFile($0, $1) },
    link: { code(Glibc.link($0, $1)) },
    rename: { code(Glibc.rename($0, $1)) },
    remove: { code(Glibc.unlink($0)) },
    syncFolder: { sync(folder: $0) })

  private static func code(_ status: Int32) -> Int32 { status == 0 ? 0 : errno }

  private static func createFile(_ path: String, _ bytes: Data) -> Int32 {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return errno }
    let failure = bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    let syncFailure = failure == 0 ? code(fsync(descriptor)) : failure
    let closeFailure = code(close(descriptor))
    return syncFailure == 0 ? closeFailure : syncFailure
  }

  /// - Returns: 0, or the `errno` of the failure.
  package static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Succeeds without an effect if the folder may not be read or the file system cannot sync folders.
  private static func sync(folder: String) -> Int32 {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == EACCES ? 0 : errno }
    let failure = code(fsync(descriptor))
    close(descriptor)
    return [EINVAL, ENOTSUP, EROFS].contains(failure) ? 0 : failure
  }
}

/// A path, divided into folder and name.
package struct FilePath {
  /// `.` if the path is a name alone.
  package let folder: String
  package let name: String

  package init(_ path: String) {
    if let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
      name = String(path[path.index(after: slash)...])
    } else {
      (folder, name) = (".", path)
    }
  }

  /// The absolute path of what is there, without symbolic links; `nil` if there is nothing, and `errno` then says why.
  package static func real(_ path: String) -> String? {
    realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
  }

  /// The path of another name in the same folder.
  func sibling(_ name: String) -> String { folder == "/" ? "/\(name)" : "\(folder)/\(name)" }
}
