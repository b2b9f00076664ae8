import Datasets
import Testing

/// Rows that are kept out of batches.
struct WithheldTests {
  private func rows(_ cursor: inout BatchCursor, epochs: Int) -> [[Int32]] {
    (0..<epochs).map { _ in
      (0..<cursor.batchesPerEpoch).flatMap { _ in
        let range = cursor.next()
        return Array(cursor.order[range])
      }
    }
  }

  @Test func withheldRowsAreInNoBatchAndTheNumberOfBatchesStays() {
    var cursor = BatchCursor(rows: 50, batchSize: 8, seed: 3)
    let batches = cursor.batchesPerEpoch
    cursor.withhold([1, 4, 49])
    #expect(cursor.batchesPerEpoch == batches)
    for epoch in rows(&cursor, epochs: 3) {
      #expect(epoch.count == 50 && Set(epoch) == Set(0..<50).subtracting([1, 4, 49]))
    }
    cursor.withhold([])
    #expect(Set(rows(&cursor, epochs: 1)[0]) == Set(0..<50))
  }

  @Test func withoutWithheldRowsTheOrderIsTheUsualOne() {
    var (usual, cleared) = (
      BatchCursor(rows: 20, batchSize: 6, seed: 1), BatchCursor(rows: 20, batchSize: 6, seed: 1)
    )
    cleared.withhold([2])
    cleared.withhold([])
    #expect(rows(&usual, epochs: 2) == rows(&cleared, epochs: 2))
  }

  @Test(arguments: [0, 1, 5, 7, 12, 14, 20])
  func aPlaceIsFoundAgain(step: Int) {
    var walked = BatchCursor(rows: 50, batchSize: 8, seed: 3)
    walked.withhold([1, 4, 49])
    for _ in 0..<step { _ = walked.next() }
    var sought = BatchCursor(rows: 50, batchSize: 8, seed: 3)
    sought.withhold([1, 4, 49])
    sought.seek(toStep: step)
    for _ in 0..<20 {
      let (a, b) = (walked.next(), sought.next())
      #expect(a == b && walked.order[a] == sought.order[b])
    }
  }

  @Test func rowsCanComeBackInTheMiddleOfAnEpoch() {
    var (walked, sought) = (
      BatchCursor(rows: 50, batchSize: 8, seed: 3), BatchCursor(rows: 50, batchSize: 8, seed: 3)
    )
    walked.withhold([1, 4, 49])
    for _ in 0..<10 { _ = walked.next() }
    walked.withhold([])
    sought.seek(toStep: 10)
    let (a, b) = (walked.next(), sought.next())
    #expect(a == b && walked.order[a] == sought.order[b])
  }
}
