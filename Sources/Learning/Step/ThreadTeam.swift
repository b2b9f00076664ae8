import Foundation
import LinearAlgebra
import Synchronization

/// Threads that do one piece of work together, again and again: the caller is the first of them.
///
/// A minibatch takes from two microseconds to some milliseconds, so a waiting thread spins for a bounded time before it
/// blocks or yields. With more threads than cores it does not spin, since another thread of the team needs the core.
/// Starting a piece of work allocates nothing.
final class ThreadTeam: Sendable {
  /// Called with the context and the index of the thread.
  typealias Work = @convention(c) (UnsafeMutableRawPointer, Int) -> Void

  let count: Int
  private let helpers: [Helper]

  init(count: Int) {
    precondition(count >= 1)
    self.count = count
    let spins = count <= ProcessInfo.processInfo.activeProcessorCount
    helpers = (1..<max(count, 1)).map { Helper(index: $0, spins: spins) }
  }

  deinit { helpers.forEach { $0.stop() } }

  /// Does the work on every thread and returns when all have done it.
  func run(_ context: UnsafeMutableRawPointer, _ work: Work) {
    for helper in helpers { helper.begin(context, work) }
    work(context, 0)
    for helper in helpers { helper.waitUntilDone() }
  }
}

/// One thread of a team and its mailbox for one piece of work.
private final class Helper: @unchecked Sendable {
  private let box: Box
  /// Whether a waiting thread spins at all.
  private let spins: Bool

  /// Shared with the thread, which must not keep its helper alive.
  private final class Box: @unchecked Sendable {
    /// 0: nothing to do; 1: work to do; 2: an end.
    let state = Atomic<Int>(0)
    /// Whether the thread is blocked, or about to be.
    let isAsleep = Atomic<Bool>(false)
    let alarm = DispatchSemaphore(value: 0)
    var context: UnsafeMutableRawPointer?
    var work: ThreadTeam.Work?
  }

  /// Spin time before a helper blocks, or the caller yields: 50 µs, in nanoseconds.
  private static let spinTime = 50_000
  /// Reads of the state between two reads of the clock.
  private static let readsPerClock = 64

  init(index: Int, spins: Bool) {
    self.spins = spins
    let box = Box()
    self.box = box
    let thread = Thread {
      Thread.current.name = "awn-train-\(index)"
      FloatingPointMode.flushSubnormals()
      Self.serve(box, index, spins: spins)
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  func begin(_ context: UnsafeMutableRawPointer, _ work: ThreadTeam.Work) {
    (box.context, box.work) = (context, work)
    change(to: 1)
  }

  func stop() { change(to: 2) }

  private func change(to state: Int) {
    box.state.store(state, ordering: .sequentiallyConsistent)
    if box.isAsleep.load(ordering: .sequentiallyConsistent) { box.alarm.signal() }
  }

  /// The other threads have as much to do as the caller: it never waits for long.
  func waitUntilDone() {
    if spins && Self.spin(box, while: 1) { return }
    while box.state.load(ordering: .acquiring) == 1 { sched_yield() }
  }

  /// Reads the state until it is another one or the spin time is over.
  ///
  /// - Returns: whether the state changed.
  private static func spin(_ box: Box, while state: Int) -> Bool {
    var end: Int?
    while true {
      for _ in 0..<readsPerClock {
        if box.state.load(ordering: .acquiring) != state { return true }
        Processor.pause()
      }
      let now = nanoseconds()
      if end == nil { end = now + spinTime }
      if now >= end! { return false }
    }
  }

  /// The time of the monotonic clock.
  private static func nanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }

  private static func serve(_ box: Box, _ index: Int, spins: Bool) {
    while true {
      waitForWork(box, spins: spins)
      if box.state.load(ordering: .acquiring) == 2 { return }
      box.work!(box.context!, index)
      // A stop that came meanwhile stays.
      _ = box.state.compareExchange(expected: 1, desired: 0, ordering: .releasing)
    }
  }

  private static func waitForWork(_ box: Box, spins: Bool) {
    if spins && spin(box, while: 0) { return }
    box.isAsleep.store(true, ordering: .sequentiallyConsistent)
    while box.state.load(ordering: .sequentiallyConsistent) == 0 { box.alarm.wait() }
    box.isAsleep.store(false, ordering: .sequentiallyConsistent)
  }
}
