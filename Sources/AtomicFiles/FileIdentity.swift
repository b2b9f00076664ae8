import Foundation

/// Tells whether two paths or descriptors lead to the same file, by its device and inode numbers.
///
/// The system gives both numbers to a new file once this one is deleted and nobody has it open.
package struct FileIdentity: Equatable, Sendable {
  private let device: dev_t
  private let number: ino_t

  /// The file that a path leads to now; `nil` if there is none, or its folder is not readable.
  ///
  /// - Parameter followsLinks: whether a symbolic link stands for the file it points to instead of for itself.
  package init?(at path: String, followsLinks: Bool) {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.init(status)
  }

  /// The file of a descriptor; `nil` if the descriptor is not open.
  package init?(of descriptor: Int32) {
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) { (device, number) = (status.st_dev, status.st_ino) }
}
