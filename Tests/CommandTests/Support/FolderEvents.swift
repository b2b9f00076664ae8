import Foundation
import Testing

/// What happens to the files of a folder and of those in it, as the kernel reports it.
final class FolderEvents: Sendable {
  private let descriptor: Int32
  private let folder: String

  init(_ folder: String) throws {
    self.folder = folder
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    try #require(descriptor >= 0, "no more watches: \(String(cString: strerror(errno)))")
    watch()
  }

  deinit { close(descriptor) }

  /// Folders that were made meanwhile, too.
  private func watch() {
    let wanted = UInt32(IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM)
    let inside = FileManager.default.enumerator(atPath: folder)
    let folders = inside?.compactMap { $0 as? String }.map { "\(folder)/\($0)" } ?? []
    for path in [folder] + folders {
      // Of a file or of what is gone there is nothing to watch.
      _ = inotify_add_watch(descriptor, path, wanted | UInt32(IN_ONLYDIR))
    }
  }

  /// Blocks until something happens, a descriptor is hung up, or the time is over.
  ///
  /// - Returns: how many things happened; `nil`: it was hung up, or the time is over.
  func next(until deadline: ContinuousClock.Instant, hangUp: Int32 = -1) -> Int? {
    let left = (deadline - .now) / .milliseconds(1)
    var waits = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: hangUp, events: 0, revents: 0),
    ]
    guard left > 0, poll(&waits, 2, Int32(min(left, 1e9))) > 0, waits[0].revents != 0 else { return nil }
    let count = drain()
    watch()
    return count
  }

  private func drain() -> Int {
    var (total, buffer) = (0, [UInt8](repeating: 0, count: 1 << 14))
    while true {
      let size = read(descriptor, &buffer, buffer.count)
      guard size > 0 else { return total }
      var place = 0
      while place + MemoryLayout<inotify_event>.size <= size {
        // The length of a name follows three numbers.
        let name = buffer.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place + 12, as: UInt32.self) }
        place += MemoryLayout<inotify_event>.size + Int(name)
        total += 1
      }
    }
  }
}

/// Waits for what another process does to the files of a folder: false if the condition does not hold within five
/// minutes. A machine under load is slow, not wrong. A condition that throws does not hold yet: its file is not there.
@discardableResult
func eventually(in scratch: Scratch, _ condition: () async throws -> Bool) async throws -> Bool {
  let events = try FolderEvents(scratch.path)
  let deadline = ContinuousClock.now + .seconds(300)
  while (try? await condition()) != true {
    guard await onOwnThread({ events.next(until: deadline) }) != nil else { return try await condition() }
  }
  return true
}
