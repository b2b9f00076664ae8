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

  /// - Parameter inspectionRows: the most held-out observations that an inspection measures.
  init(dataset: Dataset, network: Network, inspectionRows: Int) {
    validation = EvaluationRows(heldOutOf: dataset, for: network)
    inspector = Inspector(dataset: dataset, network: network, observations: inspectionRows)
  }

  /// Begins to measure held-out metrics while the caller continues.
  nonisolated func evaluation(of network: Network) -> Task<Metrics?, Never> {
    Task(executorPreference: executor) { await self.evaluate(network) }
  }

  /// Held-out metrics; `nil` without held-out rows.
  func evaluate(_ network: Network) -> Metrics? {
    validation.rows == 0 ? nil : network.evaluate(validation, &workspace)
  }

  /// A cut network with its normalization statistics recalibrated.
  ///
  /// - Parameter before: its widths before the cut.
  func recalibrated(_ network: Network, cutFrom before: [Int]) -> Network {
    var network = network
    network.recalibrateNormalization(cutFrom: before, on: validation.calibration, &workspace)
    return network
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
