import Experiment
import Foundation
import LinearAlgebra
import Messaging
import RunFolders
import SyntheticData
import Testing
import Training

@Suite(.timeLimit(.minutes(15))) struct RecorderTests {
  private static func lines(_ path: String) throws -> [[String: Any]] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.hasSuffix("\n"))
    return try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// A line of `metrics.jsonl`.
  private struct Line: Decodable, Equatable {
    var step: Int
    var epoch: Double
    var train_loss: Double
    var validation_loss: Double
    var validation_accuracy: Double?
    var rates: [Double]
    var widths: [Int]
    var parameters: Int?
  }

  private static func decoded<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> [Value] {
    try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n"))
      .map { try JSONDecoder().decode(type, from: $0) }
  }

  private static func recorder(_ folder: String, _ channels: RunChannels) throws -> RunRecorder {
    try RunRecorder(folder: folder, experiment: "name = \"x\"\n") { channels.warn($0) }
  }

  /// Every evaluation and every event, in order, in folders made as needed.
  @Test func aRunFolderHoldsTheRun() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/runs/first"
    let session = Session(recorder: { try? Self.recorder(folder, $0) })
    await session.step(4)
    await session.send(.truncate(layer: 0, width: 10))
    await session.send(.resume)
    await session.wait { $0.snapshot.state == .finished }
    _ = await session.stop()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        == [
          ".lock", "checkpoint.json", "checkpoint.safetensors", "events.jsonl", "experiment.toml",
          "inspections.jsonl", "metrics.jsonl",
        ])
    #expect(try String(contentsOfFile: "\(folder)/experiment.toml", encoding: .utf8) == "name = \"x\"\n")

    let keys: Set = [
      "step", "epoch", "seconds", "train_loss", "validation_loss", "validation_accuracy", "rates", "widths",
      "parameters",
    ]
    #expect(try Self.lines("\(folder)/metrics.jsonl").allSatisfy { Set($0.keys) == keys })
    let metrics = try Self.decoded(Line.self, "\(folder)/metrics.jsonl")
    #expect(
      metrics
        == session.evaluations.map {
          Line(
            step: $0.step, epoch: $0.epoch, train_loss: $0.trainLoss, validation_loss: $0.validation.loss,
            validation_accuracy: $0.validation.accuracy, rates: $0.rates, widths: $0.widths,
            parameters: $0.parameters)
        })
    #expect(session.count(.warning("")) == 0)
    let events = try Self.decoded(Event.self, "\(folder)/events.jsonl")
    #expect(events.filter { $0.command != Session.fence } == session.events)
  }

  /// Losses that are no numbers are still lines of JSON.
  @Test func aDivergedRunIsRecorded() async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = Session(
      .small {
        $0.training.optimizer = .sgd
        $0.training.learningRate = 1e9
        $0.training.epochs = 50
      }, Synthetic.values(), isWatched: false, first: [], recorder: { try? Self.recorder(folder, $0) })
    #expect(await session.outcome().isDiverged)
    #expect(try !Self.lines("\(folder)/events.jsonl").isEmpty)
  }

  @Test func anExistingFolderIsRefusedAndLeftAlone() throws {
    let scratch = try Scratch()
    #expect(throws: RunFolderError.exists(scratch.path)) {
      try RunRecorder(folder: scratch.path, experiment: "") { _ in }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    #expect(RunFolderError.exists("a/b").description.contains("a/b"))
  }

  @Test func aFolderThatCanNotBeMadeLeavesNothing() throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/file"
    try Data("kept".utf8).write(to: URL(fileURLWithPath: file))
    do {
      _ = try RunRecorder(folder: "\(file)/run", experiment: "") { _ in }
      Issue.record("a folder inside a file")
    } catch {
      guard case .cannotCreate("\(file)/run", let reason) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(!reason.isEmpty && error.description.contains("--output"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["file"])
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
  }

  /// A full disk, or a file that can not be opened: said once, and training goes on.
  @Test(arguments: [true, false])
  func aFailureIsToldOnce(isFullDisk: Bool) async throws {
    let scratch = try Scratch()
    let folder = "\(scratch.path)/run"
    let session = Session(
      isWatched: false, first: [],
      recorder: { channels in
        let recorder = try? Self.recorder(folder, channels)
        for name in ["events.jsonl", "metrics.jsonl"] {
          let path = "\(folder)/\(name)"
          if isFullDisk {
            try? FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/full")
          } else {
            try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
          }
        }
        return recorder
      })
    let outcome = await session.outcome()
    #expect(outcome.steps == 12 && !outcome.isStopped)
    let warnings = session.events.filter { if case .warning = $0.kind { true } else { false } }
    #expect(warnings.count == 1)
    #expect(session.count(.finished) == 1 && session.evaluations.count == 4)
    if case .warning(let text)? = warnings.first?.kind {
      #expect(text.contains(folder))
    }
  }
}

@Suite struct ExperimentFileTests {
  private static func roundTrip(_ configuration: Configuration) throws -> Configuration {
    let scratch = try Scratch()
    let path = "\(scratch.path)/experiment.toml"
    try ExperimentFile.text(configuration).write(toFile: path, atomically: false, encoding: .utf8)
    return try ExperimentFile.configuration(contentsOf: path)
  }

  @Test func defaultsComeBack() throws {
    for task in BuiltInTask.allCases {
      #expect(try Self.roundTrip(.defaults(for: task)) == .defaults(for: task))
    }
  }

  @Test func everySettingComesBack() throws {
    let configuration = Configuration(
      name: "a \"quoted\" naïve \\ name\nin two lines",
      data: DataOptions(
        path: "some folder/dät'a.csv", target: "the \"price\"", validation: 0.25, test: 0.125,
        testPath: "test.csv.gz"),
      network: NetworkOptions(
        hiddenLayers: 3, activation: .leakyReLU, fixedWidths: [7, 5, 3], importance: .powerLaw,
        initialRate: 0.423, initialBiasScale: 20, quantile: 0.95, minimumRate: 1e-7),
      prior: PriorOptions(weightScale: 100, rate: NormalPrior(mean: 1, scale: 1e-3)),
      training: TrainingOptions(
        epochs: 12, steps: 34, batchSize: 56, optimizer: .sgd, learningRate: 1e-20, schedule: .cosine,
        momentum: 0.5, patience: 7, seed: 9_007_199_254_740_993, pace: 2))
    #expect(try Self.roundTrip(configuration) == configuration)
  }

  /// A run can be repeated only if every digit of its settings was kept.
  @Test func numbersComeBackToTheBit() throws {
    var configuration = Configuration.defaults(for: .spiral)
    var random = RandomStream(seed: 1, purpose: "settings")
    for _ in 0..<50 {
      configuration.training.learningRate = random.uniform()
      configuration.network.minimumRate = 1e-9 * random.uniform()
      configuration.prior.weightScale = 1e30 * random.uniform()
      configuration.prior.rate = NormalPrior(mean: random.normal(), scale: 1e-6 + 1e-5 * random.uniform())
      #expect(try Self.roundTrip(configuration) == configuration)
    }
  }

  @Test(arguments: [0, 1, UInt64(Int64.max)])
  func anySeedComesBack(seed: UInt64) throws {
    var configuration = Configuration.defaults(for: .spiral)
    configuration.training.seed = seed
    #expect(try Self.roundTrip(configuration) == configuration)
  }
}
