import AdaptiveWidth
import Datasets

extension BatchSource {
  /// Packs sentences, in arrays that are used again: none is allocated once they have held the longest batch.
  mutating func fillSentences(_ sentences: SentenceRows, _ order: [Int32], _ range: Range<Int>) {
    batch.structure.tokens.removeAll(keepingCapacity: true)
    batch.structure.offsets.removeAll(keepingCapacity: true)
    batch.structure.offsets.append(0)
    for index in range {
      batch.structure.tokens += sentences.source(Int(order[index]))
      batch.structure.offsets.append(Int32(batch.structure.tokens.count))
    }
    guard sentences.predictedTokens > 0 else { return fillTargets(order, range) }
    batch.structure.targetTokens.removeAll(keepingCapacity: true)
    batch.structure.targetOffsets.removeAll(keepingCapacity: true)
    batch.structure.targetOffsets.append(0)
    batch.labels.removeAll(keepingCapacity: true)
    for index in range {
      let target = sentences.target(Int(order[index]))
      batch.structure.targetTokens += target.dropLast()
      batch.structure.targetOffsets.append(Int32(batch.structure.targetTokens.count))
      batch.labels += target.dropFirst()
    }
  }

  /// A text has one label, a translation as many as tokens.
  func predictions(_ sentences: SentenceRows, _ order: [Int32], _ range: Range<Int>) -> Int {
    guard sentences.predictedTokens > 0 else { return range.count }
    return range.reduce(0) { $0 + sentences.target(Int(order[$1])).count - 1 }
  }
}
