import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra

extension DetailedMetrics {
  /// More scores than this are not sorted for areas under curves.
  private static let mostScores = 100_000_000

  /// What a network makes of rows; `nil` without rows, and where tokens are predicted. One forward pass.
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

  private init(
    classesOf network: Network, _ rows: EvaluationRows, _ names: [String], _ workspace: inout Workspace
  ) {
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: names.count), count: names.count)
    var labels: [Int32] = []
    var scores = [[Float]](repeating: [], count: names.count)
    let isScored = rows.rows * names.count <= Self.mostScores
    for batch in rows.batches {
      network.forward(batch, &workspace)
      let outputs = workspace.output
      for (row, winner) in outputs.largestColumns.enumerated() {
        confusion[Int(batch.labels[row])][winner] += 1
        guard isScored else { continue }
        let largest = outputs[row, winner]
        let weights = names.indices.map { expf(outputs[row, $0] - largest) }
        let sum = weights.reduce(0, +)
        for (index, weight) in weights.enumerated() { scores[index].append(weight / sum) }
      }
      labels += batch.labels
    }
    let aucs = names.indices.map { index in
      isScored ? Self.auc(scores: scores[index]) { labels[$0] == Int32(index) } : nil
    }
    self.init(confusion: confusion, names: names, aucs: aucs)
  }

  private init(valuesOf network: Network, _ rows: EvaluationRows, _ workspace: inout Workspace) {
    var (errors, count, mean, squares) = ([Double](), 0.0, 0.0, 0.0)
    for batch in rows.batches {
      network.forward(batch, &workspace)
      for row in 0..<workspace.output.rows {
        for column in 0..<workspace.output.columns {
          let scale = column < rows.targetScales.count ? rows.targetScales[column] : 1
          let target = Double(batch.values[row, column]) * scale
          errors.append(Double(workspace.output[row, column]) * scale - target)
          count += 1
          let difference = target - mean
          mean += difference / count
          squares += difference * (target - mean)
        }
      }
    }
    self.init(errors: errors, deviation: (squares / max(count, 1)).squareRoot())
  }
}
