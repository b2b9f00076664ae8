import Foundation

/// Writes files so that readers see a whole file or none, and reads regular files.
public enum AtomicFile {
  /// Replaces or creates a file: readers see the old content or the new, even if the machine stops.
  ///
  /// The bytes are written to a temporary file in the same folder and synced, then the temporary file replaces the old
  /// one. After a failure the old file is unchanged and the temporary one removed; only if syncing the folder fails, the
  /// new file is in place already. If the path is a symbolic link, its target is replaced. Permissions are kept.
  ///
  /// - Throws: also if the path names anything but a regular file, such as a folder, a pipe or a device.
  public static func write(_ data: Data, to path: String) throws(ModelFileError) {
    try write(data, to: path, .system)
  }

  package static func write(
    _ data: Data, to path: String, _ operations: FileOperations
  ) throws(ModelFileError) {
    let (target, permissions) = try resolved(path)
    let place = FilePath(target)
    let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = place.sibling(".\(place.name.prefix(100)).\(mark).tmp")
    var failure = operations.create(temporary, data)
    if failure == 0, let permissions { _ = chmod(temporary, permissions) }
    if failure == 0 { failure = operations.rename(temporary, target) }
    if failure != 0 {
      _ = operations.remove(temporary)
    } else {
      failure = operations.syncFolder(place.folder)
    }
    if failure != 0 { throw ModelFileError(.access(.unwritable(code: failure)), file: path) }
  }

  /// The target of symbolic links, and the permissions of the file, if there is one.
  private static func resolved(_ path: String) throws(ModelFileError) -> (String, mode_t?) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, nil) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelFileError(.access(.notAFile), file: path) }
    guard let real = realpath(path, nil) else {
      throw ModelFileError(.access(.unwritable(code: errno)), file: path)
    }
    defer { free(real) }
    return (String(cString: real), status.st_mode & 0o7777)
  }

  /// The bytes of a regular file.
  ///
  /// - Parameter limit: the largest size in bytes; this machine's memory is a limit too.
  package static func read(_ path: String, limit: Int) throws(ModelFileError) -> Data {
    let limit = min(limit, Int(clamping: ProcessInfo.processInfo.physicalMemory))
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelFileError(.access(.notAFile), file: path) }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw ModelFileError(.access(.tooLarge(bytes: size, limit: limit)), file: path)
    }
    var data = Data(count: size)
    var done = 0
    while done < size {
      let count = data.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress!.advanced(by: done), size - done)
      }
      if count == 0 { break }
      if count > 0 { done += count } else if errno != EINTR { throw failure(path) }
    }
    return done == size ? data : data.prefix(done)
  }

  private static func failure(_ path: String) -> ModelFileError {
    let code = errno
    let isMissing = code == ENOENT || code == ENOTDIR
    return ModelFileError(.access(isMissing ? .notFound : .unreadable(code: code)), file: path)
  }
}
