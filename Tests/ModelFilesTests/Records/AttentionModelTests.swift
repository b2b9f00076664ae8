import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Model files of networks with attention")
struct AttentionModelTests {
  private let location = ModelLocation(folder: "run")

  private static let batch: Batch = {
    var batch = Batch(inputs: Matrix(), labels: [1, 0, 4, 2, 3])
    batch.structure.tokens = [0, 3, 1, 4]
    batch.structure.offsets = [0, 3, 4]
    batch.structure.targetTokens = [0, 1, 4, 0, 2]
    batch.structure.targetOffsets = [0, 3, 5]
    return batch
  }()

  private func train(_ network: inout Network, _ optimizer: inout Optimizer, steps: Int) {
    var workspace = Workspace()
    for _ in 0..<steps {
      _ = network.lossAndGradients(Self.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 4))
    }
  }

  private func trained(_ adapt: AdaptedLayers?) -> (network: Network, optimizer: Optimizer) {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.adapt) = (.transformer, adapt)
    (options.modelSize, options.heads, options.depth) = (8, 2, 1)
    var network = Network(
      options: options, ratePrior: nil, inputs: .translation(vocabulary: 5), outputs: 5,
      problem: .classification, seed: 2)
    var optimizer = Optimizer(kind: .adam, learningRate: 0.001)
    train(&network, &optimizer, steps: 3)
    return (network, optimizer)
  }

  private func encode(_ network: Network, _ optimizer: Optimizer) throws -> (document: Data, tensors: Data) {
    let origin = SavedModel.Origin(name: "test", seed: 3, step: 3, epoch: 1.5, version: "1")
    let pair = try ModelFile.encode(
      SavedModel(network: network, optimizer: optimizer, origin: origin), training: 5, location)
    return (pair.document, pair.tensors)
  }

  private func outputBits(_ network: Network) -> [UInt32] {
    var workspace = Workspace()
    network.forward(Self.batch, &workspace)
    return workspace.output.elements.map(\.bitPattern)
  }

  /// Widths of values are learned: a checkpoint may have others, and goes on as it was.
  @Test func learnedValuesComeBackAndGoOn() throws {
    var (network, optimizer) = trained(.attention)
    let whole = network
    network.truncate(layer: 0, to: 1)
    network.truncate(layer: 3, to: 3, policy: .hold)
    train(&network, &optimizer, steps: 1)
    let saved = try encode(network, optimizer)
    let loaded = try ModelFile.decode(document: saved.document, tensors: saved.tensors, location).model
    #expect(loaded.network.widths == [1, 8, 4, 3, 8] && loaded.network.bits == network.bits)
    #expect(loaded.network.layerNames == network.layerNames && network.layerNames != nil)
    #expect(outputBits(loaded.network) == outputBits(network))
    #expect(whole.architectureDifference(of: loaded.network) == nil)
    let usual = trained(nil).network
    #expect(usual.architectureDifference(of: loaded.network) != nil)
    #expect(whole.architectureDifference(of: usual) != nil)
    var (other, resumed) = (loaded.network, try #require(loaded.optimizer))
    train(&network, &optimizer, steps: 2)
    train(&other, &resumed, steps: 2)
    #expect(other.bits == network.bits)
  }

  /// What was written before values could be learned says nothing of them, and is read as it was meant.
  @Test func attentionOfFixedWidthIsWrittenAsBefore() throws {
    let (network, optimizer) = trained(nil)
    let saved = try encode(network, optimizer)
    let document = try #require(try JSONSerialization.jsonObject(with: saved.document) as? [String: Any])
    let blocks = try #require((document["network"] as? [String: Any])?["blocks"] as? [[String: Any]])
    let attention = blocks.filter { $0["kind"] as? String == "attention" }
    #expect(attention.count == 3)
    for block in attention {
      let keys = Set(block.keys).subtracting(["sources"])
      #expect(keys == ["kind", "inputs", "outputs", "attention", "heads"])
    }
    #expect(trained(.feedForward).network.bits == network.bits)
  }

  @Test func blocksThatDoNotFitAreRefused() throws {
    let (network, optimizer) = trained(.attention)
    let saved = try encode(network, optimizer)
    let edited = EditedCheckpoint(saved)
    func isRefused(_ pattern: Regex<Substring>, _ new: String) throws -> Bool {
      try edited.isRefused(edited.text.firstRange(of: pattern), new)
    }
    #expect(try !isRefused(#/"heads" : 2/#, "\"heads\" : 2"))
    for value in ["0", "-1", "3", "4", "8", "9223372036854775807"] {
      #expect(try isRefused(#/"heads" : 2/#, "\"heads\" : \(value)"), "\(value)")
    }
    #expect(try isRefused(#/"separate_values" : true/#, "\"separate_values\" : false"))
    #expect(try isRefused(#/"kind" : "value_projection"/#, "\"kind\" : \"dense\""))
    #expect(try isRefused(#/"kind" : "value_projection"/#, "\"kind\" : \"attention\""))
  }
}
