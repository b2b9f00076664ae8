/// Adam's constants, and the factors of one update with its bias corrections folded in.
public struct AdamStep: Equatable, Sendable {
  public static let beta1 = 0.9
  public static let beta2 = 0.999
  public static let epsilon = 1e-8

  /// The learning rate divided by the bias correction of the first moment, 1 − β₁ⁿ.
  public var step: Double
  /// 1/√(1 − β₂ⁿ), from the bias correction of the second moment.
  public var root: Double

  /// - Parameter count: n ≥ 1, the number of updates, this one included.
  public init(learningRate: Double, count: Int) {
    precondition(count >= 1)
    step = learningRate / (1 - Power.of(Self.beta1, count))
    root = 1 / (1 - Power.of(Self.beta2, count)).squareRoot()
  }
}

enum Power {
  /// base ^ count by squaring, for a base between 0 and 1: the same bits on every machine, unlike pow. 0 in place of what
  /// is lost beside 1: subnormal factors would take longer than all the rest.
  static func of(_ base: Double, _ count: Int) -> Double {
    // At most exp(−40), a sixteenth of what 1 can lose.
    if Double(count) * (1 - base) > 40 { return 0 }
    var result = 1.0
    var factor = base
    var rest = count
    while rest > 0 {
      if factor < 0x1p-60 { return 0 }
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
