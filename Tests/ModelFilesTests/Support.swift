import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles

/// A folder of its own for a test's files, gone with it.
final class Scratch {
  let path: String

  init() throws {
    // In memory where that is possible: these tests bring thousands of files to the disk.
    let memory = "/dev/shm"
    let parent = access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
    path = "\(parent)/models-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var location: ModelLocation { ModelLocation(folder: path) }

  /// Hidden ones too.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  func write(_ bytes: Data, as name: String) throws -> String {
    try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    return "\(path)/\(name)"
  }

  func content(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(path)/\(name)") }
}

/// What the body throws, if it does.
func failure(_ body: () throws(ModelFileError) -> Void) -> ModelFileError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A run on one random batch: all that decides how it goes on.
struct Run: Sendable {
  var network: Network
  var optimizer: Optimizer
  var growth = RandomStream(seed: 1, purpose: "growth")
  let batch: Batch
  private var workspace = Workspace()

  init(
    _ options: NetworkOptions = NetworkOptions(hiddenLayers: 2, initialRate: 0.1), inputs: Int = 3,
    problem: Problem = .classification, kind: OptimizerKind = .adam, prior: NormalPrior? = nil,
    learningRate: Double = 0.02, seed: UInt64 = 3
  ) {
    var random = RandomStream(seed: seed, purpose: "batch")
    let rows = 24
    let elements = (0..<rows * inputs).map { _ in Float(random.normal()) }
    let matrix = Matrix(rows: rows, columns: inputs, elements)
    let outputs = problem == .classification ? 2 : 1
    switch problem {
    case .classification:
      batch = Batch(inputs: matrix, labels: (0..<rows).map { _ in Int32(random.below(2)) })
    case .regression:
      batch = Batch(
        inputs: matrix,
        values: Matrix(rows: rows, columns: 1, (0..<rows).map { _ in Float(random.normal()) }))
    }
    network = Network(
      options: options, ratePrior: prior, inputs: inputs, outputs: outputs, problem: problem, seed: seed)
    optimizer = Optimizer(kind: kind, learningRate: learningRate)
  }

  /// A fresh network that learns from what is prepared so, where that is no row of features.
  mutating func suit(_ preparation: Preparation) {
    guard case .graphs = preparation.inputs else { return }
    var options = NetworkOptions(initialRate: 0.6)
    (options.kind, options.depth, options.channels) = (.gin, 2, 4)
    network = Network(
      options: options, ratePrior: nil, inputs: preparation.inputShape, outputs: 2, problem: .classification,
      seed: 3)
  }

  mutating func step() {
    _ = network.adjustWidths(random: &growth)
    _ = network.lossAndGradients(batch, &workspace)
    optimizer.begin()
    network.update(
      by: optimizer, workspace, objective: Objective(weightScale: 10, observations: batch.rows))
  }

  mutating func steps(_ count: Int) {
    for _ in 0..<count { step() }
  }

  var outputs: [UInt32] { network.outputBits(batch.inputs) }

  /// To be trained on.
  var model: SavedModel {
    SavedModel(
      network: network, optimizer: optimizer,
      origin: SavedModel.Origin(name: "test", seed: 3, step: optimizer.count, epoch: 1.5, version: "1"))
  }
}

extension Network {
  func outputBits(_ inputs: Matrix) -> [UInt32] {
    var workspace = Workspace()
    var batch = Batch(inputs: inputs)
    // To a network that reads graphs, one without edges.
    batch.structure.offsets = [0, Int32(inputs.rows)]
    batch.structure.neighborStarts = Array(repeating: 0, count: inputs.rows + 1)
    forward(batch, &workspace)
    return workspace.output.elements.map(\.bitPattern)
  }

  /// All that a file must bring back, as bits.
  var bits: [[UInt32]] {
    let matrices = parameters.flatMap { [$0.value, $0.first, $0.second] }
    let curves = adaptations.flatMap { [$0.importances, $0.slopes] }
    return (matrices + curves).map { $0.elements.map(\.bitPattern) }
      + adaptations.map { [UInt32(truncatingIfNeeded: $0.raw.bitPattern), UInt32($0.raw.bitPattern >> 32)] }
  }
}
