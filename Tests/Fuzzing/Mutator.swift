import Foundation
import LinearAlgebra

/// Damages bytes, once or a few times, in ways that files are damaged or forged.
package struct Mutator {
  package var random: RandomStream

  package init(seed: UInt64) { random = RandomStream(seed: seed, purpose: "mutations") }

  /// What numbers in text become.
  private static let numbers = [
    "0", "1", "-1", "2", "3", "4", "8", "1.5", "1e3", "1e-320", "1e999", "-0", "65536", "65537", "16777216",
    "2147483648",
    "4294967295", "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808",
    "18446744073709551615", "99999999999999999999999", "\"NaN\"", "\"Infinity\"", "null", "[]", "true",
  ]
  /// What is put between bytes.
  private static let fragments = [
    "{", "}", ",0]", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\u{0}", "\u{7f}", "é", "null",
    "{}",
    "[0]",
    "\"x\":1,", "\"dtype\":\"F32\",", "__metadata__", " ", "\n", "NaN", "[[[[[[[[", "{\"a\":{\"a\":",
  ].map { Array($0.utf8) }

  /// - Parameter fragments: what else to put between bytes, besides what JSON knows.
  package mutating func mutated(_ bytes: [UInt8], fragments: [[UInt8]] = []) -> [UInt8] {
    let fragments = fragments + Self.fragments
    var result = bytes
    let times = random.below(3) == 0 ? 2 + random.below(3) : 1
    for _ in 0..<times where !result.isEmpty {
      // What comes first says how the rest is read.
      let reach = random.below(6) == 0 ? min(result.count, 64) : result.count
      let place = random.below(reach)
      switch random.below(9) {
      case 0: result[place] ^= 1 << UInt8(random.below(8))
      case 1:
        result[place] = [0, 0x7F, 0x80, 0xFF, UInt8(truncatingIfNeeded: random.next())][random.below(5)]
      case 2: result.removeSubrange(place...)
      case 3: result.removeSubrange(place..<min(result.count, place + 1 + random.below(16)))
      case 4: result.insert(contentsOf: fragments[random.below(fragments.count)], at: place)
      case 5: swapRanges(&result)
      case 6: result.insert(contentsOf: result[place...].prefix(random.below(60)), at: place)
      default: editNumber(&result, from: place)
      }
    }
    return result
  }

  private mutating func swapRanges(_ bytes: inout [UInt8]) {
    let length = 1 + random.below(min(24, max(1, bytes.count / 2)))
    guard bytes.count >= 2 * length else { return }
    let first = random.below(bytes.count - 2 * length + 1)
    let second = first + length + random.below(bytes.count - first - 2 * length + 1)
    for offset in 0..<length { bytes.swapAt(first + offset, second + offset) }
  }

  /// Replaces the next number in text.
  private mutating func editNumber(_ bytes: inout [UInt8], from place: Int) {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) && $0 != 0x2E } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Self.numbers[random.below(Self.numbers.count)].utf8)
  }
}

/// Inputs a fuzzing test tries: as many as `AWN_FUZZ_INPUTS` says, otherwise 5,000.
package var fuzzInputs: Int { fuzzCount(usually: 5_000) }

/// Inputs a fuzzing test tries: as many as `AWN_FUZZ_INPUTS` says, otherwise as many as take little time.
package func fuzzCount(usually count: Int) -> Int {
  ProcessInfo.processInfo.environment["AWN_FUZZ_INPUTS"].flatMap { Int($0) } ?? count
}
