import Glibc

/// The different texts of a column, in order of appearance, found by their bytes.
struct TextIndex {
  /// More are not kept, unless they are asked for: a column of more is of no use as categories.
  static let limit = 1000

  /// All texts, one after another.
  private var bytes: [UInt8] = []
  /// The position at which each text begins, and one past the last.
  private var starts = [0]
  /// Open addressing: code or −1. A power of two, at most half full.
  private var slots: [Int32] = []

  var count: Int { starts.count - 1 }

  /// The text of a code.
  subscript(code: Int) -> String {
    String(decoding: bytes[starts[code]..<starts[code + 1]], as: UTF8.self)
  }

  /// Calls `body` with the bytes of a code's text.
  func with<Value>(_ code: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[starts[code]..<starts[code + 1]])) }
  }

  /// Appends a text that has no code yet, and returns its code.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    bytes.append(contentsOf: text)
    starts.append(bytes.count)
    if 2 * count > slots.count {
      slots = [Int32](repeating: -1, count: max(16, 2 * slots.count))
      for code in 0..<count { place(code) }
    } else {
      place(count - 1)
    }
    return count - 1
  }

  /// `nil`: the text has none yet.
  func code(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !slots.isEmpty else { return nil }
    var slot = Self.hash(text) & (slots.count - 1)
    return bytes.withUnsafeBufferPointer { bytes in
      while slots[slot] >= 0 {
        let code = Int(slots[slot])
        let start = starts[code]
        if starts[code + 1] - start == text.count,
          text.isEmpty || memcmp(bytes.baseAddress! + start, text.baseAddress!, text.count) == 0
        {
          return code
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  private mutating func place(_ code: Int) {
    var slot = with(code) { Self.hash($0) } & (slots.count - 1)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(code)
  }

  /// FNV-1a, 64 bits, folded.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ (hash >> 32)) & 0x7FFF_FFFF)
  }
}
