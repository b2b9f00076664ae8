import Foundation
import Learning
import PlainText
import Training
import UserInterface

/// The ranks that a launcher (`mpirun`, `srun`) has started this program as.
package final class RankJob: Collective {
  package let rank: Int
  package let count: Int
  /// Ranks on this machine.
  let localCount: Int
  /// The name and version of the MPI that connects them.
  let library: String
  private let mpi: MPILibrary

  /// The number of this process among those of its launcher, as far as the environment says; 0 if it runs alone.
  static var launchedRank: Int { number("OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID") ?? 0 }

  /// Processes that the launcher has started: Open MPI, MPICH, or Slurm in a job step.
  private static var launchedCount: Int {
    let slurm = number("SLURM_STEP_ID") == nil ? nil : number("SLURM_STEP_NUM_TASKS")
    return number("OMPI_COMM_WORLD_SIZE", "PMI_SIZE") ?? slurm ?? 1
  }

  /// Whether the launcher has started others beside this process.
  static var isOneOfSeveral: Bool { launchedCount > 1 }

  /// - Throws: if a command that runs in one process was started as several.
  static func requireOneProcess(for command: String?) throws(RankError) {
    guard let command, launchedCount > 1, !["train", "resume"].contains(command) else { return }
    throw .notHere(command)
  }

  /// - Returns: `nil` if the program runs alone.
  static func current() throws -> RankJob? {
    let count = launchedCount
    if count == 1 { return nil }
    let local = number("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE") ?? count
    return try RankJob(launched: count, local: local)
  }

  private static func number(_ names: String...) -> Int? {
    names.lazy.compactMap { ProcessInfo.processInfo.environment[$0].flatMap { Int($0) } }.first
  }

  private init(launched: Int, local: Int) throws(RankError) {
    mpi = try MPILibrary()
    var (rank, count) = (CInt(0), CInt(0))
    var name = [CChar](repeating: 0, count: 256)
    let error = mpi.start(&rank, &count, &name, name.count)
    guard error == 0 else { throw .noStart(code: error) }
    library = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    (self.rank, self.count, localCount) = (Int(rank), Int(count), max(1, local))
    guard self.count == launched else {
      throw .otherLauncher(launched: launched, connected: self.count, library: library)
    }
    try requireEqualRanks()
  }

  /// Everything that ranks decide for themselves must come out alike.
  private func requireEqualRanks() throws(RankError) {
    let kinds = gather(Version.details.replacing("\n", with: ", "))
    let different = Set(kinds)
    guard different.count > 1 else { return }
    throw .unlike(
      different.sorted().map { kind in "\(kind) on rank \(kinds.firstIndex(of: kind) ?? 0)" })
  }

  // MARK: Collective

  package func sum(_ values: UnsafeMutableBufferPointer<Float>) {
    check(mpi.sumFloats(values.baseAddress, values.count))
  }

  package func sum(_ values: UnsafeMutableBufferPointer<Double>) {
    check(mpi.sumDoubles(values.baseAddress, values.count))
  }

  package func broadcast(_ bytes: [UInt8]) -> [UInt8] {
    var count = Int64(bytes.count)
    withUnsafeMutableBytes(of: &count) { check(mpi.broadcast($0.baseAddress, $0.count)) }
    if count == 0 { return [] }
    var bytes = rank == 0 ? bytes : [UInt8](repeating: 0, count: Int(count))
    bytes.withUnsafeMutableBytes { check(mpi.broadcast($0.baseAddress, $0.count)) }
    return bytes
  }

  /// A text of every rank, in their order, on every rank.
  func gather(_ text: String) -> [String] {
    let own = Array(text.utf8)
    var lengths = [Double](repeating: 0, count: count)
    lengths[rank] = Double(own.count)
    lengths.withUnsafeMutableBufferPointer { sum($0) }
    let starts = lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int($1)) }
    var all = [Float](repeating: 0, count: starts[count])
    for (offset, byte) in own.enumerated() { all[starts[rank] + offset] = Float(byte) }
    all.withUnsafeMutableBufferPointer { sum($0) }
    return (0..<count).map { rank in
      String(decoding: all[starts[rank]..<starts[rank + 1]].map { UInt8($0) }, as: UTF8.self)
    }
  }

  // MARK: Messages from one rank to another

  func send(_ bytes: [UInt8], to rank: Int, tag: Int) {
    bytes.withUnsafeBytes { check(mpi.send($0.baseAddress, $0.count, CInt(rank), CInt(tag))) }
  }

  /// Waits for a message.
  ///
  /// - Parameter rank: its sender; `nil`: any.
  func receive(from rank: Int? = nil, tag: Int) -> (sender: Int, bytes: [UInt8]) {
    var (sender, size) = (CInt(0), 0)
    check(mpi.awaitMessage(CInt(rank ?? -1), CInt(tag), &sender, &size))
    var bytes = [UInt8](repeating: 0, count: size)
    bytes.withUnsafeMutableBytes { check(mpi.receive($0.baseAddress, $0.count, sender, CInt(tag))) }
    return (Int(sender), bytes)
  }

  // MARK: The end

  /// Leaves MPI, once every rank is done.
  func finish() { mpi.finish() }

  /// Ends all ranks at once.
  func abort(_ status: ExitStatus) -> Never {
    mpi.abort(status.rawValue)
    exit(status.rawValue)
  }

  /// A rank that is gone cannot be waited for.
  private func check(_ error: CInt) {
    if error == 0 { return }
    if rank == 0 {
      Console.tell(
        "awn-tui: another rank is gone (MPI error \(error)): the last checkpoint is whole, go on from it with resume\n"
      )
    }
    abort(.failed)
  }
}

extension RankJob {
  /// Does what may fail on some ranks, such as the reading of data, and fails on all of them if it does on one. Nothing
  /// can be asked of the ranks then.
  func together<Value>(_ body: () throws -> Value) throws -> Value {
    var result: Result<Value, any Error>
    do { result = .success(try body()) } catch { result = .failure(error) }
    var failure = ""
    if case .failure(let error) = result {
      let known = error as? any UserFacingError
      failure = "\((known?.exitStatus ?? .failed).rawValue) \(known?.sentence ?? "\(error)")"
    }
    let failures = gather(failure)
    guard let first = failures.firstIndex(where: { !$0.isEmpty }) else { return try result.get() }
    // All leave in order, and rank 0 alone says why.
    finish()
    let parts = failures[first].split(separator: " ", maxSplits: 1).map(String.init)
    let status = Int32(parts[0]).flatMap(ExitStatus.init(rawValue:)) ?? .failed
    if rank != 0 { throw status }
    if case .failure(let error) = result { throw error }
    throw RankError.otherRank(first, parts.count > 1 ? parts[1] : "failed", status)
  }
}

extension RankJob? {
  /// Whether this process writes, prints and reports: it runs alone, or is rank 0.
  var isFirst: Bool { (self?.rank ?? 0) == 0 }
}
