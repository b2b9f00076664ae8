import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import Fuzzing
import LinearAlgebra
import ModelFiles
import Testing

/// Damaged files give what can be used or an error that can be read, and never anything else.
@Suite("Damaged files")
struct FuzzTests {
  private let location = ModelLocation(folder: "run")

  private func expectSentence(_ error: ModelFileError) {
    let text = error.description
    #expect(text.count > 20 && text.count < 1_000)
    #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
  }

  /// Files with all that a model can have.
  private func models() throws -> [(document: Data, tensors: Data)] {
    try ModelFileTests.preparations.enumerated().map { index, entry in
      var run = Run(
        NetworkOptions(hiddenLayers: 1 + index % 2, initialRate: 0.6), problem: entry.1,
        kind: index == 1 ? .sgd : .adam, prior: index == 0 ? NormalPrior(mean: 1, scale: 1) : nil)
      run.steps(2)
      run.suit(entry.0)
      run.network.truncate(layer: 0, to: 2, policy: WidthPolicy.allCases[index % WidthPolicy.allCases.count])
      var model = run.model
      if index == 2 { model.optimizer = nil }
      model.preparation = entry.0
      model.metrics = Metrics(loss: 1)
      return try ModelFile.encode(model, training: run.growth, location)
    }
  }

  @Test func safetensors() throws {
    var mutator = Mutator(seed: 1)
    let path = try #require(
      Bundle.module.path(forResource: "python", ofType: "safetensors", inDirectory: "Fixtures"))
    var files = try models().map { [UInt8]($0.tensors) }
    files.append([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    var read = 0
    for number in 0..<fuzzInputs {
      var bytes = mutator.mutated(files[number % files.count])[...]
      if number % 3 == 0 { mendLength(&bytes) }
      do throws(ModelFileError) {
        let file = try Safetensors(Data(bytes), file: "file")
        #expect(try Safetensors(file.data, file: "again").tensors.keys == file.tensors.keys)
        read += 1
      } catch {
        expectSentence(error)
      }
    }
    #expect(read > fuzzInputs / 20 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }

  /// The header's length as if it had been counted after the damage.
  private func mendLength(_ bytes: inout ArraySlice<UInt8>) {
    guard bytes.count > 8, let end = bytes[8...].lastIndex(of: UInt8(ascii: "}")) else { return }
    var length = end - 7
    while 8 + length < bytes.count, bytes[8 + length] == 0x20 { length += 1 }
    withUnsafeBytes(of: UInt64(length).littleEndian) { bytes.replaceSubrange(0..<8, with: $0) }
  }

  @Test func documents() throws {
    var mutator = Mutator(seed: 2)
    let files = try models().map { (document: [UInt8]($0.document), tensors: $0.tensors) }
    var read = 0
    for number in 0..<fuzzInputs {
      let file = files[number % files.count]
      if load(Data(mutator.mutated(file.document)), file.tensors) { read += 1 }
    }
    #expect(read > fuzzInputs / 50 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }

  @Test func tensorsOfDocuments() throws {
    var mutator = Mutator(seed: 3)
    let files = try models().map {
      (document: String(decoding: $0.document, as: UTF8.self), tensors: [UInt8]($0.tensors))
    }
    var read = 0
    for number in 0..<fuzzInputs {
      let file = files[number % files.count]
      // Half of them in the numbers alone.
      let kept = number % 2 == 0 ? 8 + Int(file.tensors[0]) + Int(file.tensors[1]) << 8 : 0
      var bytes = file.tensors[..<kept] + mutator.mutated(Array(file.tensors[kept...]))
      if number % 3 == 0 { mendLength(&bytes) }
      let tensors = Data(bytes)
      if load(sealing(file.document, tensors), tensors) { read += 1 }
    }
    #expect(read > fuzzInputs / 20 && read < fuzzInputs * 19 / 20, "\(read) of \(fuzzInputs) were read")
  }

  /// Reads a model and uses it.
  private func load(_ document: Data, _ tensors: Data) -> Bool {
    do throws(ModelFileError) {
      let loaded = try ModelFile.decode(document: document, tensors: tensors, location)
      var network = loaded.model.network
      #expect(network.outputBits(Matrix(rows: 1, columns: network.shape[0])).count == network.shape.last)
      for layer in network.adaptiveBlocks.indices { network.truncate(layer: layer, to: 1) }
      if let names = loaded.model.preparation?.featureNames { #expect(names.count == network.shape[0]) }
      // A section that was damaged is an error of its own.
      do throws(ModelFileError) { _ = try loaded.training(as: RandomStream.self) } catch {
        expectSentence(error)
      }
      return true
    } catch {
      expectSentence(error)
      return false
    }
  }
}
