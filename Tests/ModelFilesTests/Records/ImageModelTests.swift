import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

@Suite("Model files of networks that see images")
struct ImageModelTests {
  private let location = ModelLocation(folder: "run")

  private static let batch: Batch = {
    var random = RandomStream(seed: 7, purpose: "images")
    let x = (0..<4 * 192).map { _ in Float(random.normal()) }
    return Batch(inputs: Matrix(rows: 4, columns: 192, x), labels: [0, 1, 1, 0])
  }()

  private func train(_ network: inout Network, _ optimizer: inout Optimizer, steps: Int) {
    var workspace = Workspace()
    for _ in 0..<steps {
      _ = network.lossAndGradients(Self.batch, &workspace)
      optimizer.begin()
      network.update(by: optimizer, workspace, objective: Objective(weightScale: 1, observations: 4))
    }
  }

  private func trained(
    _ kind: NetworkKind, _ adapt: AdaptedLayers? = nil
  ) -> (network: Network, optimizer: Optimizer) {
    var options = NetworkOptions(initialRate: 0.3)
    (options.kind, options.adapt) = (kind, adapt)
    var network = Network(
      options: options, ratePrior: nil, inputs: .image(width: 8, height: 8, channels: 3), outputs: 2,
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

  @Test(arguments: [NetworkKind.resnet20, .cnn])
  func everythingComesBackAndGoesOn(kind: NetworkKind) throws {
    var (network, optimizer) = trained(kind)
    let saved = try encode(network, optimizer)
    let loaded = try ModelFile.decode(document: saved.document, tensors: saved.tensors, location).model
    #expect(loaded.network.sources == network.sources)
    #expect(loaded.network.bits == network.bits)
    #expect(loaded.network.blocks.flatMap(\.runningStatistics) == network.blocks.flatMap(\.runningStatistics))
    #expect(loaded.network.outputBits(Self.batch.inputs) == network.outputBits(Self.batch.inputs))
    var (other, resumed) = (loaded.network, try #require(loaded.optimizer))
    train(&network, &optimizer, steps: 2)
    train(&other, &resumed, steps: 2)
    #expect(other.bits == network.bits)
  }

  /// Widths inside residual blocks are learned: a checkpoint may have others, and goes on as it was.
  @Test func learnedChannelsComeBackAndGoOn() throws {
    var (network, optimizer) = trained(.resnet20, .inner)
    let whole = network
    #expect(network.widths == [16, 16, 16, 32, 32, 32, 64, 64, 64, 8])
    #expect(network.layerNames?[4] == "stage 2, block 2" && network.layerNames?[9] == "head")
    network.truncate(layer: 0, to: 5)
    network.truncate(layer: 8, to: 31, policy: .hold)
    train(&network, &optimizer, steps: 1)
    let saved = try encode(network, optimizer)
    let loaded = try ModelFile.decode(document: saved.document, tensors: saved.tensors, location).model
    #expect(loaded.network.widths == network.widths && loaded.network.bits == network.bits)
    #expect(loaded.network.blocks.flatMap(\.runningStatistics) == network.blocks.flatMap(\.runningStatistics))
    #expect(loaded.network.outputBits(Self.batch.inputs) == network.outputBits(Self.batch.inputs))
    #expect(whole.architectureDifference(of: loaded.network) == nil)
    let head = trained(.resnet20).network
    #expect(
      head.architectureDifference(of: loaded.network)?.contains("learns 10 widths instead of 1") == true)
    #expect(whole.architectureDifference(of: head) != nil)
    var (other, resumed) = (loaded.network, try #require(loaded.optimizer))
    train(&network, &optimizer, steps: 2)
    train(&other, &resumed, steps: 2)
    #expect(other.bits == network.bits)
    // A file cannot say that there are other channels than importances.
    let edited = EditedCheckpoint(saved)
    #expect(try edited.isRefused(edited.text.firstRange(of: #/"filters" : 5/#), "\"filters\" : 6"))
  }

  /// What was written before channels could be learned says nothing of them, and is read as it was meant.
  @Test func convolutionsOfTheHeadAloneAreWrittenAsBefore() throws {
    let (network, optimizer) = trained(.resnet20)
    let saved = try encode(network, optimizer)
    let convolutions = try #require(
      try JSONSerialization.jsonObject(with: saved.document) as? [String: Any])
    let blocks = try #require((convolutions["network"] as? [String: Any])?["blocks"] as? [[String: Any]])
    for block in blocks where block["kind"] as? String == "convolution" {
      #expect(
        Set(block.keys).isSubset(of: ["kind", "inputs", "outputs", "sources", "convolution", "shortcut"]))
    }
    #expect(trained(.resnet20, .head).network.bits == network.bits)
  }

  @Test func blocksThatDoNotFitAreRefused() throws {
    let (network, optimizer) = trained(.cnn)
    let saved = try encode(network, optimizer)
    let edited = EditedCheckpoint(saved)
    func isRefused(_ pattern: Regex<Substring>, _ new: String) throws -> Bool {
      try edited.isRefused(edited.text.firstRange(of: pattern), new)
    }
    #expect(try !isRefused(#/"kernel" : 3/#, "\"kernel\" : 3"))
    for value in ["1", "2", "0", "-3", "9223372036854775807"] {
      #expect(try isRefused(#/"kernel" : 3/#, "\"kernel\" : \(value)"))
      #expect(try isRefused(#/"filters" : 32/#, "\"filters\" : \(value)"))
      #expect(try isRefused(#/"height" : 8/#, "\"height\" : \(value)"))
    }
    #expect(try isRefused(#/"stride" : 1/#, "\"stride\" : 0"))
    #expect(try isRefused(#/"kind" : "max_pool"/#, "\"kind\" : \"convolution\""))
  }

  @Test func scalingsOfColoursAreShort() throws {
    let (network, optimizer) = trained(.cnn)
    var model = SavedModel(
      network: network, optimizer: optimizer,
      origin: SavedModel.Origin(name: "test", seed: 3, step: 3, epoch: 1.5, version: "1"))
    let preparation = Preparation(
      inputs: .image(ImageShape(width: 8, height: 8, channels: 3)), targetName: "label",
      target: .classes(["a", "b"]),
      featureScaling: Scaling(
        means: (0..<192).map { [0.1, 0.2, 0.3][$0 % 3] }, scales: [Double](repeating: 0.5, count: 192)))
    model.preparation = preparation
    let pair = try ModelFile.encode(model, training: 5, location)
    #expect(pair.document.count < 20_000)
    let loaded = try ModelFile.decode(document: pair.document, tensors: pair.tensors, location).model
    #expect(loaded.preparation == preparation)
  }
}
