import AdaptiveWidth
import CAllocations
import Experiment
import LinearAlgebra

/// Allocations of the steps of one network of each kind, on one batch of random observations.
struct NetworkProbe {
  /// A kind and what it reads.
  struct Case {
    let name: String
    let kind: NetworkKind
    let inputs: InputShape
    let outputs: Int
    var adapt: AdaptedLayers?
  }

  static let cases = [
    Case(name: "mlp", kind: .mlp, inputs: .features(20), outputs: 3),
    Case(name: "cnn", kind: .cnn, inputs: .image(width: 10, height: 10, channels: 1), outputs: 3),
    Case(name: "resnet20", kind: .resnet20, inputs: .image(width: 8, height: 8, channels: 3), outputs: 3),
    Case(
      name: "streams", kind: .resnet20, inputs: .image(width: 8, height: 8, channels: 3), outputs: 3,
      adapt: .all),
    Case(name: "rnn", kind: .rnn, inputs: .steps(features: 3), outputs: 3),
    Case(name: "states", kind: .rnn, inputs: .steps(features: 3), outputs: 3, adapt: .all),
    Case(name: "texts", kind: .transformer, inputs: .tokens(vocabulary: 40), outputs: 3),
    Case(name: "translations", kind: .transformer, inputs: .translation(vocabulary: 40), outputs: 40),
    Case(
      name: "values", kind: .transformer, inputs: .translation(vocabulary: 40), outputs: 40, adapt: .attention
    ),
    Case(name: "queries", kind: .transformer, inputs: .translation(vocabulary: 40), outputs: 40, adapt: .all),
    Case(name: "gin", kind: .gin, inputs: .nodes(features: 5), outputs: 3),
    Case(name: "features", kind: .gin, inputs: .nodes(features: 5), outputs: 3, adapt: .all),
  ]

  private var network: Network
  private let batch: Batch
  private var workspace = Workspace()
  private var updates: [MatrixUpdate] = []
  /// Its steps are so small that no width changes.
  private var optimizer = Optimizer(kind: .adam, learningRate: 1e-6)
  private var growth = RandomStream(seed: 1, purpose: "growth")
  private let objective = Objective(weightScale: 10, observations: 100)
  private var edits = 0

  init(_ item: Case) {
    var options = NetworkOptions(initialRate: 0.1)
    (options.kind, options.adapt) = (item.kind, item.adapt)
    (options.stateSize, options.modelSize, options.heads) = (16, 16, 2)
    (options.depth, options.channels) = (2, 16)
    network = Network(
      options: options, ratePrior: NormalPrior(mean: 0.5, scale: 0.01), inputs: item.inputs,
      outputs: item.outputs, problem: .classification, seed: 0)
    batch = Self.batch(item)
  }

  /// Eight observations, of up to eight steps, tokens or nodes each.
  private static func batch(_ item: Case) -> Batch {
    var random = RandomStream(seed: 2, purpose: "probe")
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rows: rows, columns: columns, (0..<rows * columns).map { _ in Float(random.normal()) })
    }
    func labels(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32(random.below(item.outputs)) } }
    let lengths = [8, 7, 7, 5, 4, 4, 3, 2]
    let offsets = lengths.reduce(into: [Int32(0)]) { $0.append($0[$0.count - 1] + Int32($1)) }
    let rows = lengths.reduce(0, +)
    var structure = BatchStructure()
    var batch: Batch
    switch item.inputs {
    case .features(let count): batch = Batch(inputs: matrix(8, count), labels: labels(8))
    case .image(let width, let height, let channels):
      batch = Batch(inputs: matrix(8, width * height * channels), labels: labels(8))
    case .steps(let features):
      structure.active = (0..<8).map { step in Int32(lengths.filter { $0 > step }.count) }
      structure.order = Array(0..<8)
      batch = Batch(inputs: matrix(rows, features), labels: labels(8))
    case .nodes(let features):
      // Each graph is a ring.
      structure.offsets = offsets
      structure.neighborStarts = (0...rows).map { Int32(2 * $0) }
      for (start, length) in zip(offsets, lengths) {
        for node in 0..<length {
          structure.neighbors.append(start + Int32((node + 1) % length))
          structure.neighbors.append(start + Int32((node + length - 1) % length))
        }
      }
      batch = Batch(inputs: matrix(rows, features), labels: labels(8))
    case .tokens(let vocabulary):
      structure.offsets = offsets
      structure.tokens = (0..<rows).map { _ in Int32(random.below(vocabulary)) }
      batch = Batch(inputs: Matrix(), labels: labels(8))
    case .translation(let vocabulary):
      structure.offsets = offsets
      structure.tokens = (0..<rows).map { _ in Int32(random.below(vocabulary)) }
      structure.targetOffsets = offsets
      structure.targetTokens = (0..<rows).map { _ in Int32(random.below(vocabulary)) }
      batch = Batch(inputs: Matrix(), labels: labels(rows))
    }
    batch.structure = structure
    return batch
  }

  private mutating func steps(_ count: Int) {
    for _ in 0..<count {
      let adjustment = network.adjustWidths(random: &growth)
      edits += adjustment.grown + adjustment.shrunk
      _ = network.lossAndGradients(batch, &workspace)
      optimizer.begin()
      network.collectUpdates(workspace, into: &updates)
      for update in updates { optimizer.apply(update, decay: objective.decay, rows: 0..<update.rows) }
      network.updateRates(by: optimizer, workspace, objective: objective)
      network.learnStatistics(from: workspace)
    }
  }

  /// Allocations of 200 steps after 200 to warm up, and by how many neurons widths changed in them.
  mutating func measure() -> (allocations: Int, edits: Int) {
    steps(200)
    edits = 0
    let before = allocations_so_far()
    steps(200)
    return (allocations_so_far() - before, edits)
  }
}
