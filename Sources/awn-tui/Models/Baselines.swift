import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import Messaging
import Training
import UserInterface

/// Baselines: networks as small as a model's cuts, obtained by other methods, measured on the same held-out rows.
struct Baselines: Sendable {
  let network: Network
  let configuration: Configuration
  let dataset: Dataset
  /// Held-out rows, with the training rows that repairs and scores are computed on.
  let rows: EvaluationRows
  let seeds: [UInt64]
  let trains: Bool
  /// Is given a line for everything that was trained.
  let tell: @Sendable (String) -> Void

  /// Widths that a random search tries.
  static let draws = 5

  func results(keeping keep: Double) async throws -> [Baseline] {
    let widths = network.widths(keeping: keep)
    var results: [Baseline] = []
    for means in Baseline.Means.allCases where means != .whole && (trains || !means.isTrained) {
      let kinds: [Bool?] = means.isTrained ? [nil] : means == .best ? [true] : [false, true]
      for isRepaired in kinds {
        var (metrics, parameters, seconds): ([Metrics], [Int], [Double]) = ([], [], [])
        for seed in means.dependsOnSeed ? seeds : Array(seeds.prefix(1)) {
          let clock = ContinuousClock()
          let began = clock.now
          let found =
            switch means {
            case .scratch: try await trained(widths, seed)
            case .search: try await searched(keep, seed)
            default: cut(to: widths, means, isRepaired: isRepaired ?? false, seed)
            }
          metrics.append(found.metrics)
          parameters.append(found.parameters)
          seconds.append((clock.now - began) / .seconds(1))
        }
        results.append(
          Baseline(
            keep: keep, widths: widths, means: means, repaired: isRepaired, metrics: metrics,
            parameters: parameters, seconds: seconds))
      }
    }
    return results
  }

  // MARK: Cuts

  private func cut(
    to widths: [Int], _ means: Baseline.Means, isRepaired: Bool, _ seed: UInt64
  ) -> (metrics: Metrics, parameters: Int) {
    var workspace = Workspace()
    var ordered = network
    if let orders = orders(means, seed, &workspace) {
      for (layer, order) in orders.enumerated() { ordered = ordered.permuted(layer: layer, by: order) }
    }
    let method: CutMethod = means == .best ? .best : isRepaired ? .repaired : .plain
    let cut = ordered.measure(widths: widths, by: method, rows, &workspace)
    return (cut.metrics, cut.parameters)
  }

  /// The orders of every layer's neurons; `nil`: they stay as they are.
  private func orders(_ means: Baseline.Means, _ seed: UInt64, _ workspace: inout Workspace) -> [[Int]]? {
    switch means {
    case .magnitude:
      return network.scores(.magnitude, on: rows.fitting, &workspace).map(Network.order(byLargest:))
    case .taylor:
      return network.scores(.taylor, on: rows.fitting, &workspace).map(Network.order(byLargest:))
    case .random:
      var random = RandomStream(seed: seed, purpose: "random cut")
      return network.widths.map { width in
        var order = Array(0..<width)
        random.shuffle(&order)
        return order
      }
    case .whole, .index, .best, .scratch, .search: return nil
    }
  }

  // MARK: Training

  /// An ordinary network of these widths, by the run's own settings on its own training rows.
  private func trained(_ widths: [Int], _ seed: UInt64) async throws -> (metrics: Metrics, parameters: Int) {
    var configuration = configuration
    configuration.network.fixedWidths = widths
    configuration.training.seed = seed
    configuration.training.pace = nil
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: RunChannels(), isWatched: false)
    let outcome = await trainer.run(measuringTest: false)
    let metrics = outcome.isDiverged ? nil : outcome.validation
    let said = metrics.map(MetricText.all) ?? "diverged"
    let noun = widths == [1] ? "neuron" : "neurons"
    tell("trained from scratch with \(MetricText.widths(widths)) \(noun), seed \(seed): \(said)")
    return (metrics ?? Metrics(loss: .nan), outcome.parameters)
  }

  /// Fractions up to that of the size, evenly likely; the best on the held-out rows is kept.
  private func searched(_ keep: Double, _ seed: UInt64) async throws -> (metrics: Metrics, parameters: Int) {
    var random = RandomStream(seed: seed, purpose: "random widths")
    var best: (metrics: Metrics, parameters: Int)?
    for draw in 0..<Self.draws {
      let fraction = keep * Double(1 + random.below(1_000)) / 1_000
      let found = try await trained(
        network.widths(keeping: fraction), seed &* UInt64(Self.draws) &+ UInt64(draw))
      if best.map({ found.metrics.isBetter(than: $0.metrics) }) ?? true { best = found }
    }
    return best ?? (Metrics(loss: .nan), 0)
  }
}
