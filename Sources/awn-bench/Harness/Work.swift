import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import Training

/// A network with one hidden layer and minibatches to train it on: the same for us and for a peer.
struct Work: Encodable, Sendable {
  var name: String
  var inputs: Int
  var width: Int
  var outputs: Int
  var batch: Int
  var adaptive: Bool
  var threads = 1
  /// The share of the inputs that have one value, as a black background's pixels do.
  var background = 0.0
  /// The rows of the training data.
  var rows: Int
  /// Steps of one repetition, ours.
  var steps: Int

  static let spiral = Work(
    name: "Spiral 2→66→2, batch 32, adaptive", inputs: 2, width: 66, outputs: 2, batch: 32, adaptive: true,
    rows: 4_000, steps: 100_000)
  static let spiralHard = Work(
    name: "SpiralHard 2→232→2, batch 128, adaptive", inputs: 2, width: 232, outputs: 2, batch: 128,
    adaptive: true, rows: 8_000, steps: 20_000)
  /// Four fifths of MNIST's pixels are black.
  static let mnist = Work(
    name: "MNIST 784→512→10, batch 128, fixed", inputs: 784, width: 512, outputs: 10, batch: 128,
    adaptive: false, background: 0.81, rows: 20_000, steps: 200)
  /// The same network, whose inputs are all different.
  static let dense = Work(
    name: "784→512→10 without a background, batch 128, fixed", inputs: 784, width: 512, outputs: 10,
    batch: 128, adaptive: false, rows: 20_000, steps: 200)

  func on(threads: Int) -> Work {
    var work = self
    work.threads = threads
    work.name += threads == 1 ? "" : ", \(threads) threads"
    return work
  }

  /// Random rows: only the amount of work counts.
  func dataset() -> Dataset {
    var random = RandomStream(seed: 1, purpose: "rows")
    let black: Float = background > 0 ? -0.42 : 0
    let features = (0..<rows * inputs).map { _ in random.normal(or: black, inShare: background) }
    let labels = (0..<rows).map { _ in Int32(random.below(outputs)) }
    var table = Examples(rows: rows, columns: inputs, features: features, targets: .classes(labels))
    table.background = black
    let columns = (0..<inputs).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }
    let preparation = Preparation(
      inputs: .columns(columns, width: inputs + 1, targetPosition: inputs, hasHeader: true),
      targetName: "class", target: .classes((0..<outputs).map(String.init)),
      featureScaling: .identity(inputs))
    return Dataset(name: name, training: table, validation: table, test: nil, preparation: preparation)
  }

  var configuration: Configuration {
    var result = Configuration(name: name, data: DataOptions(path: "random rows"))
    result.network.fixedWidths = adaptive ? nil : [width]
    result.network.initialRate = ImportanceFamily.exponential.rate(width: width, quantile: 0.9)
    result.training.batchSize = batch
    // So small that the width stays where the work was described.
    result.training.learningRate = 1e-6
    return result
  }
}

extension RandomStream {
  /// A normal number, or a fixed one in a share of the calls.
  mutating func normal(or value: Float, inShare share: Double) -> Float {
    share > 0 && uniform() < share ? value : Float(normal())
  }
}

/// Steps as the trainer takes them, without its bookkeeping.
struct Stepper {
  var learning: LearningState
  private var workers: Workers

  init(_ work: Work, _ dataset: Dataset) {
    self.init(work.configuration, dataset, threads: work.threads)
  }

  init(_ configuration: Configuration, _ dataset: Dataset, threads: Int) {
    learning = LearningState(configuration: configuration, dataset: dataset)
    let objective = Objective(weightScale: 10, observations: dataset.training.rows)
    workers = Workers(dataset: dataset, objective: objective, threads: threads)
  }

  mutating func step() {
    _ = learning.beginStep(&workers)
    learning.endStep(&workers, learningRateFactor: 1)
  }

  /// Steps a second.
  mutating func speed(_ steps: Int) -> Double {
    Double(steps) / seconds { for _ in 0..<steps { step() } }
  }
}

extension Benchmark {
  static let steps = Benchmark(
    name: "steps", summary: "minibatches a second, of the networks PyTorch is compared on"
  ) { settings in
    [Work.spiral, .spiralHard, .mnist, .dense].map { work in
      var stepper = Stepper(work, work.dataset())
      _ = stepper.speed(work.steps / 10)
      let speeds = (0..<settings.repetitions).map { _ in stepper.speed(work.steps) }
      return Figure(work.name, speeds, "steps/s")
    }
  }

  static let threads = Benchmark(
    name: "threads", summary: "what a second thread gains, by size of network"
  ) { settings in
    var sizes = [Work.mnist, .dense]
    for (inputs, width) in [(2, 232), (16, 256), (32, 512), (64, 512), (256, 512), (784, 1_024)] {
      var work = Work.dense
      (work.inputs, work.width, work.rows) = (inputs, width, 4_000)
      work.steps = max(100, 20_000_000 / (inputs * width + 5_000))
      work.name = "\(inputs)→\(width)→10, batch 128: \(inputs * width * 128 / 1_000) k multiply-adds"
      sizes.append(work)
    }
    return sizes.map { work in
      let dataset = work.dataset()
      var (one, two) = (Stepper(work, dataset), Stepper(work.on(threads: 2), dataset))
      _ = (one.speed(work.steps / 10), two.speed(work.steps / 10))
      let ratios = (0..<settings.repetitions).map { _ in
        let single = one.speed(work.steps)
        return two.speed(work.steps) / single
      }
      return Figure(
        work.name, ratios, "× one thread", target: work.name == Work.mnist.name ? "≥ 1.7" : nil)
    }
  }
}
