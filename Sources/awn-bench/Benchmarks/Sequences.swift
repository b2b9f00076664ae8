import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra
import Training

/// A recurrent cell and sequences of one length to train it on.
struct SequenceWork: Encodable, Sendable {
  var name: String
  var inputs = 1
  /// The width of the hidden layers of both MLPs.
  var width = 231
  var state = 64
  var outputs = 10
  var length: Int
  var batch = 128
  var threads = 1

  /// Images of 28 × 28 pixels, one per step.
  static let pixels = SequenceWork(name: "784 steps of 1 → 64, widths 231, batch 128", length: 784)
  /// Like the readings of a few sensors.
  static let sensors = SequenceWork(
    name: "100 steps of 8 → 32, widths 64, batch 32", inputs: 8, width: 64, state: 32, length: 100,
    batch: 32)

  /// Random steps: only the amount of work counts.
  func dataset() -> Dataset {
    var random = RandomStream(seed: 1, purpose: "rows")
    let features = (0..<batch * length * inputs).map { _ in Float(random.normal()) }
    let labels = (0..<batch).map { _ in Int32(random.below(outputs)) }
    let table = Examples(
      columns: inputs, features: features, targets: .classes(labels),
      offsets: (0...Int32(batch)).map { $0 * Int32(length) })
    let columns = (0..<inputs).map { InputColumn(name: "x\($0)", position: $0, kind: .number) }
    let preparation = Preparation(
      inputs: .columns(columns, width: inputs + 2, targetPosition: inputs, hasHeader: true),
      targetName: "class", target: .classes((0..<outputs).map(String.init)),
      featureScaling: .identity(inputs),
      sequence: .columns(identifier: .init(name: "id", position: inputs + 1), time: nil))
    return Dataset(name: name, training: table, validation: table, test: nil, preparation: preparation)
  }

  var configuration: Configuration {
    var result = Configuration(name: name, data: DataOptions(path: "random steps"))
    (result.network.kind, result.network.stateSize) = (.rnn, state)
    result.network.initialRate = ImportanceFamily.exponential.rate(width: width, quantile: 0.9)
    result.training.batchSize = batch
    // So small that the width stays where the work was described.
    result.training.learningRate = 1e-6
    return result
  }
}

extension Benchmark {
  static let sequences = Benchmark(
    name: "sequences", summary: "minibatches of sequences in PyTorch, in turns with ours"
  ) { settings in
    struct Job: Encodable {
      var work: SequenceWork
      var steps: Int
    }
    struct Answer: Decodable { var seconds: Double }
    let peer = try Peer(settings.python, scripts: [PackageResources.torch_sequences_py])
    return try [(SequenceWork.pixels, 2), (.sensors, 40)].flatMap { work, steps in
      var stepper = Stepper(work.configuration, work.dataset(), threads: work.threads)
      _ = stepper.speed(steps)
      var speeds: [(ours: Double, theirs: Double)] = []
      for _ in 0..<settings.repetitions {
        let ours = stepper.speed(2 * steps)
        try peer.send(Job(work: work, steps: steps))
        speeds.append((ours, Double(steps) / (try peer.answer(Answer.self).seconds)))
      }
      return [
        Figure("\(work.name): awn", speeds.map(\.ours), "steps/s"),
        Figure("\(work.name): PyTorch \(peer.version)", speeds.map(\.theirs), "steps/s"),
        Figure("\(work.name): ratio", speeds.map { $0.ours / $0.theirs }, "×", target: "≥ 1.3"),
      ] + Memory.peaks(peer, work.name)
    }
  }
}
