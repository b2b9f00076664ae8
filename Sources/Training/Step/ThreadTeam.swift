import Foundation
import Synchronization

/// Threads that do one piece of work together, again and again: the caller is the first of them.
///
/// A minibatch takes from two microseconds to some milliseconds, so that whoever waits looks for news a while before it
/// sleeps, and starting a piece of work allocates nothing.
final class ThreadTeam: Sendable {
  /// Called with the context and the index of the thread.
  typealias Work = @convention(c) (UnsafeMutableRawPointer, Int) -> Void

  let count: Int
  private let helpers: [Helper]

  init(count: Int) {
    precondition(count >= 1)
    self.count = count
    helpers = (1..<max(count, 1)).map { Helper(index: $0) }
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
  private let index: Int
  private let box: Box

  /// Shared with the thread, which must not keep its helper alive.
  private final class Box: @unchecked Sendable {
    /// 0: nothing to do; 1: work to do; 2: an end.
    let state = Atomic<Int>(0)
    /// Whether the thread sleeps, or is about to.
    let isAsleep = Atomic<Bool>(false)
    let alarm = DispatchSemaphore(value: 0)
    var context: UnsafeMutableRawPointer?
    var work: ThreadTeam.Work?
  }

  /// Looks for news before a thread sleeps: about fifty microseconds.
  private static let patience = 2_000

  init(index: Int) {
    self.index = index
    let box = Box()
    self.box = box
    let thread = Thread {
      Thread.current.name = "awn-train-\(index)"
      Self.serve(box, index)
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
    var looks = 0
    while box.state.load(ordering: .acquiring) == 1 {
      looks += 1
      if looks > Self.patience { sched_yield() }
    }
  }

  private static func serve(_ box: Box, _ index: Int) {
    while true {
      waitForNews(box)
      if box.state.load(ordering: .acquiring) == 2 { return }
      box.work!(box.context!, index)
      // A stop that came meanwhile stays.
      _ = box.state.compareExchange(expected: 1, desired: 0, ordering: .releasing)
    }
  }

  private static func waitForNews(_ box: Box) {
    for _ in 0..<patience {
      if box.state.load(ordering: .acquiring) != 0 { return }
    }
    box.isAsleep.store(true, ordering: .sequentiallyConsistent)
    while box.state.load(ordering: .sequentiallyConsistent) == 0 { box.alarm.wait() }
    box.isAsleep.store(false, ordering: .sequentiallyConsistent)
  }
}
