/// Which widths settling, compression and budgets may choose: multiples of a number, and the present width.
///
/// Kernels that work on several channels at once are as fast with a multiple of their number as with one neuron less.
public struct WidthRounding: Equatable, Sendable {
  public let multiple: Int

  /// - Precondition: `multiple` is positive.
  public init(toMultiplesOf multiple: Int) {
    precondition(multiple > 0, "a multiple of a positive number")
    self.multiple = multiple
  }

  /// Every width may be chosen.
  public static let none = WidthRounding(toMultiplesOf: 1)

  public var isNone: Bool { multiple == 1 }

  /// The least multiple that is not below a width, but no more than the present one.
  public func up(_ width: Int, atMost present: Int) -> Int {
    let excess = width % multiple
    return min(present, excess == 0 ? width : width - excess + multiple)
  }

  /// What a width becomes that loses about so many neurons, and at least one; `nil`: it cannot.
  public func smaller(than width: Int, by count: Int = 1) -> Int? {
    let rounded = up(max(1, width - max(1, count)), atMost: width)
    if rounded < width { return rounded }
    let next = (width - 1) / multiple * multiple
    return next > 0 ? next : nil
  }
}

extension NetworkOptions {
  /// Which widths settling, compression and budgets choose.
  public var rounding: WidthRounding { WidthRounding(toMultiplesOf: max(1, roundTo)) }
}
