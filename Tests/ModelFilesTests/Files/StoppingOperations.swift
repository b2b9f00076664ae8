import AtomicFiles
import Foundation
import ModelFiles
import Synchronization

/// The system's file operations up to one of them, which fails, or at which the writer is killed: then it and all
/// after it do nothing. A file that is being created has got half of its bytes by then.
final class StoppingOperations: Sendable {
  private let count = Mutex(0)
  private let stop: Int
  /// `nil`: killed.
  private let code: Int32?

  /// - Parameter stop: counted from 1.
  init(at stop: Int, code: Int32?) {
    self.stop = stop
    self.code = code
  }

  /// Operations asked for.
  var asked: Int { count.withLock { $0 } }

  private func perform(_ operation: () -> Int32, half: () -> Void = {}) -> Int32 {
    let number = count.withLock { value in
      value += 1
      return value
    }
    if number == stop { half() }
    if number == stop || code == nil && number > stop { return code ?? EINTR }
    return operation()
  }

  var operations: FileOperations {
    let system = FileOperations.system
    return FileOperations(
      create: { path, bytes in
        self.perform(
          { system.create(path, bytes) }, half: { _ = system.create(path, bytes.prefix(bytes.count / 2)) })
      },
      link: { path, name in self.perform({ system.link(path, name) }) },
      rename: { path, name in self.perform({ system.rename(path, name) }) },
      remove: { path in self.perform({ system.remove(path) }) },
      syncFolder: { path in self.perform({ system.syncFolder(path) }) })
  }
}
