import Foundation

/// Which file is meant, whatever its name: that of the device and its number there. A file that is deleted and kept open
/// by nobody may leave both to another one.
package struct FileIdentity: Equatable, Sendable {
  private let device: dev_t
  private let number: ino_t

  /// Of what is at a path now; `nil`: nothing that can be seen.
  ///
  /// - Parameter followsLinks: whether a link is the file that it leads to, and not one itself.
  package init?(at path: String, followsLinks: Bool) {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.init(status)
  }

  /// Of an open file; `nil`: it is not open.
  package init?(of descriptor: Int32) {
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) { (device, number) = (status.st_dev, status.st_ino) }
}
