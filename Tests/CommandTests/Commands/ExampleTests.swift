import Datasets
import Experiment
import Foundation
import Messaging
import RunFolders
import Testing
import Training

@Suite struct ExampleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let files: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "examples").path)
    return (names ?? []).filter { $0.hasSuffix(".toml") && $0 != "config.toml" }.sorted()
  }()

  private static func text(_ file: String) throws -> String {
    try String(contentsOf: root.appending(path: "examples/\(file)"), encoding: .utf8)
  }

  @Test func thereAreExamples() { #expect(Self.files.count >= 6) }

  @Test(arguments: files) func anExampleIsAnExperiment(file: String) throws {
    let path = Self.root.appending(path: "examples/\(file)").path
    let configuration = try ExperimentFile.configuration(contentsOf: path)
    #expect(configuration.problem == nil)
    // Paths in them are relative to the folder above.
    if var data = Optional(configuration.data), data.path?.hasPrefix("examples/") ?? false {
      data.path = data.path.map { Self.root.appending(path: $0).path }
      data.testPath = data.testPath.map { Self.root.appending(path: $0).path }
      #expect(try Dataset.load(data, seed: 0).training.rows > 0)
    }
  }

  /// A comment may hold a setting, as in `# patience = 20`.
  @Test func everySettingIsInOneOfThem() throws {
    var all = Configuration.defaults(forData: DataOptions(path: "x.csv"), name: "x", kind: .table)
    all.data.task = .spiral
    (all.data.target, all.data.testPath) = ("y", "y.csv")
    all.network.fixedWidths = [1]
    all.prior.rate = NormalPrior(mean: 1, scale: 1)
    all.training.steps = 1
    (all.training.patience, all.training.threads, all.training.pace) = (1, 1, 1)
    func settings(_ text: String) -> Set<String> {
      Set(text.matches(of: #/(?m)^(?:# )?([a-z_]+) = /#).map { String($0.1) })
    }
    let shown = try Self.files.reduce(into: Set<String>()) { $0.formUnion(settings(try Self.text($1))) }
    #expect(settings(ExperimentFile.text(all)).subtracting(shown) == [])
  }

  @Test func theBudgetIsKept() async throws {
    let path = Self.root.appending(path: "examples/budget.toml").path
    var configuration = try ExperimentFile.configuration(contentsOf: path)
    configuration.training.epochs = 20
    configuration.training.threads = 1
    let dataset = try Dataset.load(configuration.data, seed: 0)
    let channels = RunChannels()
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: channels, isWatched: false)
    let outcome = await trainer.run(measuringTest: false)
    #expect(outcome.widths.count == 1 && outcome.widths[0] <= 20)
    #expect(channels.evaluations.drain().allSatisfy { $0.widths[0] <= 20 })
  }

  @Test func theSequencesAreLearned() async throws {
    let path = Self.root.appending(path: "examples/sequences.toml").path
    var configuration = try ExperimentFile.configuration(contentsOf: path)
    configuration.data.path = configuration.data.path.map { Self.root.appending(path: $0).path }
    configuration.training.threads = 1
    let dataset = try Dataset.load(configuration.data, for: configuration.network.kind, seed: 0)
    let trainer = Trainer(
      configuration: configuration, dataset: dataset, channels: RunChannels(), isWatched: false)
    let outcome = await trainer.run(measuringTest: true)
    #expect(try #require(outcome.validation?.accuracy) > 0.85)
    #expect(try #require(outcome.test?.accuracy) > 0.8)
  }
}
