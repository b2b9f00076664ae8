import AdaptiveWidth
import Experiment

/// How far the widths of a run are settled: a layer first explores with room to spare, then measurements of what its
/// neurons are worth lead its width to what it needs at the price in force.
///
/// The room comes after the first step, when nothing is learned yet, with a new network: neurons that come later are
/// taken up too slowly to be worth as much, and where weights have to fit one another, as those that rotate a recurrent
/// state, neurons that are added do not.
///
/// Shrinking on the first plateau would cut what is not learned yet, so the first measurement waits for half of the
/// schedule, and each waits for the next while learning is fast; the last one leaves the rest for the weights.
package struct Settling: Equatable, Sendable {
  package var price: Double
  package var unit: PriceUnit
  /// Stages of `schedule` that are done.
  package var stage = 0
  /// What the last measurement found, one an adaptive layer; `nil`: not measured, or held.
  package var needs: [WidthNeed?]
  /// The width that the last measurement gave each layer; `nil`: none, or an older version did not say.
  private var setWidths: [Int?]
  /// Stages that were done with the last measurement that moved a layer; `nil`: an older version did not say.
  private var measuredStage: Int?
  /// Why the last measurement left the widths as they were.
  package var obstacle: SettlingObstacle?
  /// Nats by which the network was better than a constant prediction at the last stage.
  package var improvement: Double?
  /// Whether the run was stopped during the measurement that was due after its last step. The run goes on with it.
  package var isInterrupted = false

  /// What is done at a fraction of the run's steps.
  package enum Stage: Equatable {
    /// Every layer gets the room to explore: the same for all starts.
    case explore
    /// The improvement is measured, so that the next stage knows how fast the network learns.
    case watch
    /// A measurement, and a move that leaves some room.
    case measure
    /// A measurement, and a move to exactly what is needed.
    case settle
  }

  package static let schedule: [(fraction: Double, stage: Stage)] = [
    (0, .explore), (0.4, .watch), (0.5, .measure), (0.6, .measure), (0.7, .measure), (0.8, .settle),
  ]

  /// The fraction of the run's steps after which the last measurement is made.
  static let lastFraction = schedule[schedule.count - 1].fraction

  /// Neurons that each layer explores with: of one layer, and of several.
  package static func room(layers: Int) -> Int { layers == 1 ? 512 : 256 }

  /// `nil`: widths are fixed, learned by the paper's method, or stay where they begin.
  package init?(_ options: NetworkOptions, _ network: Network) {
    guard options.method == .settle, options.settle == .on, !network.adaptiveBlocks.isEmpty,
      network.adaptations.allSatisfy({ !$0.learnsRate })
    else { return nil }
    (price, unit) = (options.price, options.priceUnit)
    needs = [WidthNeed?](repeating: nil, count: network.adaptiveBlocks.count)
    setWidths = [Int?](repeating: nil, count: needs.count)
  }

  /// Enters what a measurement found of layers, and the widths that it gave them. What earlier stages found of others
  /// says nothing once the last stage is done.
  package mutating func take(_ moves: [LayerMove]) {
    if isOver && measuredStage != stage { needs = needs.map { _ in nil } }
    measuredStage = stage
    for move in moves {
      needs[move.layer] = move.need
      setWidths[move.layer] = move.to
    }
  }

  /// What the last measurement found of a layer of this width; `nil`: it was not measured, or has been cut or widened
  /// since, or the last measurement was undone, so that nothing is known of its width.
  package func need(of layer: Int, width: Int) -> WidthNeed? {
    guard let need = needs[layer], !isOver || measuredStage ?? stage == stage else { return nil }
    let isSet = setWidths[layer].map { $0 == width } ?? (!isOver || need.hasSet(width))
    return isSet ? need : nil
  }

  /// Whether a run of this network can have it.
  package func isPossible(_ network: Network) -> Bool {
    price > 0 && price.isFinite && stage >= 0 && needs.count == network.adaptiveBlocks.count
      && setWidths.count == needs.count
      && improvement?.isFinite ?? true
      && needs.allSatisfy { need in
        need.map {
          (1...ImportanceFamily.largestWidth).contains($0.width) && $0.logMean.isFinite
            && $0.logDeviation >= 0
        }
          ?? true
      }
  }

  package var isOver: Bool { stage >= Self.schedule.count }

  /// The stage that is due after so many steps of so many; `nil`: none.
  package func due(at step: Int, of steps: Int) -> Stage? {
    guard !isOver, step >= Self.step(of: stage, steps) else { return nil }
    return Self.schedule[stage].stage
  }

  /// Nats that a network must have improved on a constant prediction by: one that has learned nothing needs no neurons.
  static let minImprovement = 0.02
  /// A network whose improvement has grown by more than this factor since the last stage still learns what it needs
  /// neurons for.
  static let maxGrowth = 1.1

  /// Nats by which the improvement may grow by chance, or because a cut made the network better: on few rows more.
  private static func chance(rows: Int) -> Double { max(0.005, 0.5 / Double(max(1, rows)).squareRoot()) }

  /// What keeps a network from being measured.
  ///
  /// - Parameters:
  ///   - earlier: its improvement at the stage before; `nil`: it does not matter how fast it learns.
  ///   - rows: that the improvement is measured on.
  package static func obstacle(improvement: Double, earlier: Double?, rows: Int) -> SettlingObstacle? {
    guard improvement >= minImprovement else { return .hasLearnedNothing }
    guard let earlier, improvement > max(maxGrowth * earlier, earlier + chance(rows: rows)) else {
      return nil
    }
    return .isStillLearning
  }

  /// - Parameters:
  ///   - steps: that the run is to have.
  ///   - widths: of the layers now.
  package func status(of steps: Int, _ widths: [Int]) -> SettlingStatus {
    let next = (stage..<max(stage, Self.schedule.count)).first {
      [.measure, .settle].contains(Self.schedule[$0].stage)
    }
    let hasMeasured = isOver && obstacle == nil && needs.contains { $0 != nil }
    let isChanged = zip(needs.indices, widths).contains { needs[$0] != nil && need(of: $0, width: $1) == nil }
    return SettlingStatus(
      price: price, nextStep: next.map { Self.step(of: $0, steps) }, isSettled: hasMeasured && !isChanged,
      isChanged: hasMeasured && isChanged, obstacle: obstacle)
  }

  private static func step(of stage: Int, _ steps: Int) -> Int {
    max(stage + 1, Int(schedule[stage].fraction * Double(min(steps, 1 << 52))))
  }
}

/// A run's settling as its checkpoint has it.
extension Settling: Codable {
  private enum CodingKeys: String, CodingKey {
    case price, unit, needs, obstacle
    case isInterrupted = "interrupted"
    case improvement = "gain"
    case stage = "stages_done"
    case setWidths = "set_widths"
    case measuredStage = "measured_stage"
  }

  /// What older versions wrote, whose schedule did not watch.
  private enum OldKeys: String, CodingKey {
    case stage
    case hasNothingLearned = "has_nothing_learned"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    price = try container.decode(Double.self, forKey: .price)
    unit = try container.decode(PriceUnit.self, forKey: .unit)
    needs = try container.decode([WidthNeed?].self, forKey: .needs)
    setWidths =
      try container.decodeIfPresent([Int?].self, forKey: .setWidths)
      ?? [Int?](repeating: nil, count: needs.count)
    measuredStage = try container.decodeIfPresent(Int.self, forKey: .measuredStage)
    improvement = try container.decodeIfPresent(Double.self, forKey: .improvement)
    isInterrupted = try container.decodeIfPresent(Bool.self, forKey: .isInterrupted) ?? false
    if let stage = try container.decodeIfPresent(Int.self, forKey: .stage) {
      self.stage = stage
      obstacle = try container.decodeIfPresent(SettlingObstacle.self, forKey: .obstacle)
      return
    }
    let old = try decoder.container(keyedBy: OldKeys.self)
    let stage = try old.decode(Int.self, forKey: .stage)
    self.stage = stage > 0 && stage < .max ? stage + 1 : stage
    obstacle = try old.decode(Bool.self, forKey: .hasNothingLearned) ? .hasLearnedNothing : nil
  }
}
