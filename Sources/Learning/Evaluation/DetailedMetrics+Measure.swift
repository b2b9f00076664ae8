import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra

extension DetailedMetrics {
  /// More scores than this are not sorted for areas under curves.
  private static let maxScores = 100_000_000

  /// What a network makes of rows; `nil` without rows, where tokens are predicted, and once the task is canceled. One
  /// forward pass.
  ///
  /// - Parameter names: of the classes; empty for regression.
  public init?(
    of network: Network, on rows: EvaluationRows, classes names: [String], _ workspace: inout Workspace
  ) {
    guard let first = rows.batches.first, rows.rows > 0 else { return nil }
    switch first.problem {
    case .classification:
      guard !names.isEmpty else { return nil }
      self.init(classesOf: network, rows, names, &workspace)
    case .regression: self.init(valuesOf: network, rows, &workspace)
    }
  }

  private init?(
    classesOf network: Network, _ rows: EvaluationRows, _ names: [String], _ workspace: inout Workspace
  ) {
    var labels: [Int32] = []
    var scores = [[Float]](repeating: [], count: names.count)
    let isScored = rows.rows * names.count <= Self.maxScores
    let counts = rows.confusion(of: network, classes: names.count, &workspace) { batch, outputs, predicted in
      guard isScored else { return }
      labels += batch.labels
      for (row, winner) in predicted.enumerated() {
        let largest = outputs[row, winner]
        let weights = names.indices.map { expf(outputs[row, $0] - largest) }
        let sum = weights.reduce(0, +)
        for (index, weight) in weights.enumerated() { scores[index].append(weight / sum) }
      }
    }
    guard let counts else { return nil }
    let aucs = names.indices.map { index in
      isScored ? Self.auc(scores: scores[index]) { labels[$0] == Int32(index) } : nil
    }
    self.init(confusion: counts, names: names, aucs: aucs)
  }

  private init?(valuesOf network: Network, _ rows: EvaluationRows, _ workspace: inout Workspace) {
    var (errors, count, mean, squares) = ([Double](), 0.0, 0.0, 0.0)
    let isWhole = rows.pass(network, &workspace) { batch, outputs in
      for row in 0..<outputs.rows {
        for column in 0..<outputs.columns {
          let scale = column < rows.targetScales.count ? rows.targetScales[column] : 1
          let target = Double(batch.values[row, column]) * scale
          errors.append(Double(outputs[row, column]) * scale - target)
          count += 1
          let difference = target - mean
          mean += difference / count
          squares += difference * (target - mean)
        }
      }
      return true
    }
    guard isWhole else { return nil }
    self.init(errors: errors, deviation: (squares / max(count, 1)).squareRoot())
  }
}
