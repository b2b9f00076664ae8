import AtomicFiles
import Foundation
import Glibc

/// Notices when a run's folder is moved or deleted. It does not notice when a folder above it is moved.
final class FolderWatch: Sendable {
  /// Readable once it may have been; negative where the system has no more watches to give.
  let descriptor: Int32
  private let presence: FolderPresence

  init(_ folder: String, _ presence: FolderPresence) {
    self.presence = presence
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { return }
    inotify_add_watch(descriptor, folder, UInt32(IN_MOVE_SELF))
    // The run's open socket keeps the deleted folder alive, so only the folder above it reports the deletion.
    let above = URL(filePath: folder).resolvingSymlinksInPath().deletingLastPathComponent().path
    inotify_add_watch(descriptor, above, UInt32(IN_DELETE))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the folder is no longer where it was, and nobody has said so yet.
  func takeNews() -> Bool {
    let bytes = 4096
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, bytes) > 0 {}
    }
    return presence.takeLoss()
  }
}
