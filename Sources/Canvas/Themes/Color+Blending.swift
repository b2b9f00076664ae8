import Glibc

extension Color {
  /// `0xRRGGBB`.
  public init(hex: UInt32) {
    self = .rgb(
      red: UInt8(hex >> 16 & 0xFF), green: UInt8(hex >> 8 & 0xFF), blue: UInt8(hex & 0xFF))
  }

  /// This color mixed with another: `amount` 0 gives this one, 1 the other. The terminal's own color,
  /// whose value is unknown, is not mixed: the nearer one is taken.
  public func blended(with other: Color, amount: Double) -> Color {
    guard case .rgb(let r0, let g0, let b0) = self, case .rgb(let r1, let g1, let b1) = other else {
      return amount < 0.5 ? self : other
    }
    let amount = amount.isNaN ? 0 : min(1, max(0, amount))
    func mix(_ first: UInt8, _ second: UInt8) -> UInt8 {
      let (first, second) = (Double(first), Double(second))
      return UInt8((first + (second - first) * amount).rounded())
    }
    return .rgb(red: mix(r0, r1), green: mix(g0, g1), blue: mix(b0, b1))
  }

  /// The WCAG 2 contrast ratio of two colors, 1 … 21; `nil` if one of them is the terminal's own.
  public func contrast(with other: Color) -> Double? {
    guard let first = luminance, let second = other.luminance else { return nil }
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  /// Relative luminance by WCAG 2.
  var luminance: Double? {
    guard case .rgb(let red, let green, let blue) = self else { return nil }
    let linear = { (level: UInt8) in
      let part = Double(level) / 255
      return part <= 0.03928 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
