import AdaptiveWidth
import Experiment
import Foundation
import LinearAlgebra
import Testing

/// Small Transformers that PyTorch ran on padded minibatches: `make_transformer.py`.
struct TransformerOracle: Decodable {
  struct Gradients: Decodable {
    var pairs: [[[Int32]]]?
    var texts: [[Int32]]?
    var labels: [Int32]?
    var logits: [[Float]]
    var loss: Double
    var plain_loss: Double?
    var parameters: [[[Float]]]
    var gradients: [[[Float]]]
    var rates: [Double]
    var rate_gradients: [Double]
  }

  struct Curve: Decodable {
    var batches: [[[[Int32]]]]
    var parameters: [[[Float]]]
    var losses: [Double]
  }

  var translation: Gradients
  var classification: Gradients
  var curve: Curve

  static let shared: TransformerOracle = {
    let url = Bundle.module.url(forResource: "transformer", withExtension: "json", subdirectory: "Oracle")!
    return try! JSONDecoder().decode(TransformerOracle.self, from: Data(contentsOf: url))
  }()
}

extension Matrix {
  init(_ rows: [[Float]], isElastic: Bool = false) {
    self.init(rows: rows.count, columns: rows[0].count, rows.flatMap { $0 }, isElastic: isElastic)
  }
}

extension Network {
  /// A Transformer with the given parameters and rates.
  init(
    _ shape: InputShape, outputs: Int, size: Int, heads: Int, depth: Int, fixedWidths: [Int]? = nil,
    rates: [Double] = [], _ parameters: [[[Float]]]
  ) {
    var options = NetworkOptions(fixedWidths: fixedWidths, initialRate: rates.first ?? 0.5)
    (options.kind, options.modelSize, options.heads, options.depth) = (.transformer, size, heads, depth)
    let template = Network(
      options: options, ratePrior: nil, inputs: shape, outputs: outputs, problem: .classification, seed: 0)
    var rest = parameters[...]
    let nodes = zip(template.blocks, template.sources).map { block, sources in
      var block = block
      block.forEachParameter { parameter, _ in
        let matrix = Matrix(rest.removeFirst(), isElastic: parameter.value.isElastic)
        precondition(matrix.rows == parameter.value.rows && matrix.columns == parameter.value.columns)
        parameter = Parameter(matrix)
      }
      return LayerNode(block, sources)
    }
    precondition(rest.isEmpty)
    self.init(nodes: nodes, problem: .classification)
    for (layer, rate) in rates.enumerated() { setRate(layer: layer, rate) }
  }
}

extension Batch {
  /// Pairs of a sentence with its end, and of a translation between begin and end, packed.
  init(pairs: [[[Int32]]]) {
    self.init(inputs: Matrix(), labels: pairs.flatMap { $0[1].dropFirst() })
    structure.tokens = pairs.flatMap { $0[0] }
    structure.offsets = pairs.reduce(into: [0]) { $0.append($0.last! + Int32($1[0].count)) }
    structure.targetTokens = pairs.flatMap { $0[1].dropLast() }
    structure.targetOffsets = pairs.reduce(into: [0]) { $0.append($0.last! + Int32($1[1].count - 1)) }
  }

  init(texts: [[Int32]], labels: [Int32]) {
    self.init(inputs: Matrix(), labels: labels)
    structure.tokens = texts.flatMap { $0 }
    structure.offsets = texts.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
  }
}

@Suite("Transformers") struct TransformerTests {
  private static let translation: (network: Network, batch: Batch) = {
    let oracle = TransformerOracle.shared.translation
    return (
      Network(
        .translation(vocabulary: 11), outputs: 11, size: 8, heads: 2, depth: 1, rates: oracle.rates,
        oracle.parameters), Batch(pairs: oracle.pairs!)
    )
  }()

  private static let classification: (network: Network, batch: Batch) = {
    let oracle = TransformerOracle.shared.classification
    return (
      Network(
        .tokens(vocabulary: 9), outputs: 3, size: 6, heads: 3, depth: 2, rates: oracle.rates,
        oracle.parameters), Batch(texts: oracle.texts!, labels: oracle.labels!)
    )
  }()

  @Test func translationMatchesPyTorchOnPaddedBatches() {
    check(
      Self.translation.network, Self.translation.batch, TransformerOracle.shared.translation, smoothing: 0.1)
  }

  @Test func classificationMatchesPyTorch() {
    check(
      Self.classification.network, Self.classification.batch, TransformerOracle.shared.classification,
      smoothing: 0)
  }

  private func check(
    _ network: Network, _ batch: Batch, _ oracle: TransformerOracle.Gradients, smoothing: Double
  ) {
    var workspace = Workspace()
    let loss = network.lossAndGradients(batch, labelSmoothing: smoothing, &workspace)
    #expect(abs(loss - oracle.loss) < 1e-5)
    expectClose(workspace.output, Matrix(oracle.logits))
    var rest = oracle.gradients[...]
    for (index, buffers) in workspace.buffers.enumerated() {
      for gradient in buffers.gradients {
        expectClose(gradient, Matrix(rest.removeFirst()), "block \(index)")
      }
    }
    #expect(rest.isEmpty)
    for (layer, expected) in oracle.rate_gradients.enumerated() {
      let found = network.adaptation(layer).rateGradient(
        importanceGradient: workspace.buffers[network.adaptiveBlocks[layer]].importanceGradient,
        observations: 1)
      #expect(abs(found - expected) < 1e-4 * max(1, abs(expected)))
    }
  }

  private func expectClose(_ ours: Matrix, _ theirs: Matrix, _ what: Comment? = nil) {
    let isClose = zip(ours.elements, theirs.elements).allSatisfy { abs($0 - $1) < 2e-5 * max(1, abs($1)) }
    #expect(ours.rows == theirs.rows && ours.columns == theirs.columns && isClose, what)
  }

  @Test func metricsAreThoseOfTheLabelsAlone() {
    var workspace = Workspace()
    let metrics = Self.translation.network.evaluate(
      EvaluationRows(batches: [Self.translation.batch]), &workspace)
    #expect(abs(metrics.loss - TransformerOracle.shared.translation.plain_loss!) < 1e-5)
    #expect(metrics.accuracy != nil)
  }

  @Test(arguments: [false, true]) func gradientsAreCentralDifferences(_ isTranslation: Bool) {
    let (network, batch) = isTranslation ? Self.translation : Self.classification
    var workspace = Workspace()
    _ = network.lossAndGradients(batch, labelSmoothing: 0.1, &workspace)
    for index in network.blocks.indices {
      for number in 0..<network.blocks[index].parameterMatrices {
        let analytic = workspace.buffers[index].gradients[number]
        var (error, norm) = (0.0, 0.0)
        for row in 0..<analytic.rows {
          for column in stride(from: row % 3, to: analytic.columns, by: 3) {
            let numeric = slope(network, batch, index, number, row, column)
            error += pow(numeric - Double(analytic[row, column]), 2)
            norm += numeric * numeric
          }
        }
        #expect(error.squareRoot() < 0.02 * norm.squareRoot() + 2e-3, "block \(index), parameter \(number)")
      }
    }
  }

  private func slope(
    _ network: Network, _ batch: Batch, _ index: Int, _ number: Int, _ row: Int, _ column: Int
  ) -> Double {
    let step: Float = 4e-3
    let losses = [step, -step].map { change in
      let nodes = zip(network.blocks, network.sources).enumerated().map { position, node in
        var block = node.0
        if position == index {
          block.forEachParameter { if $1 == number { $0.value[row, column] += change } }
        }
        return LayerNode(block, node.1)
      }
      var workspace = Workspace()
      return Network(nodes: nodes, problem: .classification).lossAndGradients(
        batch, labelSmoothing: 0.1, &workspace)
    }
    return (losses[0] - losses[1]) / Double(2 * step)
  }

  @Test func trainingFollowsPyTorch() {
    let oracle = TransformerOracle.shared.curve
    var network = Network(
      .translation(vocabulary: 13), outputs: 13, size: 16, heads: 2, depth: 2, fixedWidths: [24],
      oracle.parameters)
    var optimizer = Optimizer(kind: .adam, learningRate: 0.01)
    let objective = Objective(weightScale: 10, observations: 48, labelSmoothing: 0.1)
    let batches = oracle.batches.map { Batch(pairs: $0) }
    var workspace = Workspace()
    for (step, expected) in oracle.losses.enumerated() {
      let loss = network.lossAndGradients(
        batches[step % batches.count], labelSmoothing: objective.labelSmoothing, &workspace)
      #expect(abs(loss - expected) < 2e-3, "step \(step)")
      optimizer.begin(factor: min(1, Double(step + 1) / 20))
      network.update(by: optimizer, workspace, objective: objective)
    }
  }

  @Test func widthsOfFeedForwardBlocksCanBeCut() {
    var network = Self.translation.network
    let batch = Self.translation.batch
    network.truncate(layer: 1, to: 2)
    #expect(network.widths == [5, 2])
    var workspace = Workspace()
    #expect(network.lossAndGradients(batch, &workspace).isFinite)
    var growth = RandomStream(seed: 1, purpose: "growth")
    network.setRate(layer: 0, 0.2)
    _ = network.adjustWidths(random: &growth)
    #expect(network.widths == [12, 2])
    #expect(network.lossAndGradients(batch, &workspace).isFinite)
  }

  @Test func aTextIsTheSameInAnyCompany() {
    let (network, batch) = Self.classification
    var (alone, together) = (Workspace(), Workspace())
    network.forward(batch, &together)
    let oracle = TransformerOracle.shared.classification
    network.forward(Batch(texts: [oracle.texts![2]], labels: [0]), &alone)
    for column in 0..<3 { #expect(abs(alone.output[0, column] - together.output[2, column]) < 1e-5) }
  }
}
