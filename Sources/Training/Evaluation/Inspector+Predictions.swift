import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// Held-out predictions beside what is true of the rows.
extension Inspector {
  /// Points of a parity plot: more than a pane has room for.
  private static let mostValues = 2_000

  /// One forward pass over the rows of inspections; `nil` without rows, where tokens are predicted, and once the task is
  /// canceled.
  func predictions(_ network: Network, step: Int, _ workspace: inout Workspace) -> Inspection? {
    guard rows.rows > 0, let result = result(network, &workspace) else { return nil }
    var part = Inspection(step: step, curves: [], contributions: [], input: nil)
    part.predictions = HeldOutPredictions(
      step: step, rows: observations, allRows: dataset.validation.rows, result)
    take(&part, observations)
    return part
  }

  private func result(_ network: Network, _ workspace: inout Workspace) -> HeldOutPredictions.Result? {
    switch dataset.preparation.target {
    case .classes(let names): confusion(network, names, &workspace).map { .classes($0) }
    case .value(let scaling):
      values(network, scaling, &workspace).map {
        .values(ParityValues(target: dataset.targetName, of: $0, limit: Self.mostValues))
      }
    case .tokens: nil
    }
  }

  private func confusion(
    _ network: Network, _ names: [String], _ workspace: inout Workspace
  ) -> ConfusionMatrix? {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: names.count), count: names.count)
    for batch in rows.batches {
      if Task.isCancelled { return nil }
      network.forward(batch, &workspace)
      for (label, predicted) in zip(batch.labels, workspace.output.largestColumns) {
        counts[Int(label)][predicted] += 1
      }
    }
    return ConfusionMatrix(names: names, counts: counts)
  }

  private func values(
    _ network: Network, _ scaling: Scaling, _ workspace: inout Workspace
  ) -> [PredictedValue]? {
    var values: [PredictedValue] = []
    for batch in rows.batches {
      if Task.isCancelled { return nil }
      network.forward(batch, &workspace)
      for row in 0..<workspace.output.rows {
        values.append(
          PredictedValue(
            actual: Float(scaling.restored(batch.values[row, 0], at: 0)),
            predicted: Float(scaling.restored(workspace.output[row, 0], at: 0))))
      }
    }
    return values
  }
}
