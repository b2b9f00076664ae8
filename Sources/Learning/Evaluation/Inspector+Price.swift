import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// The price of one cut, with the uncertainty that the number of rows leaves.
extension Inspector {
  /// - Returns: `nil` if there are no held-out rows, or the cut is none of this network.
  package func price(
    of request: CutRequest, _ network: Network, step: Int, _ workspace: inout Workspace
  ) -> CutPrice? {
    guard rows.rows > 0, request.widths.count == network.widths.count,
      zip(request.widths, network.widths).allSatisfy({ 1...$1 ~= $0 })
    else { return nil }
    func cut(_ method: CutMethod) -> Network {
      var cutter = Cutter(network, method, rows)
      // Held importances are those of the network as it is: nothing is scaled, nothing rounded.
      return cutter.network(keeping: request.widths, policy: .hold)
    }
    let chosen = cut(request.method)
    let before = outcomes(of: network, &workspace)
    let after = outcomes(of: chosen, &workspace)
    let other = cut(request.method == .plain ? .repaired : .plain)
    return CutPrice(
      step: step, request: request, before: before.metrics, after: after.metrics,
      other: other.evaluate(rows, &workspace), rows: observations,
      error: Self.error(of: after, comparedWith: before))
  }

  /// What a network makes of every row: whether it is right, or its squared error in the target's own unit.
  private struct Outcomes {
    var metrics: Metrics
    var values: [Double] = []
  }

  private func outcomes(of network: Network, _ workspace: inout Workspace) -> Outcomes {
    var result = Outcomes(metrics: network.evaluate(rows, &workspace))
    for batch in rows.batches {
      network.forward(batch, &workspace)
      let output = workspace.output
      switch batch.problem {
      case .classification:
        for (label, predicted) in zip(batch.labels, output.largestColumns) {
          result.values.append(Int(label) == predicted ? 1 : 0)
        }
      case .regression:
        for row in 0..<output.rows {
          let squares = (0..<output.columns).map { column in
            let scale = column < rows.targetScales.count ? rows.targetScales[column] : 1
            let error = Double(output[row, column] - batch.values[row, column]) * scale
            return error * error
          }
          result.values.append(squares.reduce(0, +) / Double(max(1, squares.count)))
        }
      }
    }
    return result
  }

  /// One standard error of the difference of the main metric: √(Var(d)/n) of the rows' differences d; of an RMSE r, d
  /// is e²/(2r), to first order.
  private static func error(of after: Outcomes, comparedWith before: Outcomes) -> Double? {
    let count = min(after.values.count, before.values.count)
    guard count > 1 else { return nil }
    func weight(_ outcomes: Outcomes) -> Double {
      outcomes.metrics.rmse.map { $0 > 0 ? 1 / (2 * $0) : 0 } ?? 1
    }
    let (new, old) = (weight(after), weight(before))
    let differences = (0..<count).map { after.values[$0] * new - before.values[$0] * old }
    let mean = differences.reduce(0, +) / Double(count)
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(count - 1) / Double(count)).squareRoot()
    return error.isFinite ? error : nil
  }
}
