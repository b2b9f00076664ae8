import AdaptiveWidth
import AtomicFiles
import Experiment
import Foundation
import LinearAlgebra
import ModelFiles
import Testing

/// The network that teaches the cut one lies in the same two files.
@Suite struct TeacherTests {
  private let location = ModelLocation(folder: "run")
  private let model: SavedModel

  init() {
    var run = Run(NetworkOptions(hiddenLayers: 2, initialRate: 0.5))
    run.steps(3)
    let teacher = run.network.inferenceCopy
    run.network.truncate(layer: 0, to: 3)
    var model = run.model
    model.teacher = teacher
    self.model = model
  }

  private func files(_ model: SavedModel) throws -> (document: Data, tensors: Data) {
    try ModelFile.encode(model, training: 5, location)
  }

  @Test func itComesBackWithoutMoments() throws {
    let files = try files(model)
    let loaded = try ModelFile.decode(document: files.document, tensors: files.tensors, location).model
    let (teacher, expected) = (try #require(loaded.teacher), try #require(model.teacher))
    #expect(teacher.parameters.map(\.value) == expected.parameters.map(\.value))
    #expect(teacher.widths == expected.widths && teacher.widths != loaded.network.widths)
    #expect(loaded.network.bits == model.network.bits)
    let names = Set(try Safetensors(files.tensors, file: "").tensors.keys)
    #expect(names.contains("teacher.blocks.0.weights") && !names.contains("teacher.blocks.0.weights.first"))
  }

  @Test func filesWithATeacherAreOfTheNewestVersion() throws {
    #expect(String(decoding: try files(model).document, as: UTF8.self).contains("\"version\" : 3\n}"))
  }

  @Test func anotherArchitectureIsRefused() throws {
    var other = model
    other.teacher = Run(NetworkOptions(hiddenLayers: 1, initialRate: 0.5)).network.inferenceCopy
    #expect(throws: ModelFileError.self) { try files(other) }
  }
}
