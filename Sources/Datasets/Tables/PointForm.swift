/// What a number without other separators says of the point: 1.234 may have a fraction, or its thousands apart.
enum PointForm {
  /// 0, which says nothing: it stands for nothing at all beside numbers of any form.
  case zero
  /// Up to three digits.
  case short
  /// More digits, or an exponent: thousands that are not apart.
  case long
  /// 1.234, 12.345: one or more groups of three digits after the first point, and one to three digits before it, of which
  /// the first is no zero.
  case groups
  /// 0.234, 1.5, 2.0
  case fraction
  /// With other separators.
  case other

  /// - Parameter number: digits with at most a sign, separators and an exponent.
  init(_ number: UnsafeBufferPointer<UInt8>) {
    let isSigned = number.first == UInt8(ascii: "-") || number.first == UInt8(ascii: "+")
    let digits = isSigned ? UnsafeBufferPointer(rebasing: number.dropFirst()) : number
    if Self.areGroups(digits) {
      self = .groups
    } else if digits.contains(where: { ", '".utf8.contains($0) }) {
      self = .other
    } else if digits.contains(UInt8(ascii: ".")) {
      self = .fraction
    } else if digits.allSatisfy({ $0 == UInt8(ascii: "0") }) {
      self = .zero
    } else {
      self = digits.count <= 3 && digits.allSatisfy(Self.isDigit) ? .short : .long
    }
  }

  private static func areGroups(_ digits: UnsafeBufferPointer<UInt8>) -> Bool {
    guard digits.count >= 5, digits[digits.count - 4] == UInt8(ascii: "."), digits[0] != UInt8(ascii: "0")
    else {
      return false
    }
    let first = digits.count % 4 == 0 ? 4 : digits.count % 4
    guard first <= 3 else { return false }
    return digits.indices.allSatisfy { index in
      index >= first && (index - first) % 4 == 0
        ? digits[index] == UInt8(ascii: ".") : isDigit(digits[index])
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
}

/// How many numbers of a column have each form.
struct PointForms {
  private(set) var short = 0
  private(set) var long = 0
  private(set) var groups = 0
  private(set) var fractions = 0

  mutating func count(_ form: PointForm, _ uses: Int) {
    switch form {
    case .zero, .other: break
    case .short: short += uses
    case .long: long += uses
    case .groups: groups += uses
    case .fraction: fractions += uses
    }
  }

  /// Whether a point between all of its groups of three digits may be either.
  var areOpen: Bool { groups > 0 && fractions == 0 }

  /// Whether thousands are apart wherever there are any: then small numbers have no point.
  var areMixed: Bool { short > 0 && long == 0 }

  /// Takes out numbers that stand for missing ones.
  mutating func discount(_ number: Double, _ uses: Int) {
    if abs(number) >= 1000 { long = max(0, long - uses) } else { short = max(0, short - uses) }
  }
}
