import AdaptiveWidth
import Datasets
import LinearAlgebra

/// Observations that are sequences of rows of features.
struct SequenceSteps: DomainRows {
  /// The first step of each sequence, and one past the last.
  let offsets: [Int32]

  private static let stepsAtOnce = 16_384

  // The states and neurons of all steps are kept at once.
  var observationsAtOnce: Int {
    max(1, min(512, Self.stepsAtOnce * (offsets.count - 1) / max(1, Int(offsets[offsets.count - 1]))))
  }

  /// Packs the sequences as a recurrent block reads them: in order of time, the longest first, without padding.
  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?) {
    func steps(_ position: Int32) -> Int { self.steps(order[order.startIndex + Int(position)]) }
    // Taken out of the batch, so that it is sorted in place.
    var longestFirst: [Int32] = []
    swap(&longestFirst, &batch.structure.order)
    longestFirst.removeAll(keepingCapacity: true)
    for position in 0..<Int32(order.count) { longestFirst.append(position) }
    // Of equal lengths in order, so that the same rows always give the same sums.
    longestFirst.sort { (steps($0), $1) > (steps($1), $0) }
    swap(&longestFirst, &batch.structure.order)
    countActive(in: &batch, longest: batch.structure.order.first.map(steps) ?? 0, steps)
    gatherSteps(into: &batch, order, of: examples)
    batch.setTargets(order, of: examples)
  }

  func checksum(after sum: UInt32) -> UInt32 { DataFingerprint.checksum(offsets, after: sum) }

  private func steps(_ sequence: Int32) -> Int {
    Int(offsets[Int(sequence) + 1] - offsets[Int(sequence)])
  }

  /// Counts the sequences that last to each step.
  private func countActive(in batch: inout Batch, longest: Int, _ steps: (Int32) -> Int) {
    batch.structure.active.removeAll(keepingCapacity: true)
    var count = batch.structure.order.count
    for time in 0..<longest {
      while steps(batch.structure.order[count - 1]) <= time { count -= 1 }
      batch.structure.active.append(Int32(count))
    }
  }

  private func gatherSteps(into batch: inout Batch, _ order: ArraySlice<Int32>, of examples: Examples) {
    let columns = examples.columns
    let total = batch.structure.active.reduce(0) { $0 + Int($1) }
    batch.inputs.reshape(rows: total, columns: columns)
    let (target, stride) = (batch.inputs.mutableBase, batch.inputs.stride)
    examples.features.withUnsafeBufferPointer { features in
      var row = 0
      for (time, count) in batch.structure.active.enumerated() {
        for position in batch.structure.order.prefix(Int(count)) {
          let first = Int(offsets[Int(order[order.startIndex + Int(position)])])
          let source = features.baseAddress! + (first + time) * columns
          (target + row * stride).update(from: source, count: columns)
          row += 1
        }
      }
    }
  }
}
