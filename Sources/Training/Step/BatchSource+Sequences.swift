import AdaptiveWidth
import LinearAlgebra

extension BatchSource {
  /// Packs sequences as a recurrent block reads them: in order of time, the longest first, without padding.
  mutating func fillSequences(_ order: [Int32], _ range: Range<Int>, _ offsets: [Int32]) {
    func steps(_ position: Int32) -> Int {
      let sequence = Int(order[range.lowerBound + Int(position)])
      return Int(offsets[sequence + 1] - offsets[sequence])
    }
    var longestFirst = batch.structure.order
    longestFirst.removeAll(keepingCapacity: true)
    for position in 0..<Int32(range.count) { longestFirst.append(position) }
    // Of equal lengths in order, so that the same rows always give the same sums.
    longestFirst.sort { (steps($0), $1) > (steps($1), $0) }
    batch.structure.order = longestFirst
    countActive(longestFirst.first.map(steps) ?? 0, steps)
    gatherSteps(order, range, offsets)
    fillTargets(order, range)
  }

  /// How many sequences last to each step.
  private mutating func countActive(_ longest: Int, _ steps: (Int32) -> Int) {
    batch.structure.active.removeAll(keepingCapacity: true)
    var count = batch.structure.order.count
    for time in 0..<longest {
      while steps(batch.structure.order[count - 1]) <= time { count -= 1 }
      batch.structure.active.append(Int32(count))
    }
  }

  private mutating func gatherSteps(_ order: [Int32], _ range: Range<Int>, _ offsets: [Int32]) {
    let columns = table.columns
    let total = batch.structure.active.reduce(0) { $0 + Int($1) }
    batch.inputs.reshape(rows: total, columns: columns)
    let (target, stride) = (batch.inputs.mutableBase, batch.inputs.stride)
    table.features.withUnsafeBufferPointer { features in
      var row = 0
      for (time, count) in batch.structure.active.enumerated() {
        for position in batch.structure.order.prefix(Int(count)) {
          let first = Int(offsets[Int(order[range.lowerBound + Int(position)])])
          let source = features.baseAddress! + (first + time) * columns
          (target + row * stride).update(from: source, count: columns)
          row += 1
        }
      }
    }
  }
}
