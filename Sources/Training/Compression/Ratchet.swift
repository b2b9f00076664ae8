import AdaptiveWidth
import Experiment

/// Compression until it degrades (METHOD §4): layers are led, in turn, to four fifths of their width, again and again.
///
/// A rung that keeps the held-out metric within the tolerance is kept, and what it led to is the new best. One that
/// does not, after settling twice, leads back to the best; its layer is then led by smaller rungs, in more time, and
/// left alone when those of a twentieth fail too.
struct Ratchet: Sendable {
  /// That are led.
  let layers: [Int]
  let tolerance: Double
  /// Where it began.
  let reference: Metrics
  let from: [Int]
  /// Layers that may get smaller still, the next one first.
  var queue: [Turn]
  var rung: Rung?
  /// The step after which a network that was not good enough is measured again.
  var settleUntil: Int?
  /// Evaluations in a row that were not good enough.
  var failures = 0
  /// The last moment that was.
  var best: UndoStack.Entry

  struct Turn: Codable, Equatable, Sendable {
    var layer: Int
    /// Kinds of rungs at which the layer has failed.
    var failures = 0
  }

  struct Rung: Codable, Equatable, Sendable {
    var turn: Turn
    var from: Int
    var target: Int

    var layer: Int { turn.layer }
    /// Of the usual time.
    var patience: Int { Ratchet.kinds[turn.failures].time }
  }

  /// Rungs: the share of the width that they keep, and the time they take.
  static let kinds = [(share: 0.8, time: 1), (share: 0.9, time: 2), (share: 0.95, time: 4)]
  /// Evaluations that a network may stay too bad for.
  static let patience = 3

  var budget: CutBudget { .tolerance(tolerance, of: reference) }

  /// The next layer that has a neuron to lose, and how many it shall keep.
  mutating func takeRung(widths: [Int]) -> Rung? {
    (rung, settleUntil, failures) = (nil, nil, 0)
    while rung == nil && !queue.isEmpty {
      let turn = queue.removeFirst()
      let width = widths[turn.layer]
      if width < 2 { continue }
      let target = Int(Self.kinds[turn.failures].share * Double(width))
      rung = Rung(turn: turn, from: width, target: max(1, min(width - 1, target)))
    }
    return rung
  }

  /// The layer of a rung that failed is tried more gently, unless no smaller step is left.
  mutating func fail(_ rung: Rung) {
    guard rung.turn.failures + 1 < Self.kinds.count, rung.target < rung.from - 1 else { return }
    queue.append(Turn(layer: rung.layer, failures: rung.turn.failures + 1))
  }
}
