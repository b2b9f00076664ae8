import Foundation

/// Writes files so that readers see a whole file or none, and reads regular files.
public enum AtomicFile {
  /// Replaces or creates a file: readers see the old content or the new, even if the machine stops.
  ///
  /// The bytes are written to a temporary file in the same folder and synced, then the temporary file replaces the old
  /// one. After a failure the old file is unchanged and the temporary one removed; only if syncing the folder fails,
  /// the new file is in place already. If the path is a symbolic link, its target is replaced. Permissions are kept.
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

  /// Whether there is a regular file, or a link to one: reading anything else may wait.
  package static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The target of symbolic links, and the permissions of the file, if there is one.
  private static func resolved(_ path: String) throws(ModelFileError) -> (String, mode_t?) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (path, nil) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelFileError(.access(.notAFile), file: path) }
    guard let real = FilePath.real(path) else {
      throw ModelFileError(.access(.unwritable(code: errno)), file: path)
    }
    return (real, status.st_mode & 0o7777)
  }

  /// The bytes of a regular file.
  ///
  /// - Parameter limit: the largest size in bytes; this machine's memory is a limit too.
  package static func read(_ path: String, limit: Int) throws(ModelFileError) -> Data {
    let limit = min(limit, Int(clamping: ProcessInfo.processInfo.physicalMemory))
    return try reading(path) { descriptor, size throws(ModelFileError) in
      guard size <= limit else {
        throw ModelFileError(.access(.tooLarge(bytes: size, limit: limit)), file: path)
      }
      return try bytes(0..<size, of: descriptor, path)
    }
  }

  /// The whole lines in the last bytes of a regular file, without their ends. A last line without an end may still be
  /// written, and is left out.
  ///
  /// - Parameter limit: of the bytes of these lines.
  package static func lastLines(of path: String, limit: Int) throws(ModelFileError) -> [Data] {
    try wholeLines(of: path, last: limit)
      .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
  }

  /// The same with their ends, as one text.
  package static func wholeLines(of path: String, last limit: Int) throws(ModelFileError) -> Data {
    try reading(path) { descriptor, size throws(ModelFileError) in
      // With the byte before them, which says whether a line begins there.
      let start = max(0, size - limit - 1)
      let text = try bytes(start..<size, of: descriptor, path)
      let newline = UInt8(ascii: "\n")
      guard let end = text.lastIndex(of: newline) else { return Data() }
      let first = size > limit ? text.firstIndex(of: newline).map { $0 + 1 } ?? end : text.startIndex
      return text[first..<(end + 1)]
    }
  }

  private static func reading<Result>(
    _ path: String, _ read: (_ descriptor: Int32, _ size: Int) throws(ModelFileError) -> Result
  ) throws(ModelFileError) -> Result {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ModelFileError(.access(.notAFile), file: path) }
    return try read(descriptor, Int(status.st_size))
  }

  /// Fewer, if the file was shortened meanwhile.
  private static func bytes(
    _ range: Range<Int>, of descriptor: Int32, _ path: String
  ) throws(ModelFileError) -> Data {
    var data = Data(count: range.count)
    var done = 0
    while done < range.count {
      let count = data.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress!.advanced(by: done), range.count - done, range.lowerBound + done)
      }
      if count == 0 { break }
      if count > 0 { done += count } else if errno != EINTR { throw failure(path) }
    }
    return done == range.count ? data : data.prefix(done)
  }

  private static func failure(_ path: String) -> ModelFileError {
    let code = errno
    let isMissing = code == ENOENT || code == ENOTDIR
    return ModelFileError(.access(isMissing ? .notFound : .unreadable(code: code)), file: path)
  }
}
