import Foundation

/// What writing files takes from the system: a value, so that tests can stop or fail it after any step. Each returns
/// 0 or the `errno` of its failure.
package struct FileOperations: Sendable {
  /// Creates a file that does not exist yet, writes all bytes, and brings them to the disk.
  package var create: @Sendable (_ path: String, _ bytes: Data) -> Int32
  /// A second name for a file.
  package var link: @Sendable (_ path: String, _ name: String) -> Int32
  /// Takes the place of what was there.
  package var rename: @Sendable (_ path: String, _ name: String) -> Int32
  package var remove: @Sendable (_ path: String) -> Int32
  /// Brings a folder's names to the disk.
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

  /// Those of the system.
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

  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
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

  /// Folders that may not be read, and file systems that cannot sync one, keep their names without.
  private static func sync(folder: String) -> Int32 {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == EACCES ? 0 : errno }
    let failure = code(fsync(descriptor))
    close(descriptor)
    return [EINVAL, ENOTSUP, EROFS].contains(failure) ? 0 : failure
  }
}

/// A file's place, in terms of its folder.
struct FilePath {
  /// `.` for a name alone.
  let folder: String
  let name: String

  init(_ path: String) {
    if let slash = path.lastIndex(of: "/") {
      folder = slash == path.startIndex ? "/" : String(path[..<slash])
      name = String(path[path.index(after: slash)...])
    } else {
      (folder, name) = (".", path)
    }
  }

  /// Beside it.
  func sibling(_ name: String) -> String { folder == "/" ? "/\(name)" : "\(folder)/\(name)" }
}
