import Glibc

/// Numbers as people read them on an axis: "26 k", "1.2 M", "0.02", "2e-05".
public enum NumberLabel {
  /// A number with about `digits` significant digits and a decimal prefix from 10,000 on.
  ///
  /// Not-a-number is "–", infinity "∞".
  public static func short(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "−∞" : "∞" }
    let magnitude = abs(value)
    guard magnitude > 0 else { return "0" }
    // Rounding may carry into the next decade: 9,999.9 is 10 k.
    let exponent = decimalExponent(rounded(magnitude, digits: digits))
    if exponent < -4 || exponent >= 15 { return scientific(value, digits: digits) }
    let prefix = Prefix(exponent: exponent)
    let leading = exponent - prefix.exponent
    return fixed(value / prefix.factor, decimals: max(0, digits - 1 - leading), trimmed: true) + prefix.symbol
  }

  /// A number with so many decimals; trailing zeros are dropped if `trimmed`.
  public static func fixed(_ value: Double, decimals: Int, trimmed: Bool = false) -> String {
    guard value.isFinite else { return short(value) }
    let decimals = min(max(0, decimals), 15)
    let factor = power(decimals)
    guard abs(value) * factor < 1e18 else { return scientific(value, digits: 3) }
    var units = Int((abs(value) * factor).rounded())
    var decimalsLeft = decimals
    if trimmed {
      while decimalsLeft > 0, units % 10 == 0 { (units, decimalsLeft) = (units / 10, decimalsLeft - 1) }
    }
    let sign = value < 0 && units != 0 ? "−" : ""
    var digits = String(units)
    guard decimalsLeft > 0 else { return sign + digits }
    digits = String(repeating: "0", count: max(0, decimalsLeft + 1 - digits.count)) + digits
    let split = digits.index(digits.endIndex, offsetBy: -decimalsLeft)
    return sign + digits[..<split] + "." + digits[split...]
  }

  /// "1.5e-07".
  static func scientific(_ value: Double, digits: Int) -> String {
    var exponent = decimalExponent(abs(value))
    var mantissa = abs(value) / power(exponent)
    // Denormal numbers have no representable power of ten below them.
    if !mantissa.isFinite {
      (mantissa, exponent) = (abs(value) / power(-300) / power(exponent + 300), exponent)
    }
    var text = fixed(mantissa, decimals: digits - 1, trimmed: true)
    if text == "10" { (text, exponent) = ("1", exponent + 1) }
    let size = abs(exponent) < 10 ? "0\(abs(exponent))" : String(abs(exponent))
    return (value < 0 ? "−" : "") + text + "e" + (exponent < 0 ? "-" : "") + size
  }

  /// A decimal prefix of large numbers.
  struct Prefix {
    let exponent: Int
    let symbol: String
    var factor: Double { power(exponent) }

    /// For numbers of about 10^exponent; none below 10,000.
    init(exponent: Int) {
      switch exponent {
      case ..<4: (self.exponent, symbol) = (0, "")
      case ..<6: (self.exponent, symbol) = (3, " k")
      case ..<9: (self.exponent, symbol) = (6, " M")
      case ..<12: (self.exponent, symbol) = (9, " G")
      default: (self.exponent, symbol) = (12, " T")
      }
    }
  }

  /// ⌊log₁₀⌋ of a positive number.
  static func decimalExponent(_ magnitude: Double) -> Int {
    guard magnitude > 0, magnitude.isFinite else { return 0 }
    let estimate = Int(log10(magnitude).rounded(.down))
    return power(estimate + 1) <= magnitude ? estimate + 1 : estimate
  }

  static func power(_ exponent: Int) -> Double { pow(10, Double(exponent)) }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    let unit = power(decimalExponent(value) - digits + 1)
    return unit > 0 && unit.isFinite ? (value / unit).rounded() * unit : value
  }
}
