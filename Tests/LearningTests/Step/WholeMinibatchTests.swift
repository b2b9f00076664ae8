import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import SyntheticData
import Testing

/// What several threads must learn from the whole minibatch, not each from its part.
@Suite("Statistics and clipping of a whole minibatch", .timeLimit(.minutes(15)))
struct WholeMinibatchTests {
  /// The network after one step of plain descent on the first 31 rows.
  private func step(
    _ network: Network, _ dataset: Dataset, threads: Int, learningRate: Double = 1e-3, clip: Double? = nil
  ) -> Network {
    var network = network
    var optimizer = Optimizer(kind: .sgd, learningRate: learningRate, momentum: 0)
    var workers = Workers(
      dataset: dataset, objective: Objective(weightScale: 1e6, observations: dataset.training.rows),
      threads: threads, gradientClip: clip)
    _ = workers.gradients(of: network, (0..<Int32(dataset.training.rows)).map { $0 }, 0..<31)
    optimizer.begin()
    workers.update(&network, by: optimizer)
    return network
  }

  private func matrix(_ rows: Int, _ columns: Int, _ value: Float, isElastic: Bool = false) -> Matrix {
    var result = Matrix(rows: rows, columns: columns, isElastic: isElastic)
    result.fill(value)
    return result
  }

  private func expectEqualStatistics(_ network: Network, _ dataset: Dataset, threads: Int) {
    let one = step(network, dataset, threads: 1).blocks[0].runningStatistics.map(\.elements)
    let many = step(network, dataset, threads: threads).blocks[0].runningStatistics.map(\.elements)
    #expect(one != network.blocks[0].runningStatistics.map(\.elements))
    for (a, b) in zip(one.joined(), many.joined()) { #expect(abs(a - b) <= 1e-5 * abs(a) + 1e-7) }
  }

  /// With 40 threads, some have no row at all.
  @Test(arguments: [2, 3, 40])
  func batchNormLearnsTheStatisticsOfAllRows(_ threads: Int) {
    let dataset = Synthetic.classes()
    var random = RandomStream(seed: 3, purpose: "statistics")
    let head = Dense(inputs: 3, outputs: 2, function: .identity, variance: 0.5, random: &random)
    let network = Network(
      blocks: [BatchNorm(columns: 3, isRectified: false), head], problem: dataset.problem)
    expectEqualStatistics(network, dataset, threads: threads)
  }

  @Test(arguments: [2, 3, 40])
  func convolutionsLearnTheStatisticsOfAllImages(_ threads: Int) {
    let dataset = Synthetic.images()
    var random = RandomStream(seed: 4, purpose: "statistics")
    let block = ConvolutionBlock(Convolution(height: 2, width: 3, inputs: 1, outputs: 2), random: &random)
    let head = Dense(inputs: 12, outputs: 3, function: .identity, variance: 0.1, random: &random)
    let network = Network(blocks: [block, head], problem: dataset.problem)
    expectEqualStatistics(network, dataset, threads: threads)
  }

  /// Saturated neurons have no gradient, and large weights behind them, which grow with n, give their rate a large one:
  /// importances add up to 1, so that equal weights would give it none.
  @Test func theClippedNormCountsTheRates() {
    let (dataset, rate, clip) = (Synthetic.values(), 1e-6, 1.0)
    var options = NetworkOptions()
    options.initialRate = 0.5
    let adaptation = Adaptation(options: options, prior: nil)
    let width = adaptation.width
    var outgoing = matrix(width, 1, 0)
    for n in 0..<width { outgoing[n, 0] = 100 * Float(n) }
    let network = Network(
      blocks: [
        Dense(
          weights: matrix(2, width, 0, isElastic: true), bias: matrix(1, width, 10, isElastic: true),
          function: .relu6, adaptation: adaptation),
        Dense(weights: outgoing, bias: matrix(1, 1, 0), function: .identity),
      ], problem: dataset.problem)
    func gradient(_ threads: Int, _ clip: Double?) -> (matrices: Double, rate: Double) {
      let after = step(network, dataset, threads: threads, learningRate: rate, clip: clip)
      let squares = after.parameters.flatMap(\.first.elements).reduce(0.0) { $0 + Double($1) * Double($1) }
      return (squares.squareRoot(), (after.adaptations[0].raw - network.adaptations[0].raw) / rate)
    }
    let free = gradient(1, nil)
    #expect(abs(free.rate) > 2 * free.matrices && free.matrices > 0)
    let (one, two) = (gradient(1, clip), gradient(2, clip))
    for clipped in [one, two] {
      let norm = (clipped.matrices * clipped.matrices + clipped.rate * clipped.rate).squareRoot()
      #expect(abs(norm - clip) < 1e-4)
      #expect(
        abs(clipped.rate / clipped.matrices - free.rate / free.matrices) < 1e-3
          * abs(free.rate / free.matrices))
    }
    #expect(abs(one.rate - two.rate) < 1e-5 && abs(one.matrices - two.matrices) < 1e-5)
  }
}

extension Workers {
  /// The same for values.
  mutating func gradients(
    of network: Network, _ order: [Int32], _ rows: Range<Int>, distillation: Distillation? = nil
  ) -> Double {
    withUnsafePointer(to: network) { network in
      withUnsafePointer(to: distillation) { gradients(of: network, order, rows, distillation: $0).loss }
    }
  }
}
