import Foundation
import SwiftProtobuf

/// Appends events to a file of a folder that TensorBoard watches.
///
/// Every call reaches the file before it returns, in one piece, so that a TensorBoard that runs sees it. A call that
/// fails leaves no half event behind, and later calls may succeed, so training can continue.
public struct EventFileWriter: Sendable {
  /// `events.out.tfevents.<seconds>.<host>.<process>.awn` in the folder.
  public let path: String
  private let file: FileHandle

  /// Makes the folder, where it is missing, and a new file in it.
  public init(folder: String) throws(EventFileError) {
    try Self.makeFolder(folder)
    let now = Date().timeIntervalSince1970
    var second = Int(now)
    // Files are new; a second one of the same second takes the next.
    while access(Self.path(folder, second), F_OK) == 0 { second += 1 }
    try self.init(path: Self.path(folder, second))
    try append([.version(wallTime: now)])
  }

  /// Appends to a file, made if there is none.
  package init(path: String) throws(EventFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw EventFileError(path: path, code: errno) }
    self.path = path
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  public func write(_ events: [LogEvent]) throws(EventFileError) {
    try append(events.map { Tensorboard_Event($0) })
  }

  private func append(_ events: [Tensorboard_Event]) throws(EventFileError) {
    do {
      let records = try events.flatMap { RecordFraming.framed(try $0.serializedBytes()) }
      let end = try file.seekToEnd()
      do {
        try file.write(contentsOf: Data(records))
      } catch {
        try? file.truncate(atOffset: end)
        throw error
      }
    } catch {
      throw EventFileError(path: path, code: (error as NSError).posixCode)
    }
  }

  /// With the folders it is in.
  private static func makeFolder(_ folder: String) throws(EventFileError) {
    for slash in folder.indices.dropFirst() where folder[slash] == "/" {
      mkdir(String(folder[..<slash]), 0o777)
    }
    if mkdir(folder, 0o777) != 0, errno != EEXIST { throw EventFileError(path: folder, code: errno) }
  }

  private static func path(_ folder: String, _ second: Int) -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(folder)/events.out.tfevents.\(second).\(host).\(getpid()).awn"
  }
}

/// An event file cannot be made, or not be written to.
public struct EventFileError: Error, Equatable, Sendable, CustomStringConvertible {
  public var path: String
  /// The value of `errno`.
  public var code: Int32

  package init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }

  public var description: String { "cannot write \(path): \(String(cString: strerror(code)))" }
}

extension NSError {
  /// What the system said, under Foundation's wording.
  fileprivate var posixCode: Int32 {
    if domain == NSPOSIXErrorDomain { return Int32(code) }
    let cause = userInfo[NSUnderlyingErrorKey] as? NSError
    return cause?.posixCode ?? EIO
  }
}
