import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Measures copies of the network on rows that training never sees, on a thread of its own.
actor Evaluator {
  private let executor = ThreadExecutor(name: "awn-evaluate")
  private let validation: EvaluationRows
  private let inspector: Inspector
  private var workspace = Workspace()

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  init(dataset: Dataset, network: Network, _ architecture: Architecture) {
    validation = EvaluationRows(heldOutOf: dataset, for: network, architecture)
    inspector = Inspector(dataset: dataset, network: network, architecture)
  }

  /// Begins to measure held-out metrics while the caller continues.
  nonisolated func evaluation(of network: Network) -> Task<Metrics?, Never> {
    Task(executorPreference: executor) { await self.evaluate(network) }
  }

  /// Held-out metrics; `nil` without held-out rows.
  func evaluate(_ network: Network) -> Metrics? {
    validation.rows == 0 ? nil : network.evaluate(validation, &workspace)
  }

  /// The network that keeps so many neurons of every adaptive layer.
  func cut(_ network: Network, to widths: [Int], _ method: CutMethod) -> Network {
    var cutter = Cutter(network, method, validation)
    return cutter.network(keeping: widths)
  }

  /// Widths of the smallest repaired cut of some layers that is good enough on the held-out rows; `nil`: no neuron can
  /// go.
  func smallestCut(_ network: Network, of layers: [Int], within bound: CutBudget) -> [Int]? {
    network.cut(layers: layers, within: bound, validation, &workspace)?.widths
  }

  /// The network with a layer's neurons in best order.
  func reordered(_ network: Network, layer: Int) -> Network {
    var cutter = Cutter(network, .best, validation)
    return cutter.reordered(layer: layer)
  }

  func evaluate(_ network: Network, on rows: EvaluationRows) -> Metrics {
    network.evaluate(rows, &workspace)
  }

  func inspect(_ network: Network, step: Int, _ request: InspectionRequest) -> Inspection {
    inspector.inspect(network, step: step, request, &workspace)
  }

  func frontier(_ network: Network, step: Int) -> CutFrontier? {
    inspector.frontier(network, step: step, &workspace)
  }
}
