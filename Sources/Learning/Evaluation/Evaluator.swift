import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Measures copies of the network on rows that training never sees, on a thread of its own.
package actor Evaluator {
  private let executor = ThreadExecutor(name: "awn-evaluate")
  private let validation: EvaluationRows
  private let inspector: Inspector
  private let classNames: [String]
  /// Whether metrics have details: a run goes by them.
  private let measuresDetails: Bool
  private let architecture: Architecture
  /// How the widths that measurements choose are rounded.
  private let rounding: WidthRounding
  /// The price rows of settling, once they were needed.
  private var settlingRows: EvaluationRows?
  private var workspace = Workspace()

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  /// - Parameter heldOut: all held-out rows. Evaluators that are given the same value share its memory.
  package init(
    dataset: Dataset, heldOut: EvaluationRows, _ architecture: Architecture, rounding: WidthRounding,
    measuringDetails: Bool = false
  ) {
    self.rounding = rounding
    classNames = dataset.classNames
    measuresDetails = measuringDetails
    self.architecture = architecture
    validation = heldOut
    inspector = Inspector(dataset: dataset, heldOut: heldOut, architecture, rounding: rounding)
  }

  /// Begins to measure held-out metrics while the caller continues.
  package nonisolated func evaluation(of network: Network) -> Task<Metrics?, Never> {
    Task(executorPreference: executor) { await self.evaluate(network) }
  }

  /// Held-out metrics; `nil` without held-out rows.
  package func evaluate(_ network: Network) -> Metrics? {
    guard validation.rows > 0 else { return nil }
    var metrics = network.evaluate(validation, &workspace)
    if measuresDetails, let details = details(network, on: validation) { metrics.add(details) }
    return metrics
  }

  /// On held-out rows unless others are given; `nil` without rows, and where tokens are predicted.
  package func details(_ network: Network, on rows: EvaluationRows? = nil) -> DetailedMetrics? {
    DetailedMetrics(of: network, on: rows ?? validation, classes: classNames, &workspace)
  }

  /// The network that keeps so many neurons of every adaptive layer.
  ///
  package func cut(_ network: Network, to widths: [Int], _ method: CutMethod) -> Network {
    var cutter = Cutter(network, method, validation)
    return cutter.network(keeping: widths)
  }

  /// What a measurement of need found.
  package struct SettlingFinding: Sendable {
    /// Nats by which the network is better than a constant prediction.
    package var improvement: Double?
    package var obstacle: SettlingObstacle?
    /// `nil`: the network is left as it is.
    package var result: (network: Network, moves: [LayerMove], growth: RandomStream)?
  }

  /// Measures what a network needs, unless it has learned too little yet.
  ///
  /// - Parameters:
  ///   - seed: of the rows that are kept apart.
  ///   - earlierImprovement: at the stage before; `nil`: it does not matter how fast the network learns.
  package func settle(
    _ network: Network, _ rules: SettlingRules, _ dataset: Dataset, seed: UInt64, growth: RandomStream,
    earlierImprovement: Double?
  ) -> SettlingFinding {
    let rows = settlingRows(of: dataset, seed: seed, for: network)
    guard rows.rows > 0 else { return SettlingFinding() }
    let scale = LossScale(network, rows, &workspace)
    var finding = SettlingFinding(improvement: scale.improvement)
    finding.obstacle = Settling.obstacle(
      improvement: scale.improvement, earlier: earlierImprovement, rows: rows.rows)
    guard finding.obstacle == nil else { return finding }
    var (growth, cutter) = (growth, Cutter(network, .best, rows, rounding: rounding, aim: .logits))
    let found = cutter.settle(rules, rows, scale, random: &growth)
    finding.result = (found.network, found.moves, growth)
    return finding
  }

  /// Nats by which a network is better than a constant prediction on the rows that are kept apart; `nil` without any.
  package func improvement(of network: Network, _ dataset: Dataset, seed: UInt64) -> Double? {
    let rows = settlingRows(of: dataset, seed: seed, for: network)
    return rows.rows > 0 ? LossScale(network, rows, &workspace).improvement : nil
  }

  /// How sure a network is of the rows that are kept apart, beside how sure it should be; `nil` without any.
  package func calibration(of network: Network, _ dataset: Dataset, seed: UInt64) -> Calibration? {
    let rows = settlingRows(of: dataset, seed: seed, for: network)
    return rows.rows > 0 ? Calibration(of: network, rows, &workspace) : nil
  }

  private func settlingRows(of dataset: Dataset, seed: UInt64, for network: Network) -> EvaluationRows {
    let rows =
      settlingRows
      ?? EvaluationRows(settlingOn: dataset.training, seed: seed, for: network, architecture)
    settlingRows = rows
    return rows
  }

  /// Widths of the smallest repaired cut of some layers that is good enough on the held-out rows; `nil`: no neuron can
  /// go.
  package func smallestCut(
    _ network: Network, of layers: [Int], within bound: CutBudget, _ method: CutMethod
  ) -> [Int]? {
    network.cut(layers: layers, within: bound, by: method, rounding: rounding, validation, &workspace)?.widths
  }

  /// The network with a layer's neurons in best order.
  package func reordered(_ network: Network, layer: Int) -> Network {
    var cutter = Cutter(network, .best, validation)
    return cutter.reordered(layer: layer)
  }

  package func evaluate(_ network: Network, on rows: EvaluationRows) -> Metrics {
    network.evaluate(rows, &workspace)
  }

  package func glance(_ network: Network, step: Int) -> Inspection {
    inspector.glance(network, step: step, &workspace)
  }

  /// Held-out predictions beside what is true; `nil` without held-out rows, and where tokens are predicted.
  package func predictions(_ network: Network, step: Int) -> Inspection? {
    inspector.predictions(network, step: step, &workspace)
  }

  /// - Parameter deliver: called with each part as soon as it is measured.
  package func inspectCuts(
    _ network: Network, step: Int, _ request: InspectionRequest, limit: Int,
    deliver: @Sendable (Inspection) -> Void
  ) {
    inspector.inspectCuts(network, step: step, request, limit: limit, &workspace, deliver: deliver)
  }

  package func price(of cut: CutRequest, _ network: Network, step: Int) -> CutPrice? {
    inspector.price(of: cut, network, step: step, &workspace)
  }

  package func frontier(_ network: Network, step: Int) -> CutFrontier? {
    inspector.frontier(network, step: step, &workspace)
  }
}
