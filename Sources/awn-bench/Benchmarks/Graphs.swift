import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import Training

extension Benchmark {
  /// Ours packs a minibatch's graphs in every step; theirs, too, or needs no time for it.
  static let graphs = Benchmark(
    name: "graphs", summary: "minibatches of molecule-like graphs beside PyTorch, in turns, one thread"
  ) { settings in
    try [(32, 32), (64, 32), (64, 128)].flatMap { channels, batch in
      let work = GraphWork(channels: channels, batch: batch)
      let peer = try Peer(
        settings.python,
        scripts: [
          PackageResources.hidden_peer_py, PackageResources.gin_peer_py, PackageResources.graph_peer_py,
        ])
      let isSparse = try peer.prepare(work)
      var stepper = Stepper(work.configuration, work.dataset, threads: 1)
      let steps = 6_400 / batch
      _ = stepper.speed(steps / 4)
      let speeds = try (0..<settings.repetitions).map { _ in
        (
          ours: stepper.speed(steps), theirs: try peer.speed(steps: steps / 2, packing: true),
          packed: try peer.speed(steps: steps / 2, packing: false)
        )
      }
      let name = "\(work.configuration.name), batch \(batch)"
      let sums = isSparse ? "sparse products" : "index_add"
      return [
        Figure("\(name): awn", speeds.map(\.ours), "steps/s"),
        Figure("\(name): PyTorch \(peer.version), \(sums)", speeds.map(\.theirs), "steps/s"),
        Figure("\(name): ratio", speeds.map { $0.ours / $0.theirs }, "×", target: "≥ 3"),
        Figure("\(name): ratio, theirs packed before", speeds.map { $0.ours / $0.packed }, "×"),
      ] + Memory.peaks(peer, name)
    }
  }
}

/// Random graphs of the size of NCI1's molecules, and the usual network for them.
struct GraphWork {
  let configuration: Configuration
  let rows: GraphRows
  let labels: [Int32]
  let batch: Int

  static let features = 37

  /// - Parameter channels: features of a node between the layers.
  init(channels: Int, batch: Int, graphs: Int = 1_024) {
    var random = RandomStream(seed: 1, purpose: "graphs")
    var (offsets, starts, neighbors, marks): ([Int32], [Int32], [Int32], [Int32]) = ([0], [0], [], [])
    for _ in 0..<graphs {
      let nodes = 20 + random.below(21)
      var edges = Array(repeating: [Int32](), count: nodes)
      // A chain with rings, as molecules are.
      for node in 1..<nodes { Self.join(node, node - 1 - random.below(min(node, 2)), &edges) }
      for _ in 0..<nodes / 12 { Self.join(random.below(nodes), random.below(nodes), &edges) }
      for list in edges {
        neighbors += list
        starts.append(Int32(neighbors.count))
        marks.append(Int32(random.below(Self.features)))
      }
      offsets.append(offsets.last! + Int32(nodes))
    }
    rows = GraphRows(
      nodeOffsets: offsets, neighborStarts: starts, neighbors: neighbors, marks: marks, marksPerNode: 1,
      attributes: [], attributeCount: 0, featureCount: Self.features)
    labels = (0..<graphs).map { _ in Int32(random.below(2)) }
    self.batch = batch
    var configuration = Configuration.defaults(
      forData: DataOptions(path: "random graphs"), name: "graphs of 30 nodes, 4 layers of \(channels)",
      kind: .graphs)
    configuration.network.channels = channels
    configuration.training.batchSize = batch
    // So small that the width stays where it began.
    configuration.training.learningRate = 1e-6
    configuration.training.schedule = .constant
    self.configuration = configuration
  }

  private static func join(_ first: Int, _ second: Int, _ edges: inout [[Int32]]) {
    guard first != second else { return }
    edges[first].append(Int32(second))
    edges[second].append(Int32(first))
  }

  var dataset: Dataset {
    let table = Examples(
      rows: labels.count, columns: Self.features, features: [], targets: .classes(labels),
      structure: .graphs(rows))
    let inputs = GraphInputs(labels: [Array(0..<Self.features)], attributes: 0, largestDegree: nil)
    let preparation = Preparation(
      inputs: .graphs(inputs), targetName: "label", target: .classes(["0", "1"]),
      featureScaling: .identity(Self.features))
    return Dataset(
      name: configuration.name, training: table, validation: table, test: nil, preparation: preparation)
  }
}

extension Peer {
  /// Packs all minibatches.
  ///
  /// - Returns: whether sparse products were faster than index_add.
  func prepare(_ work: GraphWork) throws -> Bool {
    struct Job: Encodable {
      var channels: Int?
      var depth = 4
      var classes = 2
      var width: Int
      var rate: Double
      var batch: Int
      var graphs: PackedGraphs
    }
    struct Answer: Decodable { var sparse: Bool }
    let network = work.configuration.network
    try send(
      Job(
        channels: network.channels, width: network.initialWidths[0], rate: network.initialRate,
        batch: work.batch, graphs: PackedGraphs(work.rows, labels: work.labels)))
    return try answer(Answer.self).sparse
  }

  /// Steps a second.
  ///
  /// - Parameter packing: whether it packs its minibatches in every step.
  func speed(steps: Int, packing: Bool) throws -> Double {
    struct Job: Encodable {
      var steps: Int
      var packing: Bool
    }
    struct Answer: Decodable { var seconds: Double }
    try send(Job(steps: steps, packing: packing))
    return Double(steps) / (try answer(Answer.self).seconds)
  }
}
