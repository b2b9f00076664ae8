import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import Training

/// A Transformer of two and two blocks on pairs of sentences: the same for us and for PyTorch.
struct TranslationWork: Encodable, Sendable {
  var vocabulary = 4_000
  var size = 128
  var heads = 4
  var blocks = 2
  /// The width of all feed-forward blocks; those of an adaptive network start from its rate.
  var width = 512
  var batch = 64
  var learningRate = 1e-3
  var smoothing = 0.1
  var warmup = 400
  var weightScale = 10.0
  var observations: Int

  private enum CodingKeys: String, CodingKey {
    case vocabulary, size, heads, blocks, width, batch, smoothing, warmup, observations
    case learningRate = "learning_rate"
    case weightScale = "weight_scale"
  }

  func configuration(isAdaptive: Bool) -> Configuration {
    var result = Configuration.defaults(
      forData: DataOptions(path: "sentences"), name: "translation", kind: .translations)
    result.network.fixedWidths = isAdaptive ? nil : [width]
    result.training.schedule = .constant
    (result.training.batchSize, result.training.learningRate) = (batch, learningRate)
    (result.training.labelSmoothing, result.training.warmupSteps) = (smoothing, warmup)
    result.prior.weightScale = weightScale
    return result
  }
}

/// Sentences in the peer's words.
struct PackedPairs: Encodable {
  var tokens, offsets, targets: [Int32]
  var targetOffsets: [Int32]

  private enum CodingKeys: String, CodingKey {
    case tokens, offsets, targets
    case targetOffsets = "target_offsets"
  }

  init(_ table: Examples) {
    guard case .sentences(let rows) = table.structure else { preconditionFailure("sentences are packed") }
    (tokens, offsets, targets, targetOffsets) = (
      rows.tokens, rows.offsets, rows.targetTokens, rows.targetOffsets
    )
  }

  /// What the encoder and the decoder read.
  var count: Int { tokens.count + targets.count - (targetOffsets.count - 1) }
}

/// Our training on pairs of sentences.
struct Translator {
  private let configuration: Configuration
  private(set) var learning: LearningState
  private var workers: Workers
  private let held: EvaluationRows

  init(_ work: TranslationWork, _ dataset: Dataset, isAdaptive: Bool) {
    configuration = work.configuration(isAdaptive: isAdaptive)
    learning = LearningState(configuration: configuration, dataset: dataset)
    workers = Workers(
      dataset: dataset,
      objective: Objective(
        weightScale: work.weightScale, observations: work.observations, labelSmoothing: work.smoothing),
      threads: 1)
    held = EvaluationRows(dataset.validation, targetScaling: nil)
  }

  /// Seconds of processor time.
  mutating func time(_ steps: Int) -> Double {
    let start = clock()
    for _ in 0..<steps {
      _ = learning.beginStep(&workers)
      learning.endStep(
        &workers, learningRateFactor: configuration.training.learningRateFactor(step: learning.step, of: .max)
      )
    }
    return Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }

  var heldOut: Metrics {
    var workspace = Workspace()
    return learning.network.evaluate(held, &workspace)
  }
}

extension Dataset {
  /// The Multi30k folder of the data that `AWN_DATA` names.
  static func multi30k() throws -> Dataset {
    guard let data = ProcessInfo.processInfo.environment["AWN_DATA"] else {
      throw BenchmarkError(description: "AWN_DATA must name a folder that has a folder multi30k")
    }
    return try Dataset.load(
      DataOptions(path: "\(data)/multi30k", source: "en", vocabulary: 4_000), seed: 0)
  }
}

extension DataOptions {
  fileprivate init(path: String, source: String, vocabulary: Int) {
    self.init(path: path)
    (self.source, self.vocabulary) = (source, vocabulary)
  }
}

extension Benchmark {
  static let translation = Benchmark(
    name: "translation",
    summary: "tokens a second of processor time of a Transformer on Multi30k, in turns with PyTorch"
  ) { settings in
    let peer = try TranslationPeer(settings.python)
    let dataset = try Dataset.multi30k()
    let work = TranslationWork(observations: dataset.training.rows)
    let rows = PackedPairs(dataset.training)
    var translators = [false, true].map { Translator(work, dataset, isAdaptive: $0) }
    let steps = 60
    // Minibatches are random: an epoch's mean of tokens is that of any of them.
    let tokens = Double(rows.count * work.batch * steps) / Double(dataset.training.rows)
    for index in translators.indices { _ = translators[index].time(20) }
    var speeds: [[Double]] = [[], [], []]
    for repetition in 0..<settings.repetitions {
      for index in translators.indices { speeds[index].append(tokens / translators[index].time(steps)) }
      speeds[2].append(try peer.speed(work, rows, steps: steps, isFirst: repetition == 0))
    }
    let widths = translators[1].learning.network.widths.map(String.init).joined(separator: ", ")
    return [
      Figure("feed-forward 512: awn", speeds[0], "tokens/s"),
      Figure("feed-forward adaptive, \(widths): awn", speeds[1], "tokens/s"),
      Figure("feed-forward 512: PyTorch \(peer.peer.version)", speeds[2], "tokens/s"),
      Figure("feed-forward 512: ratio", zip(speeds[0], speeds[2]).map { $0 / $1 }, "×", target: "≥ 1.1"),
    ] + Memory.peaks(peer.peer, "both widths")
  }

  static let multi30k = Benchmark(
    name: "multi30k",
    summary: "held-out loss of a Transformer on Multi30k after as many epochs as repetitions"
  ) { settings in
    let peer = try TranslationPeer(settings.python)
    let dataset = try Dataset.multi30k()
    let work = TranslationWork(observations: dataset.training.rows)
    var figures: [Figure] = []
    for isAdaptive in [true, false] {
      var translator = Translator(work, dataset, isAdaptive: isAdaptive)
      var (losses, times): ([Double], [Double]) = ([], [])
      for _ in 0..<settings.repetitions {
        times.append(translator.time(translator.learning.cursor.batchesPerEpoch))
        losses.append(translator.heldOut.loss)
      }
      let widths = translator.learning.network.widths.map(String.init).joined(separator: ", ")
      let name = isAdaptive ? "awn, learned widths \(widths)" : "awn, 512"
      figures.append(Figure("\(name): held-out loss", [losses.last ?? .nan], "nats"))
      figures.append(Figure("\(name): an epoch", times, "s"))
    }
    let theirs = try peer.learn(work, dataset, epochs: settings.repetitions)
    figures.append(Figure("PyTorch, 512: held-out loss", [theirs.last?.loss ?? .nan], "nats"))
    return figures
  }
}

/// Transformers in PyTorch.
struct TranslationPeer {
  let peer: Peer

  init(_ python: String) throws {
    peer = try Peer(python, scripts: [PackageResources.torch_transformer_py])
  }

  /// Tokens a second of processor time.
  func speed(_ work: TranslationWork, _ rows: PackedPairs, steps: Int, isFirst: Bool) throws -> Double {
    struct Job: Encodable {
      var kind = "speed"
      var work: TranslationWork
      var rows: PackedPairs?
      var steps: Int
      var fresh: Bool
      var compiled = false
    }
    struct Answer: Decodable { var seconds, tokens: Double }
    let answer = try peer.answer(
      Answer.self, to: Job(work: work, rows: isFirst ? rows : nil, steps: steps, fresh: isFirst))
    return answer.tokens / answer.seconds
  }

  struct Epoch: Decodable { var loss, accuracy, seconds: Double }

  /// Held-out metrics after each epoch.
  func learn(_ work: TranslationWork, _ dataset: Dataset, epochs: Int) throws -> [Epoch] {
    struct Job: Encodable {
      var kind = "learn"
      var work: TranslationWork
      var rows, held: PackedPairs
      var epochs: Int
      var bucketed = false
    }
    struct Answer: Decodable { var epochs: [Epoch] }
    return try peer.answer(
      Answer.self,
      to: Job(
        work: work, rows: PackedPairs(dataset.training), held: PackedPairs(dataset.validation),
        epochs: epochs)
    ).epochs
  }
}
