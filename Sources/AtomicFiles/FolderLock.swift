import Glibc

/// The lock of a run's folder, which the system releases with the process, however that ends.
package enum FolderLock {
  /// - Returns: -1 without failure where files can not be locked.
  package static func take(_ folder: String) -> (descriptor: Int32, failure: Int32) {
    let descriptor = open("\(folder)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return (-1, errno) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let failure = errno
      if failure == EINTR { continue }
      close(descriptor)
      return (-1, failure == EWOULDBLOCK ? failure : 0)
    }
    return (descriptor, 0)
  }

  /// Whether a process has the folder. The lock is taken for an instant, shared, so that nothing is waited for.
  package static func isHeld(_ folder: String) -> Bool {
    let descriptor = open("\(folder)/.lock", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
      flock(descriptor, LOCK_UN)
      return false
    }
    return errno == EWOULDBLOCK
  }
}
