import AtomicFiles
import Datasets
import Experiment
import Foundation
import ModelFiles
import RunFolders
import SyntheticData
import Testing
import Training

/// Folders that no run can go on in.
@Suite(.timeLimit(.minutes(15))) struct ResumeRefusalTests {
  private let scratch: Scratch
  private var folder: String { "\(scratch.path)/run" }

  init() throws { scratch = try Scratch() }

  /// A run that was stopped after five steps.
  private func stopped(_ run: RecordedRun = RecordedRun()) async throws -> RecordedRun {
    let session = try run.begin(in: folder)
    await session.step(5)
    _ = await session.stop()
    return run
  }

  @Test func whatIsNoRunFolder() async throws {
    #expect(throws: RunFolderError.notFound(folder)) { try RunFolder(of: folder) }
    #expect(throws: RunFolderError.noExperiment(scratch.path)) { try RunFolder(of: scratch.path) }
    let run = try await stopped()
    for name in ["checkpoint.json", "checkpoint.safetensors"] {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    #expect(throws: ModelFileError(.access(.noModelInFolder(name: "checkpoint.json")), file: folder)) {
      try run.resume(in: folder)
    }
  }

  @Test func aFolderInUse() async throws {
    let run = RecordedRun()
    let session = try run.begin(in: folder)
    await session.step(1)
    #expect(throws: RunFolderError.inUse(folder)) { try RunFolder(of: folder) }
    _ = await session.stop()
  }

  @Test func otherData() async throws {
    var run = try await stopped()
    let before = try contents()
    run.dataset.training.features[17].negate()
    #expect(throws: ResumeError.self) { try run.resume(in: folder) }
    run.dataset = Synthetic.plane(rows: 91)
    let failure = #expect(throws: ResumeError.self) { try run.resume(in: folder) }
    #expect(failure?.description.contains("91 training rows of 2 features instead of 90 of 2") == true)
    run.dataset = Synthetic.plane()
    if case .classes(var labels) = run.dataset.validation.targets {
      labels[3] = 1 - labels[3]
      run.dataset.validation.targets = .classes(labels)
    }
    #expect(throws: ResumeError.self) { try run.resume(in: folder) }
    #expect(try contents() == before)
  }

  @Test(
    arguments: [
      { $0.network.hiddenLayers = 2 }, { $0.network.activation = .tanh }, { $0.network.fixedWidths = [47] },
      { $0.network.quantile = 0.8 }, { $0.network.minimumRate = 1e-3 }, { $0.training.seed = 1 },
      { $0.training.batchSize = 31 }, { $0.training.optimizer = .sgd }, { $0.training.momentum = 0.8 },
      { $0.network.choose(.powerLaw) }, { $0.network.method = .settle },
      { ($0.network.method, $0.network.importanceScale) = (.settle, .sum) },
      { $0.network.importanceScale = .first },
    ] as [@Sendable (inout Configuration) -> Void])
  func anotherExperiment(change: @Sendable (inout Configuration) -> Void) async throws {
    var run = try await stopped()
    let before = try contents()
    change(&run.configuration)
    let failure = #expect(throws: ResumeError.self) { try run.resume(in: folder) }
    guard case .otherExperiment? = failure?.reason else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(try contents() == before)
  }

  @Test(
    arguments: [
      { $0.network.method = .paper }, { $0.network.posterior = .gaussian },
      { $0.prior.rate = NormalPrior(mean: 0.1, scale: 0.1) }, { $0.network.importanceScale = .sum },
    ] as [@Sendable (inout Configuration) -> Void])
  func anotherMethodThanThatOfMeasurements(change: @Sendable (inout Configuration) -> Void) async throws {
    for settle in [Switch.on, .off] {
      try? FileManager.default.removeItem(atPath: folder)
      let measured = Configuration.small { ($0.network.method, $0.network.settle) = (.settle, settle) }
      var run = try await stopped(RecordedRun(configuration: measured))
      change(&run.configuration)
      let failure = #expect(throws: ResumeError.self) { try run.resume(in: folder) }
      #expect(failure?.description.contains("the checkpoint is of another") == true)
    }
  }

  /// Extents are equal, but the blocks compute something else.
  @Test func anotherArchitectureOfEqualExtents() async throws {
    let changes: [(NetworkKind, Dataset, String, @Sendable (inout NetworkOptions) -> Void)] = [
      (
        .rnn, Synthetic.sequences(), "backpropagation_steps: none instead of 3",
        { $0.backpropagationSteps = 3 }
      ),
      (.rnn, Synthetic.sequences(), "activation: \"relu6\" instead of \"tanh\"", { $0.activation = .tanh }),
      (.gin, Synthetic.graphs(), "pooling: \"sum\" instead of \"mean\"", { $0.pooling = .mean }),
    ]
    for (kind, dataset, clause, change) in changes {
      try? FileManager.default.removeItem(atPath: folder)
      let configuration = Configuration.small {
        ($0.network.kind, $0.network.stateSize) = (kind, 5)
        ($0.network.depth, $0.network.channels) = (1, 4)
        ($0.network.pooling, $0.network.initialRate) = (.sum, 0.3)
      }
      var run = try await stopped(RecordedRun(configuration: configuration, dataset: dataset))
      change(&run.configuration.network)
      let failure = #expect(throws: ResumeError.self, "\(clause)") { try run.resume(in: folder) }
      #expect(failure?.description.contains(clause) == true, "\(String(describing: failure))")
    }
  }

  @Test func epochsThatAreDone() async throws {
    let run = try await stopped()
    let failure = #expect(throws: ResumeError.self) { try run.resume(in: folder, epochs: 1) }
    #expect(failure?.reason == .epochsDone(5 / 3, asked: 1))
    #expect(failure?.description.contains("1 epoch is done, so the run cannot go on to epoch 1;") == true)
  }

  @Test func aNetworkAlone() async throws {
    let run = try await stopped()
    let loaded = try ModelFile.read(folder)
    try ModelFile.write(loaded.model, to: loaded.location)
    let failure = #expect(throws: ResumeError.self) { try run.resume(in: folder) }
    #expect(failure?.reason == .noTraining)
  }

  /// No damage to the section crashes what reads it.
  @Test(arguments: [
    "\"step\" : 5", "\"epochs\" : 4", "\"batch_size\" : 32", "\"batches_per_epoch\" : 3", "\"samples\"",
    "\"epoch_rows\" : ", "\"events.jsonl\" : ", "\"since_best\" : ",
  ])
  func numbersThatCanNotBe(place: String) async throws {
    let run = try await stopped()
    let path = "\(folder)/checkpoint.json"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(text.range(of: "\"training\""))
    let range = try #require(text.range(of: place, range: start.lowerBound..<text.endIndex))
    let colon = try #require(text.range(of: ": ", range: range.lowerBound..<text.endIndex))
    for number in ["-1", "9223372036854775807", "1e400", "null", "[]"]
    where
      !(place.contains("events") && number.hasPrefix("9"))
    {
      let end = text[colon.upperBound...].firstIndex { ",\n".contains($0) }!
      try (text[..<colon.upperBound] + number + text[end...]).write(
        toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: (any Error).self, "\(place) \(number)") { try run.resume(in: folder) }
    }
  }

  private func contents() throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: "\(folder)/\($0)") ?? Data())
      })
  }
}
