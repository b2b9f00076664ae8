import Dispatch
import Synchronization

/// Pieces of work that do not depend on one another, done by one thread or several.
package enum Parallel {
  /// Calls `body` once for every index. Each thread has a lane of its own: memory to work in.
  ///
  /// With one lane everything is done on the caller's thread, in order. What `body` returns must not depend on its
  /// lane: then the results are the same for any number of them.
  ///
  /// - Returns: the results in the order of the indices; `nil` for those that a canceled task left out.
  package static func map<Lane, Result>(
    _ count: Int, _ lanes: inout [Lane], _ body: (Int, inout Lane) -> Result
  ) -> [Result?] {
    precondition(!lanes.isEmpty, "somebody to do the work")
    var results = [Result?](repeating: nil, count: count)
    let threads = min(lanes.count, count)
    if threads <= 1 {
      for index in 0..<count where !Task.isCancelled { results[index] = body(index, &lanes[0]) }
      return results
    }
    let next = Atomic(0)
    withUnsafeCurrentTask { task in
      lanes.withUnsafeMutableBufferPointer { lanes in
        results.withUnsafeMutableBufferPointer { results in
          forEach(threads, threads: threads) { lane in
            while true {
              let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
              guard index < count, task?.isCancelled != true else { return }
              results[index] = body(index, &lanes[lane])
            }
          }
        }
      }
    }
    return results
  }

  /// The same without memory and without results.
  package static func forEach(_ count: Int, threads: Int, _ body: (Int) -> Void) {
    if threads <= 1 || count <= 1 { return (0..<count).forEach(body) }
    withoutActuallyEscaping(body) { body in
      let work = Work(body: body)
      DispatchQueue.concurrentPerform(iterations: count) { index in
        let mode = FloatingPointMode.flushSubnormals()
        defer { mode.restore() }
        work.body(index)
      }
    }
  }

  /// Whoever calls sees to it that no two pieces write to the same place.
  private struct Work: @unchecked Sendable {
    let body: (Int) -> Void
  }
}
