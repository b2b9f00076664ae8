extension Vocabulary {
  /// Learns from texts: time and again the pair of neighbors that is most frequent becomes a token, the first in
  /// order of its tokens among equals, until the vocabulary has `size` tokens or no pair comes twice.
  ///
  /// - Parameter size: within `sizes`.
  public init(learning texts: [String], size: Int) {
    var counts = WordCounts()
    for text in texts { Array(text.utf8).withUnsafeBufferPointer { counts.add($0) } }
    self.init(learning: counts, size: size)
  }

  init(learning counts: WordCounts, size: Int) {
    precondition(Self.sizes.contains(size), "a vocabulary has 258 to 65,536 tokens")
    var learner = PairLearner(counts)
    while Int(Self.firstMerge) + learner.merges.count < size, learner.joinMostFrequent() {}
    guard let vocabulary = Vocabulary(merges: learner.merges) else {
      preconditionFailure("pairs were learned that make no vocabulary")
    }
    self = vocabulary
  }
}

/// How often each word occurs.
struct WordCounts {
  private(set) var words = Words()
  private(set) var counts: [Int] = []

  /// Counts the words of a UTF-8 text.
  mutating func add(_ text: UnsafeBufferPointer<UInt8>) {
    Words.forEach(in: text) { word in
      let index = words.insertedIndex(of: word)
      if index == counts.count { counts.append(0) }
      counts[index] += 1
    }
  }
}

/// Words as tokens, with the number of every pair of neighbors kept up to date while pairs are joined: a merge
/// costs no more than the words that have the pair.
private struct PairLearner {
  private(set) var merges: [Vocabulary.Merge] = []
  private var words: [[Int32]]
  private let counts: [Int]
  private var pairs: [UInt64: Pair] = [:]
  private var candidates = Candidates()

  private struct Pair {
    var count = 0
    /// Words that have, or had, the pair.
    var words: [Int32] = []
  }

  init(_ source: WordCounts) {
    counts = source.counts
    words = (0..<source.words.count).map { index in
      source.words[index].map { Int32($0) + Vocabulary.firstByte }
    }
    for (index, word) in words.enumerated() {
      for place in 1..<max(word.count, 1) {
        change(word[place - 1], word[place], by: counts[index], word: index)
      }
    }
    for (key, pair) in pairs { candidates.insert(Candidate(count: pair.count, key: key)) }
  }

  private mutating func change(_ left: Int32, _ right: Int32, by count: Int, word: Int) {
    let key = Vocabulary.Merge(left, right).key
    pairs[key, default: Pair()].count += count
    if count > 0, pairs[key]?.words.last != Int32(word) { pairs[key]?.words.append(Int32(word)) }
  }

  /// False if no pair comes twice.
  mutating func joinMostFrequent() -> Bool {
    while let candidate = candidates.popLargest() {
      guard let pair = pairs[candidate.key], pair.count > 1 else { continue }
      if pair.count != candidate.count {
        candidates.insert(Candidate(count: pair.count, key: candidate.key))
        continue
      }
      join(candidate.key, of: pair.words)
      return true
    }
    return false
  }

  private mutating func join(_ key: UInt64, of indices: [Int32]) {
    let merge = Vocabulary.Merge(key: key)
    let token = Vocabulary.firstMerge + Int32(merges.count)
    var changed: Set<UInt64> = []
    for index in indices { join(merge, into: token, word: Int(index), &changed) }
    pairs[key] = nil
    for key in changed {
      if let pair = pairs[key], pair.count > 0 { candidates.insert(Candidate(count: pair.count, key: key)) }
    }
    merges.append(merge)
  }

  private mutating func join(
    _ merge: Vocabulary.Merge, into token: Int32, word index: Int, _ changed: inout Set<UInt64>
  ) {
    let (old, count) = (words[index], counts[index])
    var new: [Int32] = []
    var place = 0
    while place < old.count {
      guard place + 1 < old.count, old[place] == merge.left, old[place + 1] == merge.right else {
        new.append(old[place])
        place += 1
        continue
      }
      if let before = new.last {
        change(before, merge.left, by: -count, word: index)
        change(before, token, by: count, word: index)
        changed.insert(Vocabulary.Merge(before, token).key)
      }
      place += 2
      if place < old.count {
        change(merge.right, old[place], by: -count, word: index)
        change(token, old[place], by: count, word: index)
        changed.insert(Vocabulary.Merge(token, old[place]).key)
      }
      new.append(token)
    }
    words[index] = new
  }
}

/// A pair and how often it occurred when it was put on the heap.
private struct Candidate: Comparable {
  var count: Int
  var key: UInt64

  static func < (left: Candidate, right: Candidate) -> Bool {
    (left.count, right.key) < (right.count, left.key)
  }
}

/// A binary heap.
private struct Candidates {
  private var heap: [Candidate] = []

  mutating func insert(_ candidate: Candidate) {
    heap.append(candidate)
    var index = heap.count - 1
    while index > 0, heap[(index - 1) / 2] < heap[index] {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func popLargest() -> Candidate? {
    guard let largest = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return largest }
    heap[0] = last
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child] < heap[child + 1] { child += 1 }
      guard heap[index] < heap[child] else { break }
      heap.swapAt(index, child)
      index = child
    }
    return largest
  }
}
