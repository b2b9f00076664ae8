/// The largest magnitude of numbers that are trained on, so that differences and squares stay finite.
let largestNumber = 1e30

/// Whether a text spells a number that is too large, or an infinite one.
func isInfinite(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  if let number = decimal(bytes) { return abs(number) > largestNumber }
  guard let first = bytes.first else { return false }
  let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
  let rest = isSigned ? UnsafeBufferPointer(rebasing: bytes.dropFirst()) : bytes
  return isWord(rest, "inf") || isWord(rest, "infinity")
}

/// Whether a text is a word in letters of any case.
private func isWord(_ bytes: UnsafeBufferPointer<UInt8>, _ lowercase: StaticString) -> Bool {
  guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
  return bytes.indices.allSatisfy { bytes[$0] | 0x20 == lowercase.utf8Start[$0] }
}

/// The number that a text spells, unless it is too large to train on.
func plainNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  decimal(bytes).flatMap { abs($0) <= largestNumber ? $0 + 0 : nil }
}

/// Whether a text is a whole number with zeros before it, as codes are: `007`.
func hasLeadingZeros(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  bytes.count > 1 && bytes[0] == UInt8(ascii: "0")
    && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}

/// The number a text spells in decimal (`-12`, `.5`, `1.`, `6.02e23`), or nil. Independent of the locale.
///
/// Digits beyond the 19th are ignored and powers of ten rounded, so the result can be off by a few units in
/// the last place of a Double: far finer than the Float it becomes.
package func decimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
  var position = 0
  let count = bytes.count
  var isNegative = false
  if position < count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
    isNegative = bytes[position] == UInt8(ascii: "-")
    position += 1
  }
  var mantissa: UInt64 = 0
  var exponent = 0
  var digits = 0
  var hasPoint = false
  while position < count {
    let digit = bytes[position] &- UInt8(ascii: "0")
    if digit <= 9 {
      digits += 1
      if mantissa < 1_000_000_000_000_000_000 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        if hasPoint { exponent -= 1 }
      } else if !hasPoint {
        exponent += 1
      }
    } else if bytes[position] == UInt8(ascii: "."), !hasPoint {
      hasPoint = true
    } else {
      break
    }
    position += 1
  }
  guard digits > 0 else { return nil }
  if position < count {
    guard bytes[position] | 0x20 == UInt8(ascii: "e"),
      let power = decimalExponent(bytes, from: position + 1)
    else { return nil }
    exponent += power
  }
  let magnitude = mantissa == 0 ? 0 : scaled(Double(mantissa), byPowerOfTen: exponent)
  return isNegative ? -magnitude : magnitude
}

/// The whole rest of the text as an integer, cut to ±100,000.
private func decimalExponent(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
  var position = start
  var isNegative = false
  if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
    isNegative = bytes[position] == UInt8(ascii: "-")
    position += 1
  }
  guard position < bytes.count else { return nil }
  var power = 0
  for index in position..<bytes.count {
    let digit = bytes[index] &- UInt8(ascii: "0")
    guard digit <= 9 else { return nil }
    power = min(power * 10 + Int(digit), 100_000)
  }
  return isNegative ? -power : power
}

private func scaled(_ value: Double, byPowerOfTen exponent: Int) -> Double {
  var result = value
  var rest = min(abs(exponent), 700)
  while rest > 0, result != 0, result.isFinite {
    let step = min(rest, 22)
    result = exponent < 0 ? result / powersOfTen[step] : result * powersOfTen[step]
    rest -= step
  }
  return result
}

/// 10⁰ … 10²², all exact in a Double.
private let powersOfTen: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
  1e19, 1e20, 1e21, 1e22,
]
