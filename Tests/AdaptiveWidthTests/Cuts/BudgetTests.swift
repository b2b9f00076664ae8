import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// Cuts that keep to a budget.
@Suite struct BudgetTests {
  private static func matrix(
    _ rows: Int, _ columns: Int, _ random: inout RandomStream, isElastic: Bool = true
  ) -> Matrix {
    Matrix(
      rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(random.normal()) },
      isElastic: isElastic)
  }

  /// Random layers of 24 neurons, of the first of which only some reach the next, and rows labeled by it.
  private static func sample(
    layers: Int, living: Int = 24, seed: UInt64
  ) -> (network: Network, rows: EvaluationRows) {
    var random = RandomStream(seed: seed, purpose: "sample")
    let options = NetworkOptions(initialRate: 0.1)
    var blocks: [any Block] = []
    for layer in 0..<layers {
      var weights = matrix(layer == 0 ? 3 : 24, 24, &random)
      if layer == 1 {
        for row in living..<24 { for column in 0..<24 { weights[row, column] = 0 } }
      }
      blocks.append(
        Dense(
          weights: weights, bias: matrix(1, 24, &random), function: .relu6,
          adaptation: Adaptation(options: options, prior: nil)))
    }
    let last = matrix(24, 2, &random, isElastic: false)
    let inputs = matrix(160, 3, &random, isElastic: false)
    var workspace = Workspace()
    func outputs(_ network: Network) -> Matrix {
      network.forward(inputs, &workspace)
      return workspace.output
    }
    func network(bias: Float) -> Network {
      let bias = Matrix(rows: 1, columns: 2, [bias, 0])
      return Network(
        blocks: blocks + [Dense(weights: last, bias: bias, function: .identity)], problem: .classification)
    }
    // As many rows of each class.
    let logits = outputs(network(bias: 0))
    let leads = (0..<160).map { logits[$0, 1] - logits[$0, 0] }.sorted()
    let balanced = network(bias: (leads[79] + leads[80]) / 2)
    let labels = outputs(balanced).largestColumns.map { Int32($0) }
    return (balanced, EvaluationRows(batches: [Batch(inputs: inputs, labels: labels)]))
  }

  private func cut(_ sample: (network: Network, rows: EvaluationRows), _ budget: CutBudget) throws
    -> MeasuredCut
  {
    var workspace = Workspace()
    return try sample.network.cut(to: budget, sample.rows, &workspace)
  }

  private func accuracy(_ sample: (network: Network, rows: EvaluationRows), _ widths: [Int]) -> Double {
    var workspace = Workspace()
    return sample.network.measure(widths: widths, sample.rows, &workspace).metrics.accuracy ?? .nan
  }

  @Test(arguments: 0..<4) func neuronsThatDoNothingGoFirst(seed: UInt64) throws {
    let sample = Self.sample(layers: 2, living: 5, seed: seed)
    let result = try cut(sample, .accuracy(atLeast: 1))
    #expect(result.metrics.accuracy == 1)
    #expect(result.widths[0] <= 5)
    #expect(result.widths[1] > result.widths[0])
  }

  /// Good enough, and no layer can lose one more neuron.
  @Test(arguments: 0..<6) func smallestIsALocalMinimum(seed: UInt64) throws {
    let sample = Self.sample(layers: 2, seed: seed)
    for tolerance in [0.02, 0.1] {
      let budget = CutBudget.tolerance(tolerance, of: Metrics(loss: 0, accuracy: 1))
      let result = try cut(sample, budget)
      #expect(result.metrics.accuracy == accuracy(sample, result.widths))
      #expect(try #require(result.metrics.accuracy) >= 1 - tolerance - 1e-12)
      #expect(result.parameters == sample.network.parameterCount(widths: result.widths))
      for layer in 0..<2 where result.widths[layer] > 1 {
        var fewer = result.widths
        fewer[layer] -= 1
        #expect(accuracy(sample, fewer) < 1 - tolerance)
      }
    }
  }

  /// The curve and the cut network round their RMSE in their own ways, and no tolerance makes up for that.
  @Test(arguments: 0..<20) func theBestCutIsWithinNoTolerance(seed: UInt64) throws {
    let item = RandomCase(.relu6, layers: 1, problem: .regression, seed: seed)
    let rows = EvaluationRows(batches: [item.batch], fitting: [item.batch])
    var workspace = Workspace()
    let result = try item.network.cut(to: .tolerance(0), by: .repaired, rows, &workspace)
    #expect(result.widths[0] >= 1 && result.metrics.rmse?.isFinite == true)
  }

  /// Never above it, and nothing as small that is found by cutting every layer alike is better.
  @Test(arguments: 0..<6) func parametersAreWellSpent(seed: UInt64) throws {
    let sample = Self.sample(layers: 3, seed: seed)
    let (network, widths) = (sample.network, sample.network.widths)
    let alike = (1...24).map { count in widths.map { _ in count } }
    for share in [0.9, 0.5, 0.1] {
      let most = Int(share * Double(network.parameterCount()))
      let result = try cut(sample, .parameters(atMost: most))
      #expect(result.parameters == network.parameterCount(widths: result.widths))
      #expect(result.parameters <= most)
      let best = try #require(result.metrics.accuracy)
      for other in alike where network.parameterCount(widths: other) <= most {
        #expect(accuracy(sample, other) <= best)
      }
    }
  }

  /// In convolutional networks they are not in proportion to the parameters.
  @Test(arguments: 0..<4) func multiplyAddsAreKeptTo(seed: UInt64) throws {
    let sample = Self.sample(layers: 3, seed: seed)
    let all = sample.network.multiplyAdds()
    for share in [0.8, 0.3] {
      let most = Int(share * Double(all))
      let result = try cut(sample, .multiplyAdds(atMost: most))
      #expect(result.multiplyAdds == sample.network.multiplyAdds(widths: result.widths))
      #expect(result.multiplyAdds <= most && result.multiplyAdds > most / 2)
    }
    let tooFew = #expect(throws: ImpossibleBudget.self) { try cut(sample, .multiplyAdds(atMost: 1)) }
    #expect(tooFew?.closest.widths == [1, 1, 1])
  }

  @Test(arguments: 0..<4) func oneLayerIsExact(seed: UInt64) throws {
    let sample = Self.sample(layers: 1, seed: seed)
    let accuracies = (1...24).map { accuracy(sample, [$0]) }
    let smallest = try #require((1...24).first { accuracies[$0 - 1] >= 0.9 })
    #expect(try cut(sample, .accuracy(atLeast: 0.9)).widths == [smallest])
    let most = sample.network.parameterCount(widths: [11])
    let best = try cut(sample, .parameters(atMost: most))
    #expect(best.widths[0] <= 11)
    #expect(best.metrics.accuracy == accuracies[..<11].max())
  }

  @Test(arguments: [1, 2]) func impossibleBudgetsNameTheClosest(layers: Int) {
    let sample = Self.sample(layers: layers, seed: 1)
    let least = sample.network.parameterCount(widths: [Int](repeating: 1, count: layers))
    let tooFew = #expect(throws: ImpossibleBudget.self) { try cut(sample, .parameters(atMost: least - 1)) }
    #expect(tooFew?.closest.parameters == least)
    let tooGood = #expect(throws: ImpossibleBudget.self) { try cut(sample, .accuracy(atLeast: 1.01)) }
    #expect(tooGood?.closest.metrics.accuracy == 1)
  }
}
