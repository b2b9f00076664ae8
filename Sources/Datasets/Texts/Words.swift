/// The different words of texts, in order of appearance, found by their bytes.
///
/// A word is a run of letters, of digits or of other signs, with the space before it; what is left of white space is
/// words of one byte. So the words of a text, put together, are the text.
struct Words {
  static let space = UInt8(ascii: " ")

  /// The bytes of all words, one word after the other.
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  /// Open addressing: index or −1. A power of two, at most half full.
  private var slots = [Int32](repeating: -1, count: 1 << 12)

  var count: Int { starts.count - 1 }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[starts[index]..<starts[index + 1]] }

  /// The index of a word: `count` before the call if it is new.
  mutating func insertedIndex(of word: UnsafeBufferPointer<UInt8>) -> Int {
    var slot = Self.hash(word) & (slots.count - 1)
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if isEqual(index, word) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(count)
    bytes += word
    starts.append(bytes.count)
    if 2 * count > slots.count { enlarge() }
    return count - 1
  }

  private func isEqual(_ index: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = starts[index]
    guard starts[index + 1] - start == word.count else { return false }
    for offset in 0..<word.count where bytes[start + offset] != word[offset] { return false }
    return true
  }

  private mutating func enlarge() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    bytes.withUnsafeBufferPointer { bytes in
      for index in 0..<count {
        let word = UnsafeBufferPointer(rebasing: bytes[starts[index]..<starts[index + 1]])
        var slot = Self.hash(word) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(index)
      }
    }
  }

  /// FNV-1a, 64 bits, folded.
  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }
}

// MARK: Splitting

extension Words {
  private enum Kind: UInt8 { case space, digit, letter, sign }

  /// What lies beyond ASCII counts as letters.
  private static let kinds: [Kind] = (0...255).map { byte in
    switch UInt8(byte) {
    case 9...13, space: .space
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 128...: .letter
    default: .sign
    }
  }

  /// Calls `body` with every word of a text that a space was put before; no word of an empty one.
  static func forEach(in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    if text.isEmpty { return }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 1) { spaced in
      spaced[0] = space
      _ = spaced[1...].update(fromContentsOf: text)
      kinds.withUnsafeBufferPointer { kinds in
        var start = 0
        while start < spaced.count {
          var end = start + 1
          let isLead = spaced[start] == space && end < spaced.count && kinds[Int(spaced[end])] != .space
          let kind = kinds[Int(spaced[isLead ? end : start])]
          if kind != .space {
            while end < spaced.count, end - start < Vocabulary.longestPiece, kinds[Int(spaced[end])] == kind {
              end += 1
            }
          }
          body(UnsafeBufferPointer(rebasing: spaced[start..<end]))
          start = end
        }
      }
    }
  }
}
