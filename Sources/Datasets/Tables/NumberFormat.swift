import Experiment

/// How the numbers of a column are printed, where they are no plain decimal numbers.
///
/// Around the digits, a currency, a percent sign, a unit of thousands (k, M, B) and the parentheses of negative amounts
/// are read in any format; `12 %` is 12, `$5.3k` is 5300.
public enum NumberFormat: String, Codable, CaseIterable, Sendable {
  /// 1,234.5
  case commaPoint = "1,234.5"
  /// 1.234,5
  case pointComma = "1.234,5"
  /// 1 234.5
  case spacePoint = "1 234.5"
  /// 1 234,5
  case spaceComma = "1 234,5"
  /// 1'234.5
  case apostrophePoint = "1'234.5"
  /// 1'234,5
  case apostropheComma = "1'234,5"

  var decimal: DecimalMark {
    switch self {
    case .commaPoint, .spacePoint, .apostrophePoint: .point
    case .pointComma, .spaceComma, .apostropheComma: .comma
    }
  }

  private var thousands: UInt8 {
    switch self {
    case .commaPoint: UInt8(ascii: ",")
    case .pointComma: UInt8(ascii: ".")
    case .spacePoint, .spaceComma: space
    case .apostrophePoint, .apostropheComma: UInt8(ascii: "'")
    }
  }

  /// Whether neither a point nor a comma stands between thousands.
  var hasOtherThousands: Bool { thousands != UInt8(ascii: ",") && thousands != UInt8(ascii: ".") }

  /// The number that a cell shows; `nil`: it is none of this format.
  func value(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    PrintedNumber(cell).flatMap { value($0) }
  }

  func value(_ printed: PrintedNumber) -> Double? {
    let point: UInt8 = decimal == .point ? UInt8(ascii: ".") : UInt8(ascii: ",")
    let digits = printed.digits
    // A point may only stand for what it stands for in this format.
    if decimal == .comma, thousands != UInt8(ascii: "."), digits.contains(UInt8(ascii: ".")) { return nil }
    let end = digits.firstIndex { $0 == point || $0 | 0x20 == UInt8(ascii: "e") } ?? digits.count
    var plain: [UInt8] = []
    var groups: [Int] = [0]
    for byte in digits[..<end] {
      if byte == thousands { groups.append(0) } else { groups[groups.count - 1] += 1; plain.append(byte) }
    }
    if groups.count > 1 {
      // The first group has up to three digits and no leading zero, the last three; those between three, or two in
      // India.
      guard (1...3).contains(groups[0]), digits[0] != UInt8(ascii: "0"), groups[groups.count - 1] == 3,
        groups.dropFirst().dropLast().allSatisfy({ $0 == 3 || $0 == 2 })
      else { return nil }
    }
    for byte in digits[end...] { plain.append(byte == point ? UInt8(ascii: ".") : byte) }
    guard let number = plain.withUnsafeBufferPointer({ plainNumber($0) }) else { return nil }
    let value = (printed.isNegative ? -number : number) * printed.factor
    return abs(value) <= largestNumber ? value + 0 : nil
  }
}

/// A cell that may show a number, without what is printed around its digits.
struct PrintedNumber {
  /// Digits, separators and an exponent; spaces of any kind are plain ones.
  private(set) var digits: [UInt8] = []
  private(set) var isNegative = false
  /// 1000 for `k`, and so on.
  private(set) var factor = 1.0
  private(set) var isPercent = false
  /// The currency sign as it is printed; `nil`: none.
  private(set) var currency: String?

  private static let currencies: [(text: [UInt8], name: String)] = [
    "$", "€", "£", "¥", "₹", "₽", "₩", "US$", "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "CNY",
    "Rs.",
    "Rs", "kr",
  ].map { (Array($0.utf8), $0) }.sorted { $0.text.count > $1.text.count }

  private static let factors: [(text: [UInt8], factor: Double, needsCurrency: Bool)] = [
    ("bn", 1e9, false), ("mn", 1e6, false), ("k", 1e3, false), ("K", 1e3, false), ("M", 1e6, false),
    ("B", 1e9, false), ("T", 1e12, false), ("m", 1e6, true), ("b", 1e9, true),
  ].map { (Array($0.0.utf8), $0.1, $0.2) }

  /// `nil`: there are other characters than a number has.
  init?(_ cell: UnsafeBufferPointer<UInt8>) {
    guard (1...40).contains(cell.count) else { return nil }
    var rest = Self.withPlainSpaces(cell)[...]
    if rest.first == UInt8(ascii: "("), rest.last == UInt8(ascii: ")") {
      isNegative = true
      rest = rest.dropFirst().dropLast()
    }
    takeSign(&rest)
    takeCurrency(&rest)
    takeSign(&rest)
    if rest.last == UInt8(ascii: "%") {
      isPercent = true
      rest.removeLast()
      Self.trim(&rest)
    }
    for (text, factor, needsCurrency) in Self.factors
    where rest.count > text.count && rest.suffix(text.count).elementsEqual(text) {
      if needsCurrency && currency == nil { continue }
      self.factor = factor
      rest.removeLast(text.count)
      Self.trim(&rest)
      break
    }
    guard rest.contains(where: Self.isDigit) else { return nil }
    for (index, byte) in zip(rest.indices, rest) {
      let isExponent =
        byte | 0x20 == UInt8(ascii: "e") && index > rest.startIndex && index + 1 < rest.endIndex
      let isExponentSign =
        (byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")) && index > rest.startIndex
        && rest[index - 1] | 0x20 == UInt8(ascii: "e")
      guard Self.isDigit(byte) || ",. '".utf8.contains(byte) || isExponent || isExponentSign else {
        return nil
      }
    }
    digits = Array(rest)
  }

  private mutating func takeSign(_ rest: inout ArraySlice<UInt8>) {
    Self.trim(&rest)
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
      if rest.first == UInt8(ascii: "-") { isNegative.toggle() }
      rest.removeFirst()
    } else if rest.starts(with: [0xE2, 0x88, 0x92]) {
      // −
      isNegative.toggle()
      rest.removeFirst(3)
    }
    Self.trim(&rest)
  }

  private mutating func takeCurrency(_ rest: inout ArraySlice<UInt8>) {
    for (text, name) in Self.currencies where rest.count > text.count {
      if rest.starts(with: text) {
        rest.removeFirst(text.count)
      } else if rest.suffix(text.count).elementsEqual(text) {
        rest.removeLast(text.count)
      } else {
        continue
      }
      currency = name
      Self.trim(&rest)
      return
    }
  }

  private static func trim(_ rest: inout ArraySlice<UInt8>) {
    while rest.first == space { rest.removeFirst() }
    while rest.last == space { rest.removeLast() }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// No-break and thin spaces become plain ones, typographic apostrophes straight ones.
  private static func withPlainSpaces(_ cell: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard cell.contains(where: { $0 >= 0x80 }) else { return Array(cell) }
    let scalars = String(decoding: cell, as: UTF8.self).unicodeScalars.map { scalar in
      switch scalar {
      case "\u{A0}", "\u{2009}", "\u{202F}": Character(" ")
      case "\u{2019}": Character("'")
      default: Character(scalar)
      }
    }
    return Array(String(scalars).utf8)
  }
}
