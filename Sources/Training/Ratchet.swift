import AdaptiveWidth
import Experiment

/// Compression until it degrades (METHOD §4): layers are led, in turn, to four fifths of their width, again and again.
///
/// A rung that keeps the held-out metric within the tolerance is kept, and what it led to is the new best. One that
/// does not, after settling twice, leads back to the best, and its layer is left alone from then on.
struct Ratchet: Sendable {
  /// That are led.
  let layers: [Int]
  let tolerance: Double
  /// Where it began.
  let reference: Metrics
  let from: [Int]
  /// Layers that may get smaller still, the next one first.
  var queue: [Int]
  var rung: Rung?
  /// The step after which a network that was not good enough is measured again.
  var settleUntil: Int?
  /// Evaluations in a row that were not good enough.
  var failures = 0
  /// The last moment that was.
  var best: UndoStack.Entry

  struct Rung: Codable, Equatable, Sendable {
    var layer: Int
    var from: Int
    var target: Int
  }

  static let share = 0.8
  static let patience = 3

  var budget: CutBudget { .tolerance(tolerance, of: reference) }

  /// The next layer that has a neuron to lose, and how many it shall keep.
  mutating func takeRung(widths: [Int]) -> Rung? {
    (rung, settleUntil, failures) = (nil, nil, 0)
    while rung == nil && !queue.isEmpty {
      let layer = queue.removeFirst()
      let width = widths[layer]
      if width < 2 { continue }
      rung = Rung(layer: layer, from: width, target: max(1, min(width - 1, Int(Self.share * Double(width)))))
    }
    return rung
  }
}
