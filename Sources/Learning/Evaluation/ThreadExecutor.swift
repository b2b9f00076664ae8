import Foundation
import LinearAlgebra

/// Runs an actor's jobs, and tasks that prefer it, on a thread of its own, in order. The thread treats subnormal
/// numbers as zero.
///
/// A training loop never gives its thread back for long; on the shared pool it would starve everything else. A task
/// that prefers it begins on it, where it would else be handed over by the pool: two threads to wake the fewer.
package final class ThreadExecutor: SerialExecutor, TaskExecutor {
  private let queue: JobQueue

  package init(name: String) {
    let queue = JobQueue()
    self.queue = queue
    let thread = Thread {
      Thread.current.name = name
      FloatingPointMode.flushSubnormals()
      queue.runUntilClosed()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { queue.close() }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.append(
      UnownedJob(job), serial: asUnownedSerialExecutor(), task: asUnownedTaskExecutor())
  }
}

/// Jobs waiting for the thread. The thread holds this alone, so that it ends with its executor.
private final class JobQueue: @unchecked Sendable {
  private typealias Entry = (job: UnownedJob, serial: UnownedSerialExecutor, task: UnownedTaskExecutor)
  private let condition = NSCondition()
  private var jobs: [Entry] = []
  private var isClosed = false

  func append(_ job: UnownedJob, serial: UnownedSerialExecutor, task: UnownedTaskExecutor) {
    condition.withLock {
      jobs.append((job, serial, task))
      condition.signal()
    }
  }

  func close() {
    condition.withLock {
      isClosed = true
      condition.signal()
    }
  }

  func runUntilClosed() {
    while true {
      let due: [Entry] = condition.withLock {
        while jobs.isEmpty && !isClosed { condition.wait() }
        defer { jobs.removeAll() }
        return jobs
      }
      if due.isEmpty { return }
      for (job, serial, task) in due { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
    }
  }
}
