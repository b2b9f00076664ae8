import Glibc

/// A seeded stream of random numbers: xoshiro256++, a value, so that a copy replays the same numbers.
///
/// Each purpose has a stream of its own, so that drawing more for one never shifts another.
public struct RandomStream: RandomNumberGenerator, Equatable, Sendable {
  @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)
  /// The second of a pair of normal deviates.
  var spareNormal: Double?

  public init(seed: UInt64, purpose: String) {
    // FNV-1a of the purpose, then SplitMix64 to fill the state.
    var mix = purpose.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    mix ^= seed &* 0x9e37_79b9_7f4a_7c15
    func split() -> UInt64 {
      mix &+= 0x9e37_79b9_7f4a_7c15
      var z = mix
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return z ^ (z >> 31)
    }
    state = (split(), split(), split(), split())
  }

  @inlinable
  public mutating func next() -> UInt64 {
    func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { (x << by) | (x >> (64 - by)) }
    let result = rotated(state.0 &+ state.3, 23) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = rotated(state.3, 45)
    return result
  }

  /// A uniform number in [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform integer in 0 ..< bound, without bias.
  @inlinable
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next(upperBound: UInt64(bound)))
  }

  /// A normal number from N(0, 1), by Marsaglia's polar method.
  public mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let s = u * u + v * v
      if s > 0 && s < 1 {
        let factor = (-2 * log(s) / s).squareRoot()
        spareNormal = v * factor
        return u * factor
      }
    }
  }

  /// Fisher–Yates, in place. Inlinable, because unspecialized it takes forty times as long.
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
  }

  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.state == right.state && left.spareNormal == right.spareNormal
  }
}

extension Matrix {
  /// Fills the matrix, row by row, with numbers from N(0, deviation²).
  public mutating func fill(normal deviation: Double, _ random: inout RandomStream) {
    let base = mutableBase
    for row in 0..<rows {
      for column in 0..<columns { base[row * stride + column] = Float(random.normal() * deviation) }
    }
  }
}
