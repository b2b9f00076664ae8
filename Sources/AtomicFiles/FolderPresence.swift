import Foundation
import Synchronization

/// Whether a run's folder is where it was, for all that notice it when it is not: the first of them says so, and the
/// others need not. Another folder in its place is another run's, and not to be written to.
package final class FolderPresence: Sendable {
  /// The warning that the folder is gone.
  package static let loss = "the run's folder was moved or deleted: put it back, or nothing more is kept"

  private let path: String
  /// Kept open, so that no other folder gets its number.
  private let descriptor: Int32
  private let wasGone = Atomic(false)

  /// The folder that is there now.
  package init(_ path: String) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package var isThere: Bool {
    guard let own = FileIdentity(of: descriptor) else { return false }
    return FileIdentity(at: path, followsLinks: true) == own
  }

  /// Looks again.
  ///
  /// - Returns: whether it is gone, and was there at the last look.
  package func takeLoss() -> Bool {
    let isGone = !isThere
    return !wasGone.exchange(isGone, ordering: .sequentiallyConsistent) && isGone
  }
}
