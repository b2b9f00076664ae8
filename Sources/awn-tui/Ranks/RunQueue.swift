import Experiment
import Foundation
import JSONText
import PlainText
import Synchronization
import Training
import UserInterface

/// Hands out the runs of a series to ranks as they become free. Rank 0 hands out from a thread of its own while it
/// trains too; the others ask it.
final class RunQueue: Sendable {
  /// What became of a run.
  struct Result: Codable, Sendable {
    var index: Int
    var problem: Problem?
    var outcome: Outcome?
    /// Why it has no outcome, as a sentence.
    var failure: String?
    var rank = 0
  }

  private struct State {
    var waiting: [Int]
    /// Runs that failed on a rank once.
    var retried: Set<Int> = []
    var results: [Int: Result] = [:]
  }

  private let job: RankJob
  private let state: Mutex<State>
  /// Called on rank 0 for every run that is over.
  private let report: @Sendable (Result) -> Void
  /// Signaled on rank 0 once all other ranks have been told that there is no more.
  private let othersAreDone = DispatchSemaphore(value: 0)

  /// Tags of messages to rank 0 and back.
  private static let (question, answer) = (1, 2)

  init(_ job: RankJob, runs: Int, report: @escaping @Sendable (Result) -> Void) {
    self.job = job
    self.report = report
    state = Mutex(State(waiting: Array((0..<runs).reversed())))
    if job.rank == 0 { Thread.detachNewThread { self.serveOthers() } }
  }

  /// Does runs until there are no more.
  ///
  /// - Returns: on rank 0 what became of each, in order; elsewhere nothing.
  func work(_ run: (Int) -> Result) -> [Result] {
    var last: Result?
    while let index = next(after: last) {
      var result = run(index)
      result.rank = job.rank
      last = result
    }
    guard job.rank == 0 else { return [] }
    othersAreDone.wait()
    // Runs that failed elsewhere after this rank had finished.
    while let index = state.withLock({ $0.waiting.popLast() }) { take(run(index)) }
    return state.withLock { state in state.results.keys.sorted().compactMap { state.results[$0] } }
  }

  /// The next run for this rank, once its last one has been reported.
  private func next(after last: Result?) -> Int? {
    if job.rank == 0 {
      if let last { take(last) }
      return state.withLock { $0.waiting.popLast() }
    }
    job.send(Self.encode(last), to: 0, tag: Self.question)
    return Int(String(decoding: job.receive(from: 0, tag: Self.answer).bytes, as: UTF8.self))
  }

  /// Answers the other ranks until each has been told that there is no more.
  private func serveOthers() {
    var left = job.count - 1
    while left > 0 {
      let (sender, bytes) = job.receive(tag: Self.question)
      if let last = Self.decode(bytes) { take(last) }
      let index = state.withLock { $0.waiting.popLast() }
      job.send(Array((index.map(String.init) ?? "none").utf8), to: sender, tag: Self.answer)
      if index == nil { left -= 1 }
    }
    othersAreDone.signal()
  }

  /// Nothing for a rank that has not run anything yet.
  private static func encode(_ result: Result?) -> [UInt8] {
    guard let result else { return [] }
    guard let data = try? JSONFormat.encoder().encode(result) else {
      preconditionFailure("every outcome can be encoded")
    }
    return Array(data)
  }

  private static func decode(_ bytes: [UInt8]) -> Result? {
    if bytes.isEmpty { return nil }
    guard let result = try? JSONFormat.decoder().decode(Result.self, from: Data(bytes)) else {
      preconditionFailure("another rank encoded what rank 0 cannot decode")
    }
    return result
  }

  /// Keeps a result; a run that failed is handed on once.
  private func take(_ result: Result) {
    let isFinal = state.withLock { state in
      if result.failure != nil, state.retried.insert(result.index).inserted {
        state.waiting.insert(result.index, at: 0)
        return false
      }
      state.results[result.index] = result
      return true
    }
    if let failure = result.failure {
      let next = isFinal ? "" : "; another rank tries again"
      Console.tell("note: run \(result.index + 1) failed on rank \(result.rank): \(failure)\(next)\n")
    }
    if isFinal { report(result) }
  }
}
