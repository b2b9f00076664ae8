import Foundation
import PlainText

/// The functions of `Sources/MPIShim/awn_mpi.c`, from the library that `make mpi` builds. Loaded at run time, so that
/// the program needs no MPI where it runs alone. Used by one thread at a time.
struct MPILibrary: @unchecked Sendable {
  typealias Start =
    @convention(c) (
      UnsafeMutablePointer<CInt>, UnsafeMutablePointer<CInt>, UnsafeMutablePointer<CChar>, Int
    ) -> CInt
  typealias SumFloats = @convention(c) (UnsafeMutablePointer<Float>?, Int) -> CInt
  typealias SumDoubles = @convention(c) (UnsafeMutablePointer<Double>?, Int) -> CInt
  typealias Broadcast = @convention(c) (UnsafeMutableRawPointer?, Int) -> CInt
  typealias Send = @convention(c) (UnsafeRawPointer?, Int, CInt, CInt) -> CInt
  typealias Await =
    @convention(c) (
      CInt, CInt, UnsafeMutablePointer<CInt>, UnsafeMutablePointer<Int>
    ) -> CInt
  typealias Receive = @convention(c) (UnsafeMutableRawPointer?, Int, CInt, CInt) -> CInt

  let start: Start
  let finish: @convention(c) () -> Void
  let abort: @convention(c) (CInt) -> Void
  let sumFloats: SumFloats
  let sumDoubles: SumDoubles
  let broadcast: Broadcast
  let send: Send
  let awaitMessage: Await
  let receive: Receive

  static let name = "libawn-mpi.so"
  /// The version of the functions; another one does not fit this program.
  private static let interface: CInt = 1

  /// - Throws: `RankError.noLibrary`, `.otherLibrary`.
  init() throws(RankError) {
    var handle: UnsafeMutableRawPointer?
    for path in Self.paths where handle == nil { handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) }
    guard let handle else { throw .noLibrary(dlerror().map { String(cString: $0) } ?? "") }
    func symbol<Function>(_ name: String) throws(RankError) -> Function {
      guard let address = dlsym(handle, "awn_mpi_" + name) else { throw .otherLibrary }
      return unsafeBitCast(address, to: Function.self)
    }
    let interface: @convention(c) () -> CInt = try symbol("interface")
    guard interface() == Self.interface else { throw .otherLibrary }
    start = try symbol("start")
    finish = try symbol("finish")
    abort = try symbol("abort")
    sumFloats = try symbol("sum_floats")
    sumDoubles = try symbol("sum_doubles")
    broadcast = try symbol("broadcast")
    send = try symbol("send")
    awaitMessage = try symbol("await")
    receive = try symbol("receive")
  }

  /// Beside the program, or in `lib/awn-tui` beside its folder.
  private static var paths: [String] {
    if let path = ProcessInfo.processInfo.environment["AWN_MPI_LIBRARY"] { return [path] }
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
    return [
      folder.appending(path: name).path, folder.appending(path: "../lib/awn-tui/\(name)").path,
    ]
  }
}

/// Why several ranks cannot train together.
enum RankError: UserFacingError {
  case noLibrary(String)
  case otherLibrary
  case noStart(code: Int32)
  /// The launcher says one number of ranks, MPI another: the program was started by another MPI's launcher.
  case otherLauncher(launched: Int, connected: Int, library: String)
  /// Ranks of other versions, or with kernels of other levels.
  case unlike([String])
  case otherRank(Int, String, ExitStatus)
  case notHere(String)

  var sentence: String {
    switch self {
    case .noLibrary(let reason):
      "\(MPILibrary.name), which several ranks need, cannot be loaded (\(sanitized(reason, limit: 200))): "
        + "build it with `make mpi`, or start awn-tui without mpirun"
    case .otherLibrary: "\(MPILibrary.name) is of another version of awn-tui: build it again with `make mpi`"
    case .noStart(let code): "MPI did not start (error \(code)); see what mpirun says above"
    case .otherLauncher(let launched, let connected, let library):
      "started as one of \(launched) ranks, but \(sanitized(library, limit: 100)) connects \(connected): use the mpirun "
        + "of the MPI that `make mpi` found"
    case .unlike(let kinds):
      "the ranks are not alike, so their results would drift apart: \(kinds.joined(separator: "; ")); "
        + "install the same version, on processors of the same level"
    case .otherRank(let rank, let sentence, _): "rank \(rank): \(sentence)"
    case .notHere(let command):
      "\(command) runs in one process: start it without mpirun (train and resume --headless run on several)"
    }
  }

  var exitStatus: ExitStatus {
    switch self {
    case .otherRank(_, _, let status): status
    case .notHere: .usage
    default: .failed
    }
  }
}
