import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Model files of graph networks")
struct GraphModelTests {
  private let location = ModelLocation(folder: "run")

  /// Two triangles and a lone node.
  private static let batch: Batch = {
    var batch = Batch(
      inputs: Matrix(rows: 7, columns: 2, [1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 2, 3, 1]), labels: [0, 1, 0])
    batch.structure.offsets = [0, 3, 6, 7]
    batch.structure.neighborStarts = [0, 2, 4, 6, 8, 10, 12, 12]
    batch.structure.neighbors = [1, 2, 0, 2, 0, 1, 4, 5, 3, 5, 3, 4]
    return batch
  }()

  /// Trained for so many steps.
  private func network(steps: Int, from start: Network? = nil, _ optimizer: inout Optimizer) -> Network {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.depth, options.channels, options.pooling) = (.gin, 2, 3, .mean)
    var network =
      start
      ?? Network(
        options: options, ratePrior: nil, inputs: .nodes(features: 2), outputs: 2, problem: .classification,
        seed: 2)
    var workspace = Workspace()
    for _ in 0..<steps {
      _ = network.lossAndGradients(Self.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 3))
    }
    return network
  }

  private func pair() throws -> (document: Data, tensors: Data, network: Network, optimizer: Optimizer) {
    var optimizer = Optimizer(kind: .adam, learningRate: 0.02)
    let network = network(steps: 6, &optimizer)
    let origin = SavedModel.Origin(name: "test", seed: 3, step: 6, epoch: 1.5, version: "1")
    let model = SavedModel(network: network, optimizer: optimizer, origin: origin)
    let pair = try ModelFile.encode(model, training: 5, location)
    return (pair.document, pair.tensors, network, optimizer)
  }

  private func outputs(_ network: Network) -> [UInt32] {
    var workspace = Workspace()
    network.forward(Self.batch, &workspace)
    return workspace.output.elements.map(\.bitPattern)
  }

  @Test func runningStatisticsAndAllElseComeBack() throws {
    let saved = try pair()
    let loaded = try ModelFile.decode(document: saved.document, tensors: saved.tensors, location).model
    #expect(loaded.network.sources == saved.network.sources)
    #expect(loaded.network.bits == saved.network.bits)
    let statistics = saved.network.blocks.flatMap(\.runningStatistics)
    #expect(statistics.count == 4 && statistics[0].elements != [0, 0, 0])
    #expect(loaded.network.blocks.flatMap(\.runningStatistics) == statistics)
    #expect(outputs(loaded.network) == outputs(saved.network))
    var (first, second) = (saved.optimizer, try #require(loaded.optimizer))
    let kept = network(steps: 5, from: saved.network, &first)
    let resumed = network(steps: 5, from: loaded.network, &second)
    #expect(kept.bits == resumed.bits && outputs(kept) == outputs(resumed))
  }

  @Test func blocksThatDoNotFitAreRefused() throws {
    let saved = try pair()
    let edited = EditedCheckpoint((saved.document, saved.tensors))
    let text = edited.text
    func isRefused(_ old: String, _ new: String) throws -> Bool {
      try edited.isRefused(text.range(of: old), new)
    }
    #expect(try !isRefused("\"mean\"", "\"mean\""))
    for (old, new) in [
      ("\"mean\"", "\"median\""), ("\"rectified\" : true", "\"rectified\" : 3"),
      ("\"kind\" : \"batch-norm\"", "\"kind\" : \"neighbour-sum\""),
      ("\"kind\" : \"segment-pool\"", "\"kind\" : \"concatenation\""),
    ] {
      #expect(try isRefused(old, new), "\(new)")
    }
    let columns = try #require(text.firstRange(of: #/"columns" : \[[^\]]*\]/#))
    for list in ["[2, 3]", "[2, 3, -3]", "[8]", "[]", "[3, 2, 3]", "[9223372036854775807, 3, 3]"] {
      #expect(try isRefused(String(text[columns]), "\"columns\" : \(list)"), "\(list)")
    }
  }
}
