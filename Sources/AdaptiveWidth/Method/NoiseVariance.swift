/// σ², the variance of the noise that numbers are predicted with, in units of the targets' variance.
///
/// Numbers have the likelihood of a normal distribution whose variance is fitted, ½ ln(s + floor) for each output, where
/// s is the mean squared error: the one that widths are priced by (`LossScale`). Its gradient is that of the squared
/// error over σ² = s + floor. So that learning rates mean the same for all data, everything is multiplied by σ²: the
/// squared error stays as it is, and the priors count σ² times. The noisier the targets are, the more the priors
/// hold the weights back.
///
/// s is the mean over the last minibatches, each weighing a hundredth less than the next.
public struct NoiseVariance: Codable, Equatable, Sendable {
  /// Mean squared error of the last minibatches; before the first one, the error of predicting the mean.
  private var error = 1.0

  /// The weight of a minibatch in the mean.
  private static let share = 0.01

  public init() {}

  public var value: Double { error + LossScale.floor }

  /// - Parameters:
  ///   - loss: ½ Σ (prediction − target)² over the outputs, mean over a minibatch. A worse network than one that predicts
  ///     the mean counts like that one.
  ///   - outputs: their number.
  public mutating func take(loss: Double, outputs: Int) {
    let seen = min(2 * loss / Double(max(1, outputs)), 1)
    if seen.isFinite { error += Self.share * (seen - error) }
  }

  /// Whether a run can have it.
  package var isPossible: Bool { (0...1).contains(error) }
}
