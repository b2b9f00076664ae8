import AdaptiveWidth
import Experiment

/// How far the widths of a run are settled: a layer first explores with room to spare, then measurements of what its
/// neurons are worth lead its width to what it needs at the price in force.
///
/// The room comes after the first step, when nothing is learned yet, with neurons as new as the others: later ones are
/// taken up too slowly to be worth as much.
///
/// Shrinking on the first plateau would cut what is not learned yet, so the first measurement waits for half of the
/// schedule; the last one leaves the rest of it for the weights.
struct Settling: Codable, Equatable, Sendable {
  var price: Double
  var unit: PriceUnit
  /// Stages of `schedule` that are done.
  var stage = 0
  /// What the last measurement found, one an adaptive layer; `nil`: not measured, or held.
  var needs: [WidthNeed?]
  /// Whether the last measurement found that the network had learned nothing.
  var hasNothingLearned = false

  /// What is done at a fraction of the run's steps.
  enum Stage: Equatable {
    /// Every layer gets the room to explore: the same for all starts.
    case explore
    /// A measurement, and a move that leaves some room.
    case measure
    /// A measurement, and a move to exactly what is needed.
    case settle
  }

  static let schedule: [(fraction: Double, stage: Stage)] = [
    (0, .explore), (0.5, .measure), (0.6, .measure), (0.7, .measure), (0.8, .settle),
  ]

  /// Neurons that each layer explores with: of one layer, and of several.
  static func room(layers: Int) -> Int { layers == 1 ? 512 : 256 }

  /// `nil`: widths are fixed, learned by the paper's method, or stay where they begin.
  init?(_ options: NetworkOptions, _ network: Network) {
    guard options.method == .settle, options.settle == .on, !network.adaptiveBlocks.isEmpty,
      network.adaptations.allSatisfy({ !$0.learnsRate })
    else { return nil }
    (price, unit) = (options.price, options.priceUnit)
    needs = [WidthNeed?](repeating: nil, count: network.adaptiveBlocks.count)
  }

  /// Whether a run of this network can have it.
  func isPossible(_ network: Network) -> Bool {
    price > 0 && price.isFinite && stage >= 0 && needs.count == network.adaptiveBlocks.count
      && needs.allSatisfy { need in
        need.map {
          (1...ImportanceFamily.largestWidth).contains($0.width) && $0.logMean.isFinite
            && $0.logDeviation >= 0
        }
          ?? true
      }
  }

  var isOver: Bool { stage >= Self.schedule.count }

  /// The stage that is due after so many steps of so many; `nil`: none.
  func due(at step: Int, of steps: Int) -> Stage? {
    guard !isOver, step >= Self.step(of: stage, steps) else { return nil }
    return Self.schedule[stage].stage
  }

  /// After so many steps of so many.
  func status(of steps: Int) -> SettlingStatus {
    let next = (stage..<max(stage, Self.schedule.count)).first { Self.schedule[$0].stage != .explore }
    return SettlingStatus(
      price: price, nextStep: next.map { Self.step(of: $0, steps) },
      isSettled: isOver && !hasNothingLearned && needs.contains { $0 != nil },
      hasNothingLearned: hasNothingLearned)
  }

  private static func step(of stage: Int, _ steps: Int) -> Int {
    max(stage + 1, Int(schedule[stage].fraction * Double(min(steps, 1 << 52))))
  }

  private enum CodingKeys: String, CodingKey {
    case price, unit, stage, needs
    case hasNothingLearned = "has_nothing_learned"
  }
}
