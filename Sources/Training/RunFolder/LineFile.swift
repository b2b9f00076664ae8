import Foundation

/// A file that lines are added to. What can not be written waits for the next line.
struct LineFile {
  private let path: String
  private var descriptor: Int32 = -1
  /// Bytes the file has.
  private(set) var size = 0
  private var waiting = Data()

  /// Bytes that wait at most; lines beyond are lost.
  private static let most = 1 << 25

  init(_ path: String) {
    self.path = path
  }

  /// - Returns: 0, or the `errno` for which something waits.
  mutating func append(_ line: Data) -> Int32 {
    if waiting.count + line.count <= Self.most { waiting += line }
    return write()
  }

  /// Writes what waits.
  mutating func write() -> Int32 {
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

  /// Brings it to the disk, where that can be done.
  func sync() {
    if descriptor >= 0 { _ = fdatasync(descriptor) }
  }

  mutating func close() {
    if descriptor >= 0 { _ = Foundation.close(descriptor) }
    descriptor = -1
  }

  private mutating func open() -> Int32 {
    if descriptor >= 0 { return 0 }
    descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return errno }
    var status = stat()
    if fstat(descriptor, &status) == 0 { size = Int(status.st_size) }
    return 0
  }

  /// Cuts a file to whole lines in its first bytes; one that is not there has none.
  ///
  /// - Returns: 0 or an `errno`.
  static func cut(_ path: String, toBytes limit: Int) -> Int32 {
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
