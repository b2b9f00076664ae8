import AdaptiveWidth
import Experiment
import LinearAlgebra
import Testing

/// A network of each kind, with held-out rows and rows to fit repairs on.
struct RepairCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let network: Network
  let rows: EvaluationRows

  static let all: [RepairCase] =
    (1...3).flatMap { layers in
      [Problem.classification, .regression].map { mlp(layers: layers, $0) }
    } + [
      recurrent(), recurrent(.stream), recurrent(.all), transformer(),
      attention(isTranslation: false, .attention),
      attention(isTranslation: true, .attention), attention(isTranslation: false, .all),
      attention(isTranslation: true, .all), graphs(), features(), channels(), channels(learnsStreams: true),
      pooledChannels(),
    ]

  static func mlp(layers: Int, _ problem: Problem = .classification, seed: UInt64 = 1) -> RepairCase {
    let sample = RandomCase(.relu6, layers: layers, problem: problem, seed: seed)
    let rows = EvaluationRows(
      batches: [batch(60, problem, seed: 2)], targetScales: [2, 3],
      fitting: [batch(150, problem, seed: 3), batch(90, problem, seed: 4)])
    return RepairCase(testDescription: "mlp \(layers), \(problem)", network: sample.network, rows: rows)
  }

  private static func batch(_ rows: Int, _ problem: Problem, seed: UInt64) -> Batch {
    var random = RandomStream(seed: seed, purpose: "rows")
    func matrix(_ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(2 * random.normal()) })
    }
    let inputs = matrix(4)
    return problem == .regression
      ? Batch(inputs: inputs, values: matrix(2))
      : Batch(inputs: inputs, labels: (0..<rows).map { _ in Int32(random.below(3)) })
  }

  static func recurrent(_ adapt: AdaptedLayers? = nil) -> RepairCase {
    let lengths = (0..<40).map { 1 + $0 % 6 }
    let held = RecurrentCase(lengths: lengths, adapting: adapt, state: adapt == nil ? 5 : 7)
    let rows = EvaluationRows(
      batches: [held.batch], fitting: [RecurrentCase(lengths: lengths, seed: 2).batch])
    let name = adapt.map { "recurrent, \($0.rawValue)" } ?? "recurrent"
    return RepairCase(testDescription: name, network: held.network, rows: rows)
  }

  private static func transformer() -> RepairCase {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.modelSize, options.heads, options.depth) = (.transformer, 8, 2, 2)
    let network = Network(
      options: options, ratePrior: nil, inputs: .tokens(vocabulary: 9), outputs: 3, problem: .classification,
      seed: 1)
    func texts(_ seed: UInt64) -> Batch {
      var random = RandomStream(seed: seed, purpose: "texts")
      var batch = Batch(inputs: Matrix(), labels: [])
      batch.structure.offsets = [0]
      for _ in 0..<40 {
        for _ in 0..<1 + random.below(7) { batch.structure.tokens.append(Int32(random.below(9))) }
        batch.structure.offsets.append(Int32(batch.structure.tokens.count))
        batch.labels.append(Int32(random.below(3)))
      }
      return batch
    }
    return RepairCase(
      testDescription: "transformer", network: network,
      rows: EvaluationRows(batches: [texts(1)], fitting: [texts(2), texts(3)]))
  }

  private static func attention(isTranslation: Bool, _ adapt: AdaptedLayers) -> RepairCase {
    let item = ValueCase(isTranslation: isTranslation, adapting: adapt)
    let part = adapt == .all ? "queries and values" : "values"
    return RepairCase(
      testDescription: "\(part) of attention" + (isTranslation ? ", translations" : ""),
      network: item.network, rows: item.rows)
  }

  private static func channels(learnsStreams: Bool = false) -> RepairCase {
    let item = ChannelCase(learnsStreams: learnsStreams, trained: 40)
    return RepairCase(
      testDescription: learnsStreams ? "channels and streams" : "channels", network: item.network,
      rows: EvaluationRows(
        batches: [item.batch], calibration: [ChannelCase.images(20, seed: 7)],
        fitting: [ChannelCase.images(40, seed: 8), ChannelCase.images(24, seed: 9)]))
  }

  private static func pooledChannels() -> RepairCase {
    let (network, batch) = ChannelCase.plain()
    return RepairCase(
      testDescription: "pooled channels", network: network,
      rows: EvaluationRows(
        batches: [batch], calibration: [ChannelCase.images(20, size: 8, seed: 7)],
        fitting: [ChannelCase.images(40, size: 8, seed: 8), ChannelCase.images(24, size: 8, seed: 9)]))
  }

  /// Features between layers and those inside, with statistics after some training.
  private static func features() -> RepairCase {
    let (network, batch) = FeatureCase.make()
    return RepairCase(
      testDescription: "features of nodes", network: network,
      rows: EvaluationRows(batches: [batch], calibration: [batch], fitting: [batch]))
  }

  /// With batch normalization whose statistics are those after some training.
  private static func graphs() -> RepairCase {
    guard let oracle = try? GraphOracle.load(.sum) else { preconditionFailure("the oracle is missing") }
    var network = oracle.network
    var workspace = Workspace()
    for _ in 0..<20 {
      _ = network.lossAndGradients(oracle.batch(), &workspace)
      network.learnStatistics(from: workspace)
    }
    let rows = EvaluationRows(
      batches: [oracle.batch()], calibration: [oracle.batch()], fitting: [oracle.batch()])
    return RepairCase(testDescription: "graphs", network: network, rows: rows)
  }
}

extension Network {
  /// Σ over rows and outputs of the squared difference to another network's outputs.
  func squaredDistance(to other: Network, on batches: [Batch]) -> Double {
    var sum = 0.0
    for batch in batches {
      for (mine, theirs) in zip(outputs(of: batch), other.outputs(of: batch)) {
        let difference = Double(mine - theirs)
        sum += difference * difference
      }
    }
    return sum
  }
}
