import Foundation
import Synchronization

/// Whether a run's folder is where it was, for all that notice it when it is not: the first of them says so, and the
/// others need not.
package final class FolderPresence: Sendable {
  /// What is said of a folder that is gone.
  package static let loss = "the run's folder was moved or deleted: put it back, or nothing more is kept"

  private let path: String
  private let wasGone = Atomic(false)

  package init(_ path: String) { self.path = path }

  package var isThere: Bool { access(path, F_OK) == 0 }

  /// Looks again.
  ///
  /// - Returns: whether it is gone, and was there at the last look.
  package func takeLoss() -> Bool {
    let isGone = !isThere
    return !wasGone.exchange(isGone, ordering: .sequentiallyConsistent) && isGone
  }
}
