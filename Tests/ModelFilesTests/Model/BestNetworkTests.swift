import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

/// The network that training may return to lies in the same two files.
@Suite struct BestNetworkTests {
  private let location = ModelLocation(folder: "run")
  private let model: SavedModel

  init() {
    var run = Run(NetworkOptions(hiddenLayers: 2, initialRate: 0.5))
    run.steps(3)
    let best = SavedModel.Best(network: run.network, optimizer: run.optimizer)
    run.network.truncate(layer: 0, to: 3)
    run.steps(1)
    var model = run.model
    model.best = best
    self.model = model
  }

  private func files(_ model: SavedModel) throws -> (document: Data, tensors: Data) {
    try ModelFile.encode(model, training: 5, location)
  }

  @Test func bothNetworksComeBack() throws {
    let files = try files(model)
    let loaded = try ModelFile.decode(document: files.document, tensors: files.tensors, location).model
    let (best, expected) = (try #require(loaded.best), try #require(model.best))
    #expect(loaded.network.bits == model.network.bits && best.network.bits == expected.network.bits)
    #expect(best.network.widths != loaded.network.widths)
    #expect(best.optimizer.count == 3 && loaded.optimizer?.count == 4)
    let names = Set(try Safetensors(files.tensors, file: "").tensors.keys)
    #expect(names.contains("best.blocks.0.weights.first") && names.contains("blocks.0.weights.first"))
  }

  /// A model without one is the file that older programs read.
  @Test func onlyFilesWithABestNetworkAreOfTheNewVersion() throws {
    var plain = model
    plain.best = nil
    #expect(String(decoding: try files(plain).document, as: UTF8.self).contains("\"version\" : 1\n}"))
    #expect(String(decoding: try files(model).document, as: UTF8.self).contains("\"version\" : 2\n}"))
  }

  @Test func anotherArchitectureIsRefused() throws {
    var other = model
    other.best?.network = Run(NetworkOptions(hiddenLayers: 1, initialRate: 0.5)).network
    #expect(throws: ModelFileError.self) { try files(other) }
    other = model
    other.optimizer = nil
    #expect(throws: ModelFileError.self) { try files(other) }
  }

  @Test func itsTensorsAreCheckedAsTheOthers() throws {
    let files = try files(model)
    var tensors = try Safetensors(files.tensors, file: "")
    let name = "best.blocks.1.bias"
    func reason() -> ModelFileError.Reason? {
      let sealed = sealing(String(decoding: files.document, as: UTF8.self), tensors.data)
      return failure { () throws(ModelFileError) in
        _ = try ModelFile.decode(document: sealed, tensors: tensors.data, location)
      }?.reason
    }
    let bias = try #require(tensors.tensors[name])
    tensors.tensors[name] = nil
    #expect(reason() == .model(.missingTensor(name)))
    tensors.tensors[name] = .init(
      shape: bias.shape, .f32([Float](repeating: .nan, count: bias.elements.count)))
    #expect(reason() == .model(.notFinite(tensor: name)))
    tensors.tensors[name] = bias
    #expect(reason() == nil)
  }
}
