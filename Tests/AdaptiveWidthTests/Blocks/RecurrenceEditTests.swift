import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Widths of a recurrent network: of the layer before the recurrence, and of that inside it.
@Suite struct RecurrenceEditTests {
  /// The network with what leaves the tail of a layer set to zero.
  private func withoutTail(_ network: Network, layer: Int, from width: Int) -> Network {
    network.silencing(readsOf: layer == 0 ? 1 : 2) { $0 < width }
  }

  @Test(arguments: WidthPolicy.allCases, [0, 1])
  func aCutLeavesTheOldFunctionMinusTheTail(_ policy: WidthPolicy, _ layer: Int) {
    let item = RecurrentCase()
    let width = item.network.widths[layer]
    for kept in [1, width / 2, width - 1, width] {
      var cut = item.network
      cut.truncate(layer: layer, to: kept, policy: policy)
      #expect(cut.widths[layer] == kept && cut.adaptation(layer).policy == policy)
      expectClose(
        cut.outputs(of: item.batch),
        withoutTail(item.network, layer: layer, from: kept).outputs(of: item.batch), 2e-4)
      let count = cut.parameters.reduce(0) { $0 + $1.value.rows * $1.value.columns }
      #expect(cut.parameterCount() == count)
      #expect(item.network.parameterCount(widths: cut.widths) == count)
    }
  }

  @Test func everyChangeOfPolicyKeepsTheFunction() {
    let item = RecurrentCase()
    var network = item.network
    network.truncate(layer: 1, to: 5, policy: .hold)
    for policy in [WidthPolicy.adapt, .cap, .hold, .cap, .adapt] {
      let before = network.outputs(of: item.batch)
      network.setPolicy(layer: 1, policy)
      expectClose(network.outputs(of: item.batch), before, 1e-4)
    }
  }

  @Test func aWidthFollowsItsRate() {
    let item = RecurrentCase()
    var network = item.network
    var random = RandomStream(seed: 4, purpose: "growth")
    network.setRate(layer: 1, 0.1)
    let adjustment = network.adjustWidths(random: &random)
    #expect(adjustment.grown == network.widths[1] - item.network.widths[1] && adjustment.grown > 0)
    var training = RecurrentTraining(item, network)
    for _ in 0..<3 { training.step() }
    training.network.setRate(layer: 1, 0.8)
    training.step()
    #expect(training.network.widths[1] == 3 && training.network.isFinite)
    for parameter in training.network.parameters {
      #expect(
        parameter.first.columns == parameter.value.columns && parameter.first.rows == parameter.value.rows)
    }
  }

  @Test func afterACutWithCapTheWidthStaysAtOrBelow() {
    let item = RecurrentCase()
    var network = item.network
    network.truncate(layer: 1, to: 4)
    var training = RecurrentTraining(item, network)
    for _ in 0..<100 {
      training.step()
      #expect(training.network.widths[1] <= 4)
    }
  }

  @Test func theCurveIsThatOfRealCuts() throws {
    let item = RecurrentCase()
    let rows = EvaluationRows(batches: [item.batch])
    var workspace = Workspace()
    for layer in 0...1 {
      let curve = item.network.tradeoff(layer: layer, rows, step: 0, &workspace)
      #expect(curve.points.map(\.width) == Array(1...item.network.widths[layer]))
      for point in curve.points {
        var cut = item.network
        cut.truncate(layer: layer, to: point.width)
        let real = cut.evaluate(rows, &workspace)
        #expect(abs(real.loss - point.metrics.loss) <= 1e-4 * max(1, real.loss))
      }
    }
  }

  @Test func cutsByContributionKeepTheLargest() {
    let item = RecurrentCase()
    let rows = EvaluationRows(batches: [item.batch])
    var workspace = Workspace()
    let curve = item.network.tradeoff(layer: 1, rows, step: 0, &workspace)
    let comparison = item.network.orderComparison(of: curve, layer: 1, rows, draws: 2, &workspace)
    let contributions = item.network.contributions(rows, &workspace)[1]
    #expect(contributions.count == item.network.widths[1] && contributions.allSatisfy { $0 >= 0 })
    let order = contributions.indices.sorted { contributions[$0] > contributions[$1] }
    for (position, width) in comparison.widths.enumerated() {
      let kept = Set(order.prefix(width))
      let silenced = item.network.silencing(readsOf: 2, kept.contains).evaluate(rows, &workspace)
      #expect(abs(comparison.byContribution[position].loss - silenced.loss) <= 1e-4 * max(1, silenced.loss))
    }
  }
}

/// A recurrent network being trained on one batch.
private struct RecurrentTraining {
  var network: Network
  let item: RecurrentCase
  private var optimizer = Optimizer(kind: .adam, learningRate: 0.05)
  private var growth = RandomStream(seed: 1, purpose: "growth")
  private var workspace = Workspace()

  init(_ item: RecurrentCase, _ network: Network) {
    (self.item, self.network) = (item, network)
  }

  mutating func step() {
    _ = network.adjustWidths(random: &growth)
    _ = network.lossAndGradients(item.batch, &workspace)
    optimizer.begin()
    network.update(by: optimizer, workspace, objective: item.objective)
  }
}
