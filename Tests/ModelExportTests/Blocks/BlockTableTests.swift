import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelExport
import ModelFiles
import Peers
import Testing

/// Every type of block, and everything that must exist for it: rows, record, both exports and gradients.
@Suite struct BlockTableTests {
  /// Names of the types in the sources of the library's blocks.
  private static func declaredBlocks() throws -> Set<String> {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/AdaptiveWidth/Blocks").standardized
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    var names: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      let conformances = #/(?:struct|extension) (\w+): [\w, ]*(?:Block|Reader)\b/#
      for match in text.matches(of: conformances) { names.insert(String(match.1)) }
    }
    return names
  }

  private static func names(_ types: [any Block.Type]) -> Set<String> { Set(types.map { "\($0)" }) }

  @Test func everyBlockHasARecordAnExportAndASample() throws {
    let declared = try Self.declaredBlocks()
    #expect(declared.count >= 13)
    #expect(Self.names(BlockRecords.blockTypes) == declared)
    #expect(BlockRecords.blockTypes.filter { !$0.isExportable }.map { "\($0)" } == [])
    let used = try BlockSamples.all.flatMap { try $0.make().network.blocks.map { type(of: $0) } }
    #expect(Self.names(used) == declared)
  }

  @Test(arguments: BlockSamples.all.indices) func rowsAreThoseOfTheObservations(index: Int) throws {
    let sample = try BlockSamples.all[index].make()
    #expect(sample.network.validationError(for: sample.preparation.inputShape) == nil)
    let others: [InputShape] = [
      .features(4), .steps(features: 4), .nodes(features: 4), .tokens(vocabulary: 260),
      .translation(vocabulary: 260),
    ]
    #expect(others.count { sample.network.validationError(for: $0) == nil } == 1)
  }

  @Test(arguments: BlockSamples.all.indices) func filesBringEverythingBack(index: Int) throws {
    let sample = try BlockSamples.all[index].make()
    let location = ModelLocation(folder: "run")
    let model = SavedModel(
      network: sample.network, preparation: sample.preparation,
      optimizer: Optimizer(kind: .adam, learningRate: 0.01), origin: SavedModel.Origin(name: "sample"))
    let files = try ModelFile.encode(model, training: nil, location)
    let loaded = try ModelFile.decode(document: files.document, tensors: files.tensors, location).model
    #expect(loaded.network.sources == sample.network.sources)
    #expect(
      loaded.network.blocks.flatMap(\.runningStatistics) == sample.network.blocks.flatMap(\.runningStatistics)
    )
    #expect(sample.network.architectureDifference(of: loaded.network) == nil)
    var workspace = Workspace()
    loaded.network.forward(sample.batch, &workspace)
    #expect(workspace.output.elements.map(\.bitPattern) == sample.outputs.elements.map(\.bitPattern))
  }

  @Test(arguments: BlockSamples.all.indices) func factsAndTensorsAreInTheSafetensorsFile(index: Int) throws {
    let sample = try BlockSamples.all[index].make()
    let file = try Safetensors(sample.safetensors.data(), file: "model.safetensors")
    guard let text = file.metadata["blocks"] else {
      #expect(file.tensors.keys.contains("layers.0.weight"))
      return
    }
    let facts = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    #expect(facts.count == sample.network.blocks.count)
    for (index, var block) in sample.network.blocks.enumerated() {
      #expect((facts[index]["kind"] as? String)?.isEmpty == false)
      #expect((facts[index]["formula"] as? String)?.isEmpty == false)
      #expect(facts[index]["sources"] as? [Int] == sample.network.sources[index])
      #expect(facts[index]["outputs"] as? Int == block.outputs)
      var expected = block.runningStatistics.reduce(0) { $0 + $1.rows * $1.columns }
      block.forEachParameter { parameter, _ in expected += parameter.value.rows * parameter.value.columns }
      let own = file.tensors.filter { $0.key.hasPrefix("blocks.\(index).") }.values
      #expect(own.reduce(0) { $0 + $1.elements.count } == expected, "\(type(of: block))")
    }
  }

  @Test(arguments: BlockSamples.all.indices) func theGraphComputesWhatTheNetworkDoes(index: Int) throws {
    try BlockSamples.all[index].make().checkGraph()
  }

  /// Row-wise blocks in any order.
  @Test(arguments: 100..<120) func anyOrderOfRowWiseBlocksIsExported(seed: Int) throws {
    try BlockSamples.shuffled(UInt64(seed)).checkGraph()
  }

  @Test(arguments: BlockSamples.all.indices) func gradientsAreThoseOfTheLoss(index: Int) throws {
    let sample = try BlockSamples.all[index].make()
    var (network, workspace) = (sample.network, Workspace())
    _ = network.lossAndGradients(sample.taughtBatch, &workspace)
    for index in network.blocks.indices {
      let gradients = workspace.buffers[index].gradients
      for (number, gradient) in gradients.enumerated() {
        var random = RandomStream(seed: UInt64(index), purpose: "direction")
        let direction = gradient.elements.map { _ in Float(random.normal()) }
        let norm = direction.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let analytic = zip(gradient.elements, direction).reduce(0) { $0 + Double($1.0) * Double($1.1) } / norm
        func loss(_ step: Double) -> Double {
          var moved = sample.network
          moved.move(index, number, direction, by: Float(step / norm))
          var workspace = Workspace()
          return moved.lossAndGradients(sample.taughtBatch, &workspace)
        }
        let h = 4e-3
        let numeric = (loss(h) - loss(-h)) / (2 * h)
        #expect(
          abs(numeric - analytic) <= 0.02 * abs(numeric) + 1e-3,
          "block \(index), \(type(of: network.blocks[index])), matrix \(number)")
      }
    }
  }

  @Test func whatABlockCannotReadIsNamed() throws {
    let table = try BlockSamples.all[0].make()
    func failure(_ block: any Block) -> ExportError? {
      var builder = NetworkBuilder()
      builder.add(block, LayerNode.batch)
      var random = RandomStream(seed: 1, purpose: "last layer")
      builder.add(Dense(inputs: 4, outputs: 3, function: .identity, variance: 1, random: &random))
      let network = Network(nodes: builder.nodes, problem: .classification)
      let exporter = ONNXExporter(
        network: network, preparation: table.preparation, name: "sample", version: "")
      do throws(ExportError) {
        _ = try exporter.model()
        return nil
      } catch {
        return error
      }
    }
    let error = try #require(failure(NeighborSum(columns: 4)))
    #expect(error == .unsupportedInput(0, kind: "NeighborSum", forms: ["rows"]))
    #expect("\(error)" == "layer 1 is NeighborSum, which cannot read rows; change the network")
    #expect(failure(SegmentPool(columns: 4, pooling: .sum)) != nil)
    #expect(failure(LayerNorm(columns: 4)) == nil)
  }
}

/// Programs that know nothing of this one compute the same.
@Suite(.enabled(if: Peer.isThere, Comment(rawValue: Peer.absence)))
struct BlockPeerTests {
  @Test(arguments: BlockSamples.all.indices) func onnxruntimeComputesWhatTheNetworkDoes(index: Int) throws {
    let sample = try BlockSamples.all[index].make()
    try sample.peerCase.check(sample.exporter.model(), called: "model.onnx", by: "check_onnx.py")
  }
}

extension Network {
  fileprivate mutating func move(_ index: Int, _ number: Int, _ direction: [Float], by step: Float) {
    var nodes = zip(blocks, sources).map { LayerNode($0, $1) }
    nodes[index].block.forEachParameter { parameter, own in
      guard own == number else { return }
      for row in 0..<parameter.value.rows {
        for column in 0..<parameter.value.columns {
          parameter.value[row, column] += step * direction[row * parameter.value.columns + column]
        }
      }
    }
    self = Network(nodes: nodes, problem: problem)
  }
}

extension StructuredSample {
  /// Evaluates the ONNX graph, whose outputs must be the network's.
  fileprivate func checkGraph() throws {
    let graph = try model().graph
    let tensors = inputs.map { ($0.name, Tensor($0.shape, $0.numbers.map { $0 ?? .nan })) }
    let values = GraphEvaluator(graph, inputs: Dictionary(uniqueKeysWithValues: tensors)).values
    for expected in peerCase.outputs {
      let found = try #require(values[expected.name])
      #expect(found.shape == expected.shape, "\(expected.name)")
      #expect(found.texts == expected.texts)
      for (number, wanted) in zip(found.numbers, expected.numbers) {
        // What stands behind the end of a text may be anything.
        guard let wanted else { continue }
        #expect(abs(number - wanted) <= 1e-4 + 1e-4 * abs(wanted), "\(expected.name)")
      }
    }
  }
}
