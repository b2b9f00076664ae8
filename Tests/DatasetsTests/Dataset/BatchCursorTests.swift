import Datasets
import LinearAlgebra
import Testing

@Suite struct BatchCursorTests {
  @Test(arguments: [(1, 1), (10, 3), (10, 5), (10, 10), (10, 64), (257, 32)])
  func everyEpochTakesEveryRowOnce(rows: Int, batchSize: Int) {
    var cursor = BatchCursor(rows: rows, batchSize: batchSize, seed: 4)
    var orders: [[Int32]] = []
    for epoch in 0..<3 {
      var taken: [Int32] = []
      for batch in 0..<cursor.batchesPerEpoch {
        #expect(cursor.epoch == epoch && cursor.batchInEpoch == batch)
        let range = cursor.next()
        #expect(!range.isEmpty && range.count <= batchSize)
        taken += cursor.order[range]
      }
      #expect(taken.sorted() == Array(0..<Int32(rows)))
      orders.append(taken)
    }
    #expect(cursor.epoch == 3 && cursor.batchInEpoch == 0)
    if rows > 9 { #expect(Set(orders).count == 3) }
  }

  @Test func copyGoesOnAlike() {
    var cursor = BatchCursor(rows: 100, batchSize: 7, seed: 1)
    var stream = RandomStream(seed: 2, purpose: "copies")
    for _ in 0..<40 {
      for _ in 0..<stream.below(20) { _ = cursor.next() }
      var copy = cursor
      #expect(copy == cursor)
      var original = cursor
      for _ in 0..<40 {
        let (first, second) = (original.next(), copy.next())
        #expect(Array(original.order[first]) == Array(copy.order[second]))
      }
      #expect(copy == original)
    }
  }

  @Test func stepIsEnoughToComeBack() {
    var cursor = BatchCursor(rows: 50, batchSize: 8, seed: 3)
    for step in 0..<40 {
      var other = BatchCursor(rows: 50, batchSize: 8, seed: 3)
      other.seek(toStep: step)
      #expect(cursor.step == step)
      #expect(other == cursor)
      _ = cursor.next()
    }
    cursor.seek(toStep: 0)
    #expect(cursor == BatchCursor(rows: 50, batchSize: 8, seed: 3))
  }

  @Test func seedDecidesTheOrder() {
    func order(_ seed: UInt64) -> [Int32] {
      var cursor = BatchCursor(rows: 50, batchSize: 50, seed: seed)
      _ = cursor.next()
      return cursor.order
    }
    #expect(order(1) == order(1))
    #expect(order(1) != order(2))
  }
}
