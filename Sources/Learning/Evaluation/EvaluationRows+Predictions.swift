import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// What a network predicts of rows, counted and listed in one place for the dashboard and for `evaluate`.
extension EvaluationRows {
  /// One forward pass over all rows, which ends early once the task is canceled.
  ///
  /// - Parameter visit: called with each batch and the network's outputs for it; the pass goes on while it returns
  ///   true.
  /// - Returns: `false` if the task was canceled: what was visited is a part of the rows.
  package func pass(
    _ network: Network, _ workspace: inout Workspace, visit: (Batch, Matrix) -> Bool
  ) -> Bool {
    for batch in batches {
      if Task.isCancelled { return false }
      network.forward(batch, &workspace)
      if !visit(batch, workspace.output) { break }
    }
    return true
  }

  /// Rows of a true class (first index) that are predicted as a class (second); `nil` once the task is canceled.
  ///
  /// - Parameters:
  ///   - count: of the classes.
  ///   - visit: called with each batch, the network's outputs for it, and the class predicted of each row.
  package func confusion(
    of network: Network, classes count: Int, _ workspace: inout Workspace,
    visit: (Batch, Matrix, [Int]) -> Void = { _, _, _ in }
  ) -> [[Int]]? {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
    let isWhole = pass(network, &workspace) { batch, outputs in
      let predicted = outputs.largestColumns
      for (label, winner) in zip(batch.labels, predicted) { counts[Int(label)][winner] += 1 }
      visit(batch, outputs, predicted)
      return true
    }
    return isWhole ? counts : nil
  }

  /// True and predicted values in the target's own unit; `nil` once the task is canceled.
  ///
  /// - Parameter limit: the first rows that are listed.
  package func values(
    of network: Network, _ scaling: Scaling, limit: Int = .max, _ workspace: inout Workspace
  ) -> [PredictedValue]? {
    var values: [PredictedValue] = []
    let isWhole = pass(network, &workspace) { batch, outputs in
      for row in 0..<min(outputs.rows, limit - values.count) {
        values.append(
          PredictedValue(
            actual: Float(scaling.restored(batch.values[row, 0], at: 0)),
            predicted: Float(scaling.restored(outputs[row, 0], at: 0))))
      }
      return values.count < limit
    }
    return isWhole ? values : nil
  }
}
