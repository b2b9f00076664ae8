import AtomicFiles
import Experiment
import Foundation
import ModelFiles
import Testing

/// Files whose parts are sound, but do not belong together.
@Suite("Inconsistent models")
struct ModelDamageTests {
  private let location = ModelLocation(folder: "run")
  private let model: SavedModel

  init() {
    var run = Run(NetworkOptions(hiddenLayers: 2, initialRate: 0.5))
    run.steps(3)
    run.network.truncate(layer: 0, to: 3)
    model = run.model
  }

  /// What reading fails with after a change of the JSON text or the tensors, with the checksum made right again.
  private func failure(
    replacing old: String = "", with new: String = "", _ change: (inout Safetensors) -> Void = { _ in }
  ) throws -> ModelFileError.Reason? {
    var model = model
    model.preparation = ModelFileTests.preparations[0].0
    let pair = try ModelFile.encode(model, training: 5, location)
    var text = String(decoding: pair.document, as: UTF8.self)
    if !old.isEmpty {
      let range = try #require(text.range(of: old), "\(old) is not in the file")
      text.replaceSubrange(range, with: new)
    }
    var tensors = try Safetensors(pair.tensors, file: "")
    change(&tensors)
    let sealed = sealing(text, tensors.data)
    return ModelFilesTests.failure { () throws(ModelFileError) in
      _ = try ModelFile.decode(document: sealed, tensors: tensors.data, location)
    }?.reason
  }

  @Test func anUnchangedOneIsRead() throws { #expect(try failure() == nil) }

  @Test func jsonThatIsNoneIsNamed() throws {
    let tensors = try ModelFile.encode(model, training: 5, location).tensors
    for text in [
      "", "{", "[]", "null", "3", "{\"tensors\"", "\u{FEFF}", String(repeating: "[", count: 100_000),
      String(repeating: "{\"a\":", count: 100_000),
    ] {
      let error = ModelFilesTests.failure { () throws(ModelFileError) in
        _ = try ModelFile.decode(document: Data(text.utf8), tensors: tensors, location)
      }
      #expect(error != nil, "\(text.prefix(10))")
      #expect(error?.description.hasPrefix("run/checkpoint.json: ") == true)
      #expect(error?.description.contains("valid JSON") == false, "said twice")
    }
    for data in [Data([0xFF, 0xFE, 0x7B, 0]), Data([0x7B, 0x22, 0xC3, 0x22])] {
      let error = ModelFilesTests.failure { () throws(ModelFileError) in
        _ = try ModelFile.decode(document: data, tensors: tensors, location)
      }
      #expect(error?.reason == .document(.badJSON(detail: "not UTF-8")))
    }
  }

  @Test func otherFormatsAndVersionsAreTold() throws {
    #expect(try failure(replacing: "awn-model", with: "gguf") == .document(.otherFormat("gguf")))
    #expect(try failure(replacing: "\"format\"", with: "\"f\"") == .document(.otherFormat(nil)))
    #expect(
      try failure(replacing: "\"version\" : 1\n}", with: "\"version\" : 4\n}")
        == .document(.newerVersion(4, known: 3)))
    #expect(
      try failure(replacing: "\"version\" : 1\n}", with: "\"x\" : 2\n}")
        == .document(.missingField("version")))
  }

  @Test func fieldsThatAreWrongAreNamed() throws {
    #expect(
      try failure(replacing: "\"inputs\"", with: "\"in\"")
        == .document(.missingField("network.blocks[0].inputs")))
    guard
      case .document(.badField("network.blocks[0].kind", _)) = try failure(
        replacing: "\"dense\"", with: "\"conv\"")
    else {
      Issue.record("an unknown kind of block must be named")
      return
    }
    guard
      case .document(.badField("optimizer.count", _)) = try failure(
        replacing: "\"count\" : 3", with: "\"count\" : \"x\"")
    else {
      Issue.record("a field of another type must be named")
      return
    }
  }

  @Test func whatNoNetworkCanBeIsRefused() throws {
    let replacements = [
      ("\"outputs\" : 3", "\"outputs\" : 4"), ("\"outputs\" : 3", "\"outputs\" : 0"),
      ("\"inputs\" : 3", "\"inputs\" : -3"), ("\"inputs\" : 3", "\"inputs\" : 9223372036854775807"),
      ("\"width\" : 3", "\"width\" : 4"), ("\"ceiling\" : 3", "\"ceiling\" : 2"),
      ("\"ceiling\" : 3,", ""), ("\"policy\" : \"cap\"", "\"policy\" : \"adapt\""),
      ("\"quantile\" : 0.9", "\"quantile\" : 1"), ("\"quantile\" : 0.9", "\"quantile\" : \"NaN\""),
      ("\"minimum_rate\" : 0.0005", "\"minimum_rate\" : 0"), ("\"rate\" : ", "\"rate\" : 1"),
      ("\"raw\" : ", "\"raw\" : \"-Infinity\", \"x\" : "), ("\"raw\" : ", "\"raw\" : -9e300, \"x\" : "),
      ("\"second\" : ", "\"second\" : -1"), ("\"momentum\" : 0.9", "\"momentum\" : 1"),
      ("\"learning_rate\" : 0.02", "\"learning_rate\" : 0"), ("\"count\" : 3", "\"count\" : -1"),
      ("\"count\" : 3", "\"count\" : 9223372036854775807"), ("\"epoch\" : 1.5", "\"epoch\" : -1"),
      ("\"step\" : 3", "\"step\" : -3"), ("\"problem\" : \"classification\"", "\"problem\" : \"regression\""),
      ("\"yes\"", "\"yes\", \"maybe\""), ("\"target_position\" : 1", "\"target_position\" : 9"),
      ("\"columns\" : 4", "\"columns\" : -4"), ("\"position\" : 3", "\"position\" : -3"),
      ("\"classes\"", "\"image\" : {\"width\": 3, \"height\": 1}, \"classes\""),
      ("\"classes\"", "\"target_scaling\" : {\"mean\": 3, \"scale\": 1}, \"classes\""),
    ]
    for (old, new) in replacements {
      guard case .model(.inconsistent) = try failure(replacing: old, with: new) else {
        let found = try failure(replacing: old, with: new)
        Issue.record("\(new) must be refused: \(String(describing: found))")
        continue
      }
    }
  }

  @Test func tensorsThatDoNotFitAreNamed() throws {
    let name = "blocks.0.weights"
    #expect(try failure { $0.tensors[name] = nil } == .model(.missingTensor(name)))
    #expect(try failure { $0.tensors["x"] = $0.tensors[name] } == .model(.unexpectedTensor("x")))
    #expect(
      try failure(replacing: "\"optimizer\"", with: "\"none\"")
        == .model(.unexpectedTensor("blocks.0.bias.first")))
    #expect(
      try failure { $0.tensors[name] = .init(shape: [9], .f32([Float](repeating: 0, count: 9))) }
        == .model(.tensorShape(name, expected: [3, 3], found: [9])))
    func fill(_ name: String, _ value: Float) throws -> ModelFileError.Reason? {
      try failure { file in
        guard let tensor = file.tensors[name] else { return }
        file.tensors[name] = .init(
          shape: tensor.shape, .f32([Float](repeating: value, count: tensor.elements.count)))
      }
    }
    for name in [name, "blocks.0.importances", "blocks.2.bias", "blocks.1.bias.first"] {
      #expect(try fill(name, .nan) == .model(.notFinite(tensor: name)))
      #expect(try fill(name, .infinity) == .model(.notFinite(tensor: name)))
    }
    #expect(
      try fill("blocks.0.bias.second", -1) == .model(.negativeSecondMoment(tensor: "blocks.0.bias.second")))
    #expect(
      try fill("blocks.0.bias.second", .nan) == .model(.negativeSecondMoment(tensor: "blocks.0.bias.second")))
    #expect(try fill("blocks.0.bias.second", .infinity) == nil)
    // Another program may have written the same numbers as doubles.
    #expect(
      try failure { file in
        guard case .f32(let values)? = file.tensors[name]?.elements else { return }
        file.tensors[name] = .init(shape: [3, 3], .f64(values.map(Double.init)))
      } == nil)
    #expect(
      try failure { $0.tensors[name] = .init(shape: [3, 3], .f64([Double](repeating: 1e200, count: 9))) }
        == .model(.notFinite(tensor: name)))
  }

  @Test func aTrainingSectionOfAnotherTypeIsRefusedWhenAskedFor() throws {
    let pair = try ModelFile.encode(model, training: 5, location)
    let loaded = try ModelFile.decode(document: pair.document, tensors: pair.tensors, location)
    #expect(try loaded.training(as: Int.self) == 5)
    guard
      case .document(.badField("training", _)) = ModelFilesTests.failure({ () throws(ModelFileError) in
        _ = try loaded.training(as: [String].self)
      })?.reason
    else {
      Issue.record("the section must be named")
      return
    }
  }
}

/// The JSON text with the size and the checksum of these tensors.
func sealing(_ text: String, _ tensors: Data) -> Data {
  guard let section = text.range(of: "\"tensors\" : {"),
    let end = text[section.upperBound...].firstIndex(of: "}")
  else { return Data(text.utf8) }
  let seal = "\"bytes\": \(tensors.count), \"crc32\": \(crc(tensors))"
  return Data((text[..<section.upperBound] + seal + text[end...]).utf8)
}
