import LinearAlgebra
import Testing

struct ParallelTests {
  @Test(arguments: [1, 2, 5]) func everyPieceIsDoneOnceAndKeepsItsPlace(_ threads: Int) {
    var lanes = [Int](repeating: 0, count: threads)
    let results = Parallel.map(100, &lanes) { index, lane in
      lane += 1
      return index * index
    }
    #expect(results == (0..<100).map { $0 * $0 })
    #expect(lanes.reduce(0, +) == 100)
  }

  @Test(arguments: [1, 3]) func aCanceledTaskDoesNothingMore(_ threads: Int) async {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      var lanes = [Int](repeating: 0, count: threads)
      return Parallel.map(50, &lanes) { index, _ in index }
    }
    #expect(await task.value.allSatisfy { $0 == nil })
  }

  /// As on the caller's thread.
  @Test func everyThreadFlushesSubnormalNumbers() {
    let mode = FloatingPointMode.flushSubnormals()
    defer { mode.restore() }
    var lanes = [0, 0, 0]
    let flushes = Parallel.map(60, &lanes) { _, _ in FloatingPointMode.flushesSubnormals }
    #expect(flushes.allSatisfy { $0 == true })
  }
}
