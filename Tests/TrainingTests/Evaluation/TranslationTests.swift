import AdaptiveWidth
import AtomicFiles
import Datasets
import Experiment
import Foundation
import Learning
import LinearAlgebra
import ModelFiles
import Testing
import Training

@Suite("Texts in training", .timeLimit(.minutes(15))) struct TranslationTests {
  private static let words = [
    ("one", "eins"), ("two", "zwei"), ("red", "rot"), ("sun", "Sonne"), ("sea", "Meer"),
  ]

  /// Word by word, in the other order.
  static func translations() throws -> Dataset {
    let folder = FileManager.default.temporaryDirectory.appending(path: "texts-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = RandomStream(seed: 8, purpose: "sentences")
    let sentences = (0..<220).map { _ in
      (0..<1 + random.below(4)).map { _ in words[random.below(words.count)] }
    }
    let source = sentences.map { $0.map(\.0).joined(separator: " ") + "\n" }.joined()
    let target = sentences.map { $0.reversed().map(\.1).joined(separator: " ") + "\n" }.joined()
    try Data(source.utf8).write(to: folder.appending(path: "train.en"))
    try Data(target.utf8).write(to: folder.appending(path: "train.de"))
    var options = DataOptions(path: folder.path, validation: 0.1, test: 0)
    options.vocabulary = 300
    return try Dataset.load(options, seed: 0)
  }

  static func configuration(_ kind: DataKind = .translations) -> Configuration {
    var result = Configuration.defaults(forData: DataOptions(path: "texts"), name: "texts", kind: kind)
    (result.network.modelSize, result.network.heads, result.network.depth) = (24, 2, 1)
    result.network.initialRate = 0.1
    result.training.learningRate = 0.005
    (result.training.epochs, result.training.batchSize, result.training.warmupSteps) = (40, 16, 10)
    return result
  }

  @Test func aTranslationIsLearned() async throws {
    let dataset = try Self.translations()
    let (session, outcome) = await Session.headless(Self.configuration(), dataset)
    #expect(outcome.widths.count == 2)
    let accuracy = try #require(outcome.validation?.accuracy)
    #expect(accuracy > 0.9)
    let network = await session.trainer.learning.network
    let interpreter = try #require(Translator(dataset.preparation))
    guard case .sentences(let held) = dataset.validation.structure else { return }
    let vocabulary = try #require(dataset.preparation.vocabulary)
    var workspace = Workspace()
    let said = interpreter.translations(
      of: dataset.validation, rows: 0..<dataset.validation.rows, by: network, &workspace)
    let right = (0..<held.rows).count { said[$0] == vocabulary.decode(held.target($0)) }
    #expect(2 * right > held.rows, "\(right) of \(held.rows)")
  }

  @Test func translationsAreShown() async throws {
    let session = Session(Self.configuration(), try Self.translations())
    await session.step(2)
    await session.wait { $0.isInspected(at: 2) }
    guard case .translations(let samples) = session.inspection?.input else {
      Issue.record("no translations")
      return
    }
    #expect(samples.count == 4)
    #expect(samples.allSatisfy { !$0.source.isEmpty && !$0.reference.isEmpty })
    #expect(session.inspection?.curves.count == 2)
    _ = await session.stop()
  }

  @Test func threadsShareTheSentencesOfAMinibatch() async throws {
    let dataset = try Self.translations()
    var networks: [[Float]] = []
    for threads in [1, 2] {
      var configuration = Self.configuration()
      (configuration.training.threads, configuration.training.steps) = (threads, 3)
      let (session, _) = await Session.headless(configuration, dataset)
      let parameters = await session.trainer.learning.network.parameters
      networks.append(parameters.flatMap(\.value.elements))
    }
    #expect(networks[0].count == networks[1].count)
    let isClose = zip(networks[0], networks[1]).allSatisfy { abs($0 - $1) < 2e-3 }
    #expect(isClose)
  }

  @Test func aModelComesBackFromItsFiles() async throws {
    let dataset = try Self.translations()
    let learning = LearningState(configuration: Self.configuration(), dataset: dataset)
    var model = SavedModel(
      network: learning.network, optimizer: learning.optimizer,
      origin: SavedModel.Origin(name: "texts", seed: 0, step: 0, epoch: 0, version: "1"))
    model.preparation = dataset.preparation
    let folder = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try ModelFile.write(model, to: ModelLocation(folder: folder))
    let loaded = try ModelFile.read(folder).model
    #expect(loaded.preparation == dataset.preparation)
    #expect(loaded.network.parameters.map(\.value) == learning.network.parameters.map(\.value))
    let rows = EvaluationRows(dataset.validation, targetScaling: nil)
    var workspace = Workspace()
    let before = learning.network.evaluate(rows, &workspace)
    #expect(loaded.network.evaluate(rows, &workspace) == before)
    // Of another vocabulary, the network's embeddings would be read beyond their end.
    guard case .translation(let vocabulary, let source, let target) = dataset.preparation.inputs else {
      return
    }
    let longer = Vocabulary(merges: vocabulary.merges + [Vocabulary.Merge(257, 256)])
    model.preparation?.inputs = .translation(try #require(longer), source: source, target: target)
    #expect(throws: ModelFileError.self) { try ModelFile.write(model, to: ModelLocation(folder: folder)) }
  }

  @Test func theLearningRateRisesOverTheWarmup() {
    var options = TrainingOptions(schedule: .constant)
    #expect(options.learningRateFactor(step: 0, of: 100) == 1)
    options.warmupSteps = 4
    #expect((0..<6).map { options.learningRateFactor(step: $0, of: 100) } == [0.25, 0.5, 0.75, 1, 1, 1])
    // In a short run over half of it at most.
    options.warmupSteps = 400
    #expect([0, 3, 4, 9].map { options.learningRateFactor(step: $0, of: 10) } == [0.2, 0.8, 1, 1])
    #expect(options.learningRateFactor(step: 0, of: 1) == 1)
    options.schedule = .cosine
    #expect(options.learningRateFactor(step: 100, of: 100) == 0.01)
  }

  @Test func textsAreClassified() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "texts-\(UUID().uuidString).csv")
    var random = RandomStream(seed: 9, purpose: "sentences")
    let rows = (0..<160).map { _ in
      let isGood = random.below(2) == 0
      let filler = (0..<random.below(4)).map { _ in Self.words[random.below(5)].0 }
      return ((filler + [isGood ? "warm" : "cold"]).joined(separator: " ")) + (isGood ? ",yes\n" : ",no\n")
    }
    try Data(("text,is\n" + rows.joined()).utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var options = DataOptions(path: file.path, validation: 0.2, test: 0)
    (options.text, options.vocabulary) = ("text", 300)
    let dataset = try Dataset.load(options, seed: 0)
    var configuration = Self.configuration(.texts)
    configuration.training.epochs = 15
    let (_, outcome) = await Session.headless(configuration, dataset)
    #expect(try #require(outcome.validation?.accuracy) > 0.9)
    #expect(outcome.widths.count == 1)
  }
}
