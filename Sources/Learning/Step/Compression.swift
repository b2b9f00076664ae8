import AdaptiveWidth
import Experiment
import Glibc

/// Compression of one layer: training continues while the prior on its rate is annealed toward a smaller width.
///
/// The prior's mean walks from the present rate to the target's and a little beyond, at a standard deviation of a
/// hundredth of it: so close that the rate follows whatever the data and N are, so slow that the weights have time
/// to move into the neurons that stay. (A prior that stands at the target and narrows does nothing for long, then
/// drops the width at once: the data resist up to a point that differs from run to run.)
package struct Compression: Codable, Equatable, Sendable {
  package var layer: Int
  package var target: Int
  /// The width it began with.
  package var from: Int
  /// ν where it began.
  package var firstRate: Double
  package var firstStep: Int
  /// Steps in which the mean reaches the target's rate.
  package var duration: Int
  /// The prior to go back to.
  package var originalPrior: NormalPrior?
  /// Held-out metrics where it began.
  package var before: Metrics?
  /// Whether the width does not fall below the target, and is held where compression ends; `nil`: it may fall, by the
  /// neurons that one step takes.
  package var isExact: Bool?

  package init(
    layer: Int, target: Int, from: Int, firstRate: Double, firstStep: Int, duration: Int,
    originalPrior: NormalPrior?
  ) {
    (self.layer, self.target, self.from) = (layer, target, from)
    (self.firstRate, self.firstStep, self.duration) = (firstRate, firstStep, duration)
    self.originalPrior = originalPrior
  }

  private enum CodingKeys: String, CodingKey {
    case layer, target, from, duration, before
    case firstRate = "first_rate"
    case firstStep = "first_step"
    case originalPrior = "original_prior"
    case isExact = "is_exact"
  }

  /// The rate's prior at a step: its mean moves by the same factor every step.
  package func prior(at step: Int, targetRate: Double) -> NormalPrior {
    let progress = min(1.2, Double(step - firstStep) / Double(max(1, duration)))
    let mean = firstRate * exp(log(targetRate / firstRate) * progress)
    return NormalPrior(mean: mean, scale: mean / 100)
  }

  /// The steps after which the mean has been beyond the target's rate for so long that more of it would not help.
  package var mostSteps: Int { 2 * duration }
  func isStalled(at step: Int) -> Bool { step - firstStep > mostSteps }
}

extension LearningState {
  /// Puts the layer's rate under the prior of this step.
  mutating func applyCompression() {
    guard let compression else { return }
    let adaptation = network.adaptation(compression.layer)
    let targetRate = adaptation.family.rate(width: compression.target, quantile: adaptation.quantile)
    network.setRatePrior(
      layer: compression.layer, compression.prior(at: step, targetRate: targetRate),
      keepingMoment: step > compression.firstStep)
    if compression.isExact == true && adaptation.rate > targetRate {
      network.setRate(layer: compression.layer, targetRate)
    }
  }

  /// Ends compression where it stands: the width may shrink on, but not grow back.
  package mutating func endCompression() {
    guard let compression else { return }
    network.setRatePrior(layer: compression.layer, compression.originalPrior)
    network.setPolicy(layer: compression.layer, compression.isExact == true ? .hold : .cap)
    if !learnsRates { network.setLearnsRate(layer: compression.layer, false) }
    self.compression = nil
  }

  /// Whether the width aimed at is reached, or will not be.
  package var isCompressionOver: Bool {
    compression.map { network.widths[$0.layer] <= $0.target || $0.isStalled(at: step) } ?? false
  }
}
