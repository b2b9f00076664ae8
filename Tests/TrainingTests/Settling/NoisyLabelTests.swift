import AdaptiveWidth
import Datasets
import Experiment
import Foundation
import LinearAlgebra
import SyntheticData
import Testing
import Training

/// Runs whose labels say little, so that a network which has learned them by heart is overconfident.
@Suite(.timeLimit(.minutes(15))) struct NoisyLabelTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static func run(isNoisy: Bool = true) -> RecordedRun {
    var dataset = Synthetic.classes(columns: 6, rows: 300, validation: 50)
    if isNoisy {
      var random = RandomStream(seed: 4, purpose: "labels")
      dataset.training.targets = .classes((0..<300).map { _ in Int32(random.below(2)) })
    }
    return RecordedRun(
      configuration: .small {
        ($0.network.method, $0.prior.weightScale) = (.settle, nil)
        ($0.training.epochs, $0.training.learningRate) = (40, 0.02)
      }, dataset: dataset)
  }

  /// T, as the folder's checkpoint has it.
  private func temperature(in folder: String) throws -> Double? {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/checkpoint.json"))
    var found = try JSONSerialization.jsonObject(with: data)
    for key in ["training", "label_temperature", "value"] {
      found = try #require((found as? [String: Any])?[key], "\(key)")
    }
    return found as? Double
  }

  @Test(arguments: [true, false]) func thePriorCountsTheMoreTheLessLabelsSay(isNoisy: Bool) async throws {
    let session = try Self.run(isNoisy: isNoisy).begin(in: "\(scratch.path)/run")
    await session.step(160)
    _ = await session.stop()
    let temperature = try #require(try temperature(in: "\(scratch.path)/run"))
    #expect(isNoisy ? temperature > 4 : temperature < 1.5, "\(temperature)")
    let said = session.events.filter { if case .labelsAreNoisy = $0.kind { true } else { false } }
    #expect(said.map(\.kind) == (isNoisy ? [.labelsAreNoisy(temperature: temperature)] : []))
  }

  @Test func aRunThatWasStoppedBetweenChecksEndsAsOneThatWasNot() async throws {
    let (run, whole, stopped) = (Self.run(), "\(scratch.path)/whole", "\(scratch.path)/stopped")
    let session = try run.begin(in: whole, isWatched: false, first: [])
    let expected = try await RunResult(session, await session.outcome(), whole)
    let begun = try run.begin(in: stopped, isWatched: false, first: [], stopsAt: 60)
    _ = await begun.outcome()
    #expect(try #require(try temperature(in: stopped)) > 1)
    let resumed = try run.resume(in: stopped)
    #expect(try await RunResult(resumed, await resumed.outcome(), stopped) == expected)
  }
}
