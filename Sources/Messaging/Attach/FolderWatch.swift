import Glibc

/// Tells when a run's folder is moved. A move of a folder above it is not told, nor that it is deleted: the run's socket
/// keeps it.
final class FolderWatch: Sendable {
  /// Readable once it was; negative where the system has no more watches to give.
  let descriptor: Int32
  private let folder: String

  init(_ folder: String) {
    self.folder = folder
    descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    if descriptor >= 0 {
      inotify_add_watch(descriptor, folder, UInt32(IN_MOVE_SELF))
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the folder is no longer where it was.
  func takeNews() -> Bool {
    let bytes = 4096
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 8) { buffer in
      while read(descriptor, buffer.baseAddress, bytes) > 0 {}
    }
    return access(folder, F_OK) != 0
  }
}
