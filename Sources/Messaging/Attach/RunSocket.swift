import AtomicFiles
import Experiment
import Foundation
import Glibc

/// The Unix-domain socket of a run: in its folder, or, where the file system has no sockets, in `$XDG_RUNTIME_DIR`, and
/// then the file `attach.place` in the folder says where.
///
/// A path of a socket has at most 107 bytes, and a run's folder may be anywhere: it is reached through a descriptor.
package enum RunSocket {
  package static let name = "attach.sock"
  package static let placeName = "attach.place"

  /// Opens the socket of a run. The caller holds the folder's lock, so a socket that is there is of a run that died.
  ///
  /// - Throws: `AttachError`.
  package static func listen(in folder: String) throws(AttachError) -> (descriptor: Int32, file: SocketFile) {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .system("make a socket", errno) }
    setFlags(descriptor)
    // Its mode is that of the file from the first moment on.
    fchmod(descriptor, 0o600)
    for path in candidates(folder) {
      // It gets its name once it listens: nobody who finds it is refused.
      let unnamed = "\(path).new"
      for path in [path, unnamed] { removeSocket(path) }
      var status = stat()
      guard lstat(path, &status) != 0, bind(descriptor, to: unnamed) else { continue }
      guard chmod(unnamed, 0o600) == 0, Glibc.listen(descriptor, 8) == 0, rename(unnamed, path) == 0 else {
        break
      }
      let place = "\(folder)/\(placeName)"
      if path == "\(folder)/\(name)" {
        unlink(place)
      } else {
        try? (path + "\n").write(toFile: place, atomically: true, encoding: .utf8)
      }
      return (descriptor, SocketFile(path))
    }
    let reason = errno
    close(descriptor)
    throw .system("listen in \(folder)", reason)
  }

  /// Connects to the socket of a run.
  ///
  /// - Throws: `AttachError.notListening` if no run does, after what a dead one left is removed.
  package static func connect(to folder: String) throws(AttachError) -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .system("make a socket", errno) }
    var failure = ENOENT
    for path in candidates(folder) {
      guard isOwnSocket(path) else {
        if isOfAnotherUser(path) { failure = EACCES }
        continue
      }
      if reach(path, { Glibc.connect(descriptor, $0, $1) }) {
        setFlags(descriptor)
        guard isOwnPeer(descriptor) else { break }
        return descriptor
      }
      // Of several places, the one that is there but closed to this user explains most.
      if failure != EACCES && failure != EPERM { failure = errno }
      if failure == ECONNREFUSED, !FolderLock.isHeld(folder) { remove(in: folder) }
    }
    close(descriptor)
    if failure == EACCES || failure == EPERM { throw .system("attach to \(folder)", failure) }
    throw .notListening
  }

  private static func isOfAnotherUser(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_uid != geteuid()
  }

  /// Removes the socket of a run that died.
  package static func remove(in folder: String) {
    for path in candidates(folder) { removeSocket(path) }
    unlink("\(folder)/\(placeName)")
  }

  // MARK: Places

  private static func candidates(_ folder: String) -> [String] {
    let own = "\(folder)/\(name)"
    let environment = ProcessInfo.processInfo.environment
    guard let runtime = environment["XDG_RUNTIME_DIR"], runtime.hasPrefix("/"), isPrivate(runtime) else {
      return [own]
    }
    // One name for one folder, however it is reached, by FNV-1a, 64 bits: stable between runs, unlike `Hasher`.
    let real = URL(filePath: folder).resolvingSymlinksInPath().path
    let hash = real.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return [own, "\(runtime)/awn-tui-\(String(hash, radix: 16)).sock"]
  }

  /// Whether a folder is this user's and nobody else can write to it.
  private static func isPrivate(_ folder: String) -> Bool {
    var status = stat()
    return stat(folder, &status) == 0 && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
  }

  private static func isOwnSocket(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK && status.st_uid == geteuid()
  }

  private static func removeSocket(_ path: String) {
    if isOwnSocket(path) { unlink(path) }
  }

  // MARK: Addresses

  private static func bind(_ descriptor: Int32, to path: String) -> Bool {
    reach(path) { Glibc.bind(descriptor, $0, $1) }
  }

  /// Calls with an address of a file, which is short however long the path of its folder is.
  private static func reach(
    _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Bool {
    let place = URL(filePath: path)
    let folder = open(place.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return false }
    defer { close(folder) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let short = "/proc/self/fd/\(folder)/\(place.lastPathComponent)"
    let room = MemoryLayout.size(ofValue: address.sun_path)
    let text = Array((path.utf8.count < room ? path : short).utf8)
    guard text.count < room else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: text) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return result == 0
  }

  // MARK: Peers

  static func setFlags(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  /// The process and the user at the other end, as the kernel knows; `nil`: it does not.
  private static func credentials(_ descriptor: Int32) -> (process: pid_t, user: uid_t)? {
    // struct ucred: process, user, group.
    var credentials: (pid_t, uid_t, gid_t) = (0, .max, .max)
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    let result = getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size)
    return result == 0 ? (credentials.0, credentials.1) : nil
  }

  /// The user at the other end; `nil`: the kernel does not know.
  package static func peer(_ descriptor: Int32) -> uid_t? { credentials(descriptor)?.user }

  /// The process at the other end; `nil`: the kernel does not know.
  package static func process(_ descriptor: Int32) -> pid_t? { credentials(descriptor)?.process }

  static func isOwnPeer(_ descriptor: Int32) -> Bool { peer(descriptor) == geteuid() }
}

/// The file of a socket, which is removed with it unless another run has put its own there.
package struct SocketFile: Sendable {
  package let path: String
  private let identity: FileIdentity?

  package init(_ path: String) {
    (self.path, identity) = (path, FileIdentity(at: path, followsLinks: false))
  }

  package func remove(in folder: String) {
    guard let identity, FileIdentity(at: path, followsLinks: false) == identity else { return }
    unlink(path)
    if path != "\(folder)/\(RunSocket.name)" { unlink("\(folder)/\(RunSocket.placeName)") }
  }
}

/// Why a run cannot be attached to, or cannot listen.
package enum AttachError: Error, Equatable {
  /// No process trains it, or it does not listen.
  case notListening
  case system(String, Int32)
  /// What came is no run of this version of the program.
  case noRun(String)

  package var reason: String {
    switch self {
    case .notListening: "no process listens"
    case .system(let what, let code): "cannot \(what): \(systemReason(code))"
    case .noRun(let reason): reason
    }
  }
}
