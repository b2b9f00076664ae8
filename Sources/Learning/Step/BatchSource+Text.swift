import AdaptiveWidth
import Datasets

extension SentenceRows: DomainRows {
  // Sentences have a few dozen tokens.
  var observationsAtOnce: Int { 64 }

  /// Packs the sentences into arrays that are reused: none is allocated once they have held the longest batch.
  func fill(_ batch: inout Batch, with order: ArraySlice<Int32>, of examples: Examples, epoch: Int?) {
    batch.structure.tokens.removeAll(keepingCapacity: true)
    batch.structure.offsets.removeAll(keepingCapacity: true)
    batch.structure.offsets.append(0)
    for row in order {
      batch.structure.tokens += source(Int(row))
      batch.structure.offsets.append(Int32(batch.structure.tokens.count))
    }
    guard predictedTokens > 0 else { return batch.setTargets(order, of: examples) }
    batch.structure.targetTokens.removeAll(keepingCapacity: true)
    batch.structure.targetOffsets.removeAll(keepingCapacity: true)
    batch.structure.targetOffsets.append(0)
    batch.labels.removeAll(keepingCapacity: true)
    for row in order {
      let target = target(Int(row))
      batch.structure.targetTokens += target.dropLast()
      batch.structure.targetOffsets.append(Int32(batch.structure.targetTokens.count))
      batch.labels += target.dropFirst()
    }
  }

  /// A text has one label, a translation as many as tokens.
  func predictions(for order: ArraySlice<Int32>) -> Int {
    guard predictedTokens > 0 else { return order.count }
    return order.reduce(0) { $0 + target(Int($1)).count - 1 }
  }

  var allPredictions: Int? { predictedTokens > 0 ? predictedTokens : nil }

  func checksum(after sum: UInt32) -> UInt32 {
    DataFingerprint.checksum(targetTokens, after: DataFingerprint.checksum(tokens, after: sum))
  }
}
