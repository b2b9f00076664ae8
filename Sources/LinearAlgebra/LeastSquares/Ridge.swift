/// What keeps the weights of a least-squares fit small: an addition to the diagonal of G, the covariance of its inputs.
///
///     G + ρ diag G + σ² v̄ I,     v̄ = the mean of diag G
public struct Ridge: Equatable, Sendable {
  /// ρ, relative to each input's own variance: against rounding.
  public var relative: Double
  /// σ², relative to the inputs' mean variance: noise that all of them are expected to have alike. An input that hardly
  /// varies would need a large weight, which multiplies that noise; it gets a small one instead.
  public var noise: Double

  public init(relative: Double = 1e-6, noise: Double = 0) {
    (self.relative, self.noise) = (relative, noise)
  }

  /// The ridge that only guards against rounding.
  public static let `default` = Ridge()

  /// What is added to a diagonal, or the first part of one: a little even where all of it is zero.
  ///
  /// - Parameter mean: v̄, of the whole diagonal.
  func added(to diagonal: [Double], mean: Double) -> [Double] {
    let everywhere = max((noise + 1e-12) * mean, Double.leastNormalMagnitude)
    return diagonal.map { relative * $0 + everywhere }
  }
}
