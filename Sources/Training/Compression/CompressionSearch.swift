import AdaptiveWidth
import Experiment

/// Greedy search for the smallest network that is good enough: shrink one layer at a time by 20 %; accept the result
/// if the held-out metric stays within the tolerance, otherwise roll back and retry with a smaller step.
///
/// Layers take turns. A trial whose metric is too bad settles and is measured again, twice, before it is rejected. A
/// layer is given up when a step of 5 % has been rejected too.
struct CompressionSearch: Sendable {
  /// The layers that may be compressed.
  let layers: [Int]
  let tolerance: Double
  /// Held-out metrics where the search began; the tolerance is relative to them.
  let reference: Metrics
  /// Widths of all adaptive layers where the search began.
  let from: [Int]
  /// Layers that may still shrink, the next one first.
  var queue: [LayerState]
  /// The trial under way.
  var trial: Trial?
  /// The step after which a trial that was not good enough is measured again.
  var settleUntil: Int?
  /// Evaluations of the trial, in a row, that were not good enough.
  var failures = 0
  /// The last accepted moment.
  var best: RunMoment

  /// A layer in the queue.
  struct LayerState: Codable, Equatable, Sendable {
    var layer: Int
    /// How many step sizes have already failed for this layer.
    var failures = 0
  }

  /// One attempt to shrink a layer.
  struct Trial: Equatable, Sendable {
    var state: LayerState
    /// Widths of the layer, before and aimed at.
    var from: Int
    var target: Int

    var layer: Int { state.layer }
    /// Multiple of a compression's usual duration.
    var time: Int { CompressionSearch.stepSizes[state.failures].time }
  }

  /// Fractions of the width that a trial keeps, with multiples of the usual time.
  static let stepSizes = [(kept: 0.8, time: 1), (kept: 0.9, time: 2), (kept: 0.95, time: 4)]
  /// Bad evaluations in a row after which a trial is rejected.
  static let patience = 3

  var budget: CutBudget { .tolerance(tolerance, of: reference) }

  /// Begins the next trial: of the first layer in the queue that has a neuron to lose.
  ///
  /// - Parameter rounding: of the widths aimed at.
  /// - Returns: `nil` if there is none, which ends the search.
  mutating func nextTrial(widths: [Int], rounding: WidthRounding) -> Trial? {
    (trial, settleUntil, failures) = (nil, nil, 0)
    while trial == nil && !queue.isEmpty {
      let state = queue.removeFirst()
      let width = widths[state.layer]
      let kept = Int(Self.stepSizes[state.failures].kept * Double(width))
      guard let target = rounding.smaller(than: width, by: width - kept) else { continue }
      trial = Trial(state: state, from: width, target: target)
    }
    return trial
  }

  /// Puts the trial's layer behind the others, with the same step size.
  mutating func accept(_ trial: Trial, best: RunMoment) {
    self.best = best
    queue.append(trial.state)
  }

  /// Puts the trial's layer behind the others with the next smaller step, if there is one.
  mutating func reject(_ trial: Trial, rounding: WidthRounding) {
    guard trial.state.failures + 1 < Self.stepSizes.count,
      rounding.smaller(than: trial.from) != trial.target
    else { return }
    queue.append(LayerState(layer: trial.layer, failures: trial.state.failures + 1))
  }

  /// Adds the search to the status of its trial.
  func describe(_ status: CompressionStatus) -> CompressionStatus {
    var status = status
    (status.tolerance, status.reference, status.failures) = (tolerance, reference, failures)
    status.accepted = best.learning.network.widths
    return status
  }
}

extension CompressionSearch.Trial: Codable {
  /// `turn`: the file's older word for the state of the layer.
  private enum CodingKeys: String, CodingKey {
    case state = "turn"
    case from, target
  }
}
