import Foundation

/// A file that lines are appended to. Lines that cannot be written wait for the next one, up to a limit.
package struct LineFile {
  private let path: String
  private var descriptor: Int32 = -1
  /// Bytes the file has.
  package private(set) var size = 0
  private var waiting = Data()
  /// Lines that did not fit into what may wait.
  package private(set) var lostLines = 0
  private let limit: Int
  private let mayOpen: @Sendable () -> Bool

  /// - Parameters:
  ///   - limit: bytes that may wait; lines beyond are counted and lost.
  ///   - mayOpen: whether what is at the path is the file that is meant; as long as it is not, lines wait.
  package init(_ path: String, limit: Int = 1 << 25, mayOpen: @escaping @Sendable () -> Bool = { true }) {
    (self.path, self.limit, self.mayOpen) = (path, limit, mayOpen)
  }

  /// - Returns: 0, or the `errno` because of which lines wait.
  package mutating func append(_ line: Data) -> Int32 {
    if waiting.count + line.count <= limit { waiting += line } else { lostLines += 1 }
    return write()
  }

  /// The whole lines of such a file, without their ends, and whether a part of one follows them.
  package static func lines(of bytes: Data) -> (lines: [Data], hasRest: Bool) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let rest = lines.popLast() ?? Data()
    return (lines, !rest.isEmpty)
  }

  /// Whether it is there, or has lines to be written.
  package var isInUse: Bool { descriptor >= 0 || !waiting.isEmpty || access(path, F_OK) == 0 }

  /// Writes what waits.
  package mutating func write() -> Int32 {
    let failure = open()
    if failure != 0 { return failure }
    while !waiting.isEmpty {
      let count = waiting.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        size += count
        waiting = count == waiting.count ? Data() : Data(waiting.dropFirst(count))
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }

  /// Flushes it to the disk, if the file system can.
  package func sync() {
    if descriptor >= 0 { _ = fdatasync(descriptor) }
  }

  package mutating func close() {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
    descriptor = -1
  }

  private mutating func open() -> Int32 {
    // Lines that go into a file without a name are lost: its folder was deleted.
    var present = stat()
    if descriptor >= 0, fstat(descriptor, &present) == 0, present.st_nlink == 0 { close() }
    if descriptor >= 0 { return 0 }
    guard mayOpen() else { return ENOENT }
    descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return errno }
    var status = stat()
    if fstat(descriptor, &status) == 0 { size = Int(status.st_size) }
    return 0
  }

  /// Truncates a file to the whole lines in its first bytes. A missing file has none.
  ///
  /// - Returns: 0 or an `errno`.
  package static func cut(_ path: String, toBytes limit: Int) -> Int32 {
    let descriptor = Foundation.open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return errno == ENOENT ? 0 : errno }
    defer { _ = Foundation.close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return errno }
    var end = min(limit, Int(status.st_size))
    var byte: UInt8 = 0
    while end > 0, pread(descriptor, &byte, 1, end - 1) == 1, byte != UInt8(ascii: "\n") { end -= 1 }
    return end == Int(status.st_size) || ftruncate(descriptor, end) == 0 ? 0 : errno
  }
}
