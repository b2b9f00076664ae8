import AdaptiveWidth
import Experiment
import Glibc

/// Training on under a prior that pulls one layer's rate towards a smaller width (METHOD §4).
struct Compression: Equatable, Sendable {
  var layer: Int
  var target: Int
  /// The width it began with.
  var from: Int
  var firstStep: Int
  /// Steps over which the prior narrows.
  var annealing: Int
  /// The prior to go back to.
  var originalPrior: NormalPrior?

  /// s_λ falls geometrically from 1 to 0.01 over the annealing, then stays.
  func scale(at step: Int) -> Double {
    let progress = min(1, Double(step - firstStep) / Double(max(1, annealing)))
    return exp(log(0.01) * progress)
  }
}

extension LearningState {
  /// Puts the layer's rate under the prior of this step.
  mutating func applyCompression() {
    guard let compression else { return }
    let adaptation = network.adaptation(compression.layer)
    let mean = adaptation.family.rate(width: compression.target, quantile: adaptation.quantile)
    network.setRatePrior(
      layer: compression.layer, NormalPrior(mean: mean, scale: compression.scale(at: step)))
  }

  /// Ends compression where it stands: the width may shrink on, but not grow back.
  mutating func endCompression() {
    guard let compression else { return }
    network.setRatePrior(layer: compression.layer, compression.originalPrior)
    network.setPolicy(layer: compression.layer, .cap)
    self.compression = nil
  }

  var isCompressed: Bool {
    compression.map { network.widths[$0.layer] <= $0.target } ?? false
  }
}
