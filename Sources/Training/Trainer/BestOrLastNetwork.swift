import AdaptiveWidth
import Experiment

/// What a run that ends with its best network keeps beside its own network: until it ends, the best so far; then the
/// last one, from which it continues if it is resumed.
///
/// Both have the optimizer that belongs to them. Which one is which is part of the run's moment, so that undo, a
/// divergence and a checkpoint keep both.
struct BestOrLastNetwork: Sendable {
  var network: Network
  var optimizer: Optimizer
  /// Held-out; `nil`: not measured.
  var metrics: Metrics?
  /// Updates done when it was set aside.
  var step: Int
  /// Whether the run's own network is the best, and this one the last.
  var isLast: Bool

  /// All but network and optimizer, for files.
  struct Facts: Codable, Equatable, Sendable {
    var metrics: Metrics?
    var step: Int
    var isLast: Bool

    private enum CodingKeys: String, CodingKey {
      case metrics, step
      case isLast = "is_last"
    }
  }

  var facts: Facts { Facts(metrics: metrics, step: step, isLast: isLast) }
}

extension BestOrLastNetwork {
  init(_ network: Network, _ optimizer: Optimizer, _ facts: Facts) {
    (self.network, self.optimizer) = (network, optimizer)
    (metrics, step, isLast) = (facts.metrics, facts.step, facts.isLast)
  }
}

extension RunMoment {
  /// Sets the present network aside, as the best so far.
  mutating func keepAsBest(_ metrics: Metrics) {
    bestOrLast = BestOrLastNetwork(
      network: learning.network, optimizer: learning.optimizer, metrics: metrics, step: learning.step,
      isLast: false)
  }

  /// The run's network changes places with the other one.
  ///
  /// What else decides how the run continues stays: step, cursor, random streams.
  mutating func exchangeNetworks() {
    guard let other = bestOrLast else { return }
    let isKnown = history.validationStep == learning.step
    bestOrLast = BestOrLastNetwork(
      network: learning.network, optimizer: learning.optimizer,
      metrics: isKnown ? history.validation : nil,
      step: learning.step, isLast: !other.isLast)
    if other.isLast { bestOrLast?.step = patience.seen.bestStep ?? learning.step }
    let rate = learning.optimizer.learningRate
    (learning.network, learning.optimizer) = (other.network, other.optimizer)
    // The user may have set it meanwhile.
    learning.optimizer.learningRate = rate
    if let metrics = other.metrics { history.replaceValidation(metrics, at: learning.step) }
  }

  /// Forgets all evaluations and the other network: the network or its task has changed.
  mutating func forgetBest() {
    patience.reset()
    bestOrLast = nil
  }

  /// The step of the run's own network.
  var networkStep: Int {
    bestOrLast?.isLast ?? false ? patience.seen.bestStep ?? learning.step : learning.step
  }
}

extension Trainer {
  /// A run that ends with its best network goes back to that one.
  func returnToBest() {
    guard configuration.training.keepsBest, let best = moment.bestOrLast, !best.isLast,
      best.step < learning.step
    else { return }
    moment.exchangeNetworks()
    lastGood = moment
    dropInspection()
    post(
      .keptBest(epoch: Double(best.step) / Double(batchesPerEpoch)), before: moment.bestOrLast?.metrics,
      after: best.metrics)
  }

  /// Before it trains on, a run that ended with its best network takes up the last one again, unless it was edited.
  func continueFromLast() {
    if moment.bestOrLast?.isLast ?? false { moment.exchangeNetworks() }
  }
}
