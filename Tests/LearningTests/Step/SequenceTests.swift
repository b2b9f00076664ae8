import AdaptiveWidth
import Datasets
import Experiment
import Learning
import LinearAlgebra
import SyntheticData
import Testing

@Suite(.timeLimit(.minutes(15)))
struct SequenceTests {
  private static let configuration = Configuration.small {
    ($0.network.kind, $0.network.stateSize) = (.rnn, 12)
    $0.training.learningRate = 0.01
    $0.training.epochs = 40
  }

  // MARK: Minibatches

  @Test func aBatchIsPackedInOrderOfTimeTheLongestFirst() {
    let table = Examples(
      columns: 1, features: [10, 20, 21, 22, 30, 31, 40, 50, 51, 52], targets: .classes([1, 0, 1, 1, 0]),
      offsets: [0, 1, 4, 6, 7, 10])
    var source = BatchSource(table)
    for _ in 0..<2 {
      // Of rows 0, 2, 4, 1: lengths 1, 2, 3, 3.
      source.fill([3, 0, 2, 4, 1], 1..<5)
      #expect(source.batch.structure.order == [2, 3, 1, 0])
      #expect(source.batch.structure.active == [4, 3, 2])
      #expect(source.batch.inputs.elements == [50, 20, 30, 10, 51, 21, 31, 52, 22])
      #expect(source.batch.labels == [1, 1, 0, 0])
      source.fill([3, 0, 2, 4, 1], 0..<1)
      #expect(source.batch.structure.active == [1] && source.batch.inputs.elements == [40])
      source.fill([3], 1..<1)
      #expect(source.batch.structure.active.isEmpty && source.batch.inputs.rows == 0)
    }
  }

  @Test func evaluationTakesAsManySequencesAsFitAtOnce() {
    #expect(Examples.Structure.sequences((0...100).map { $0 * 784 }).observationsAtOnce == 20)
    #expect(Examples.Structure.sequences((0...100).map { $0 * 2 }).observationsAtOnce == 512)
    #expect(Examples.Structure.sequences([0, 100_000]).observationsAtOnce == 1)
    let rows = EvaluationRows(Synthetic.sequences().validation, targetScaling: nil, chunk: 7)
    #expect(rows.rows == 60 && rows.batches.count == 9)
    #expect(rows.batches.allSatisfy { $0.structure.order.count == $0.rows })
  }

  @Test(arguments: [nil, [10, 9]], [AdaptedLayers?.none, .all])
  func threadsComputeTheSameFunction(_ fixedWidths: [Int]?, _ adapt: AdaptedLayers?) {
    let fixedWidths = adapt == nil ? fixedWidths : nil
    func train(_ threads: Int) -> (losses: [Double], network: Network) {
      var configuration = Self.configuration
      (configuration.network.fixedWidths, configuration.network.adapt) = (fixedWidths, adapt)
      let dataset = Synthetic.sequences()
      var learning = LearningState(configuration: configuration, dataset: dataset)
      var workers = Workers(
        dataset: dataset, objective: Objective(weightScale: 10, observations: 90), threads: threads)
      let losses = (0..<12).map { _ in
        let step = learning.beginStep(&workers)
        learning.endStep(&workers, learningRateFactor: 1)
        return step.loss
      }
      return (losses, learning.network)
    }
    let one = train(1)
    for threads in [2, 40] {
      let many = train(threads)
      for (a, b) in zip(one.losses, many.losses) { #expect(abs(a - b) < 1e-4 * (1 + abs(a))) }
      #expect(one.network.widths == many.network.widths)
    }
    #expect(train(2).losses == train(2).losses)
  }

  // MARK: Clipping

  /// What one step of plain descent with learning rate 1 moves, as one vector's length.
  private func move(clip: Double?, threads: Int) -> (weights: Double, rates: [Double]) {
    let dataset = Synthetic.sequences()
    var configuration = Self.configuration
    (configuration.training.optimizer, configuration.training.momentum) = (.sgd, 0)
    configuration.training.learningRate = 1
    var learning = LearningState(configuration: configuration, dataset: dataset)
    var workers = Workers(
      dataset: dataset, objective: Objective(weightScale: 1e6, observations: 90), threads: threads,
      gradientClip: clip)
    let before = learning.network
    _ = learning.beginStep(&workers)
    learning.endStep(&workers, learningRateFactor: 1)
    let squares = zip(before.parameters, learning.network.parameters).map { old, new in
      zip(old.value.elements, new.value.elements).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
    }
    let rates = zip(before.adaptations, learning.network.adaptations).map { $1.raw - $0.raw }
    return (squares.reduce(0, +).squareRoot(), rates)
  }

  @Test(arguments: [1, 2])
  func aLongGradientIsScaledToTheLargestNorm(_ threads: Int) {
    let (free, far) = (move(clip: nil, threads: threads), move(clip: 1e6, threads: threads))
    #expect(free.weights > 0.1 && free == far)
    let norm = free.rates.reduce(free.weights * free.weights) { $0 + $1 * $1 }.squareRoot()
    let clipped = move(clip: norm / 50, threads: threads)
    #expect(abs(clipped.weights - free.weights / 50) < 0.01 * free.weights / 50)
    for (a, b) in zip(clipped.rates, free.rates) { #expect(abs(a - b / 50) < 0.01 * abs(b) / 50 + 1e-9) }
  }
}
