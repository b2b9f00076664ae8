import AdaptiveWidth
import Datasets
import Experiment

/// Held-out predictions beside what is true of the rows.
extension Inspector {
  /// Points of a parity plot: more than a pane has room for.
  private static let maxValues = 2_000

  /// One forward pass over the rows of inspections; `nil` without rows, where tokens are predicted, and once the task
  /// is canceled.
  package func predictions(_ network: Network, step: Int, _ workspace: inout Workspace) -> Inspection? {
    guard rows.rows > 0, let result = result(network, &workspace) else { return nil }
    var part = Inspection(step: step, curves: [], contributions: [], input: nil)
    part.predictions = HeldOutPredictions(
      step: step, rows: observations, allRows: dataset.validation.rows, result)
    take(&part, observations)
    return part
  }

  private func result(_ network: Network, _ workspace: inout Workspace) -> HeldOutPredictions.Result? {
    switch dataset.preparation.target {
    case .classes(let names):
      rows.confusion(of: network, classes: names.count, &workspace).map {
        .classes(ConfusionMatrix(names: names, counts: $0))
      }
    case .value(let scaling):
      rows.values(of: network, scaling, &workspace).map {
        .values(ParityValues(target: dataset.targetName, of: $0, limit: Self.maxValues))
      }
    case .tokens: nil
    }
  }
}
