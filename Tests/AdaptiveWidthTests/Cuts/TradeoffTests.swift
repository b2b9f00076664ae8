import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

@Suite("Trade-off curves and evaluation")
struct TradeoffTests {
  /// Cuts a copy for real and evaluates it.
  private func measured(_ network: Network, layer: Int, keep: Int, _ rows: EvaluationRows) -> Metrics {
    var copy = network
    copy.truncate(layer: layer, to: keep, policy: .hold)
    var workspace = Workspace()
    return copy.evaluate(rows, &workspace)
  }

  @Test(arguments: [Problem.classification, .regression])
  func everyPointIsWhatTheCutNetworkScores(_ problem: Problem) {
    for layers in 1...3 {
      let random = RandomCase(.relu6, layers: layers, problem: problem)
      let rows = EvaluationRows(
        batches: [random.batch, RandomCase(.relu6, layers: 1, problem: problem, seed: 8).batch],
        targetScales: [2, 3])
      var workspace = Workspace()
      for layer in 0..<layers {
        let curve = random.network.tradeoff(layer: layer, rows, step: 7, &workspace)
        #expect(curve.step == 7 && curve.layer == layer)
        #expect(curve.isExact && curve.points.map(\.width) == Array(1...random.network.widths[layer]))
        for point in curve.points {
          let real = measured(random.network, layer: layer, keep: point.width, rows)
          #expect(point.metrics.accuracy == real.accuracy)
          #expect(abs(point.metrics.loss - real.loss) <= 1e-4 * max(1, real.loss))
          var cut = random.network
          cut.truncate(layer: layer, to: point.width)
          #expect(point.parameters == cut.parameterCount())
          #expect(point.multiplyAdds == cut.multiplyAdds())
          #expect(point.widths == cut.widths)
        }
      }
    }
  }

  /// Row by row, at every K of every layer: the class that the cut network predicts is the one that the curve counts as
  /// predicted.
  @Test func cutNetworksPredictTheSame() throws {
    for layers in 1...2 {
      let random = RandomCase(.relu6, layers: layers, problem: .classification)
      var workspace = Workspace()
      for layer in 0..<layers {
        for keep in 1...random.network.widths[layer] {
          var cut = random.network
          cut.truncate(layer: layer, to: keep)
          cut.forward(random.batch.inputs, &workspace)
          let predicted = workspace.output.largestColumns.map { Int32($0) }
          let rows = EvaluationRows(batches: [Batch(inputs: random.batch.inputs, labels: predicted)])
          let curve = random.network.tradeoff(layer: layer, rows, step: 0, &workspace)
          #expect(try #require(curve.points.first { $0.width == keep }).metrics.accuracy == 1)
        }
      }
    }
  }

  /// Three layers of 231 neurons: only the last two are cheap.
  @Test func aWideEarlierLayerIsSampledAndSaysSo() {
    let network = Network(
      options: NetworkOptions(hiddenLayers: 3), ratePrior: nil, inputs: 4, outputs: 3,
      problem: .classification, seed: 1)
    let rows = EvaluationRows(batches: [RandomCase(.relu6, layers: 1, problem: .classification).batch])
    var workspace = Workspace()
    let early = network.tradeoff(layer: 0, rows, step: 0, &workspace)
    #expect(!early.isExact && early.points.count == 32)
    #expect(early.points.first?.width == 1 && early.points.last?.width == 231)
    #expect(zip(early.points, early.points.dropFirst()).allSatisfy { $0.width < $1.width })
    for point in early.points {
      let real = measured(network, layer: 0, keep: point.width, rows)
      #expect(point.metrics.accuracy == real.accuracy)
      #expect(abs(point.metrics.loss - real.loss) <= 1e-4 * max(1, real.loss))
    }
    for layer in 1...2 {
      let curve = network.tradeoff(layer: layer, rows, step: 0, &workspace)
      #expect(curve.isExact && curve.points.count == 231)
    }
  }

  /// A curve that is flat but for one fall is measured around the fall.
  @Test func samplesGatherWhereTheCurveBends() {
    let kept = Network.sample(1_000, count: 16)
    let metrics = kept.map { Metrics(loss: 1, accuracy: $0 < 500 ? 0.5 : 1) }
    let more = Network.refinement(of: kept, metrics, count: 8)
    #expect(more.count == 8 && more == more.sorted())
    let below = kept.last { $0 < 500 } ?? 0
    let above = kept.first { $0 >= 500 } ?? 0
    #expect(more.count { below < $0 && $0 < above } >= 7)
    #expect(Set(more).isDisjoint(with: kept))
    #expect(Network.refinement(of: [1, 2, 3], Array(metrics.prefix(3)), count: 8).isEmpty)
  }

  @Test(arguments: 1...3) func aJointCutTakesTheSameFractionOfEveryLayer(layers: Int) {
    let random = RandomCase(.relu6, layers: layers, problem: .classification)
    let rows = EvaluationRows(batches: [random.batch])
    var workspace = Workspace()
    let curve = random.network.jointTradeoff(rows, step: 3, sampled: 8, &workspace)
    #expect(curve.layer == nil && curve.step == 3)
    #expect(curve.points.last?.widths == random.network.widths)
    #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.width < $1.width })
    for point in curve.points {
      #expect(point.width == point.widths.reduce(0, +))
      let widest = random.network.widths.max() ?? 1
      let fraction = Double(point.widths.max() ?? 1) / Double(widest)
      #expect(point.widths == random.network.widths(keeping: fraction))
      let cut = random.network.truncated(to: point.widths, policy: .hold)
      let real = cut.evaluate(rows, &workspace)
      #expect(point.metrics.accuracy == real.accuracy)
      #expect(abs(point.metrics.loss - real.loss) <= 1e-4 * max(1, real.loss))
      #expect(point.parameters == cut.parameterCount() && point.multiplyAdds == cut.multiplyAdds())
    }
  }

  /// What lies above the layer costs most of a pass, so that its curve is a sample.
  @Test func aJointCutOfOneLayerIsTheCurveOfThatLayer() {
    var random = RandomStream(seed: 5, purpose: "one layer")
    var blocks: [any Block] = []
    for (inputs, outputs) in [(4, 40), (40, 20), (20, 400), (400, 3)] {
      let adaptation =
        blocks.isEmpty ? Adaptation(options: NetworkOptions(), prior: nil, width: outputs) : nil
      blocks.append(
        Dense(
          inputs: inputs, outputs: outputs, function: blocks.isEmpty ? .relu6 : .identity,
          adaptation: adaptation, variance: 1 / Double(inputs), random: &random))
    }
    let network = Network(blocks: blocks, problem: .classification)
    let rows = EvaluationRows(batches: [RandomCase(.relu6, layers: 1, problem: .classification).batch])
    var workspace = Workspace()
    let joint = network.jointTradeoff(rows, step: 3, sampled: 8, &workspace)
    var alone = network.tradeoff(layer: 0, rows, step: 3, sampled: 8, &workspace)
    #expect(!alone.isExact && alone.points.count == 8)
    alone.layer = nil
    #expect(joint == alone)
  }

  @Test func regressionMetricsAreInTheTargetsUnit() {
    // Predictions are zero: RMSE is the targets' own root mean square, R² compares with their mean.
    let zero = Dense(
      weights: Matrix(rows: 1, columns: 1), bias: Matrix(rows: 1, columns: 1), function: .identity)
    let network = Network(blocks: [zero], problem: .regression)
    let values = Matrix(rows: 4, columns: 1, [1, -1, 2, -2])
    let rows = EvaluationRows(
      batches: [Batch(inputs: Matrix(rows: 4, columns: 1), values: values)], targetScales: [10])
    var workspace = Workspace()
    let metrics = network.evaluate(rows, &workspace)
    #expect(abs(metrics.rmse! - 10 * 2.5.squareRoot()) < 1e-6)
    #expect(abs(metrics.loss - 1.25) < 1e-6)
    #expect(abs(metrics.r2!) < 1e-6)
    #expect(metrics.accuracy == nil)
  }

  @Test func contributionsAreMeanActivationTimesOutgoingNorm() {
    let random = RandomCase(.relu6, layers: 1, problem: .classification)
    var workspace = Workspace()
    let rows = EvaluationRows(batches: [random.batch])
    let contributions = random.network.contributions(rows, &workspace)[0]
    random.network.forward(random.batch.inputs, &workspace)
    let hidden = workspace.buffers[0].output
    let outgoing = random.network.parameters[2].value
    for neuron in 0..<hidden.columns {
      var (mean, norm) = (Float(0), Float(0))
      for row in 0..<hidden.rows { mean += abs(hidden[row, neuron]) / Float(hidden.rows) }
      for column in 0..<outgoing.columns { norm += outgoing[neuron, column] * outgoing[neuron, column] }
      #expect(abs(contributions[neuron] - mean * norm.squareRoot()) < 1e-4)
    }
  }
}
