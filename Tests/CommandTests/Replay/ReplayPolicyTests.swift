import Experiment
import Testing
import UserInterface

/// A replay shows the policies of layers that the run had.
@Suite(.timeLimit(.minutes(15))) struct ReplayPolicyTests {
  private typealias Edit = (step: Int, kind: Event.Kind)

  /// Of two layers after the last of the edits, with evaluations of these widths at the steps 100, 200, ….
  private func policies(_ edits: [Edit], widths: [[Int]] = [[30, 9]]) -> [String] {
    let evaluations = widths.enumerated().map {
      Evaluation(
        step: 100 * ($0 + 1), epoch: Double($0 + 1), seconds: 1, trainLoss: 1, validation: Metrics(loss: 1),
        rates: [0.1, 0.2], widths: $1, parameters: nil)
    }
    let events = edits.map { Event(step: $0.step, epoch: 1, kind: $0.kind) }
    let recording = Recording(of: .defaults(for: .spiral), evaluations, events, [])
    return recording.snapshot(at: recording.count - 1).layers.map {
      $0.policy.rawValue + ($0.ceiling.map { " \($0)" } ?? "")
    }
  }

  @Test func theCutOfARunIsItsCeiling() async throws {
    let (scratch, folder) = try await recordedRun(epochs: 3)
    defer { withExtendedLifetime(scratch) {} }
    let layer = try Recording(folder: folder).snapshot(at: 0).layers[0]
    #expect(layer.policy == .cap && layer.ceiling == 30)
  }

  private static let one = Event.Kind.truncated(layer: 0, from: 40, to: 30)
  private static let all = Event.Kind.truncatedAll(from: [30, 9], to: [20, 9])
  private static let hold = Event.Kind.policyChanged(layer: 1, .hold)

  @Test func cutsCapTheLayersThatTheyCut() {
    #expect(policies([]) == ["adapt", "adapt"])
    #expect(policies([(50, Self.one)]) == ["cap 30", "adapt"])
    #expect(policies([(50, Self.one), (60, Self.all)]) == ["cap 20", "adapt"])
    #expect(policies([(50, Self.hold), (60, .truncated(layer: 1, from: 12, to: 9))]) == ["adapt", "hold 9"])
  }

  @Test func aChosenPolicyHasTheWidthOfItsStep() {
    let widths = [[30, 9], [25, 8]]
    #expect(
      policies([(120, .policyChanged(layer: 0, .cap)), (130, Self.hold)], widths: widths) == [
        "cap 30", "hold 8",
      ])
    #expect(
      policies([(120, Self.one), (130, .policyChanged(layer: 0, .adapt))], widths: widths) == [
        "adapt", "adapt",
      ])
  }

  @Test func compressionEndsInACeilingOrHoldsTheWidth() {
    let begun = Event.Kind.compressing(layer: 1, from: 12, target: 9)
    let ended = Event.Kind.compressed(layer: 1, from: 12, to: 9, target: 9)
    #expect(policies([(20, Self.hold), (50, begun)]) == ["adapt", "adapt"])
    #expect(policies([(50, begun), (80, ended)]) == ["adapt", "cap 9"])
    let search = Event.Kind.compressingUntil(layers: [0], tolerance: 0.01)
    let found = Event.Kind.compressedUntil(from: [40, 9], to: [30, 9], isStopped: false)
    #expect(policies([(50, search), (80, found)]) == ["hold 30", "adapt"])
  }

  @Test func whatAnUndoTookBackHasNoPolicy() {
    #expect(policies([(50, Self.one), (50, .undone(to: 50))]) == ["adapt", "adapt"])
    #expect(policies([(50, Self.one), (60, Self.all), (60, .undone(to: 60))]) == ["cap 30", "adapt"])
    #expect(policies([(50, Self.one), (50, .undone(to: 50)), (50, .redone(to: 50))]) == ["cap 30", "adapt"])
    let need = WidthNeed(width: 5, logMean: 1.6, logDeviation: 0.1, worth: 0)
    let measured = Event.Kind.settled(layer: 0, from: 30, to: 5, need: need)
    #expect(policies([(50, Self.one), (60, measured), (60, .undone(to: 60))]) == ["cap 30", "adapt"])
  }
}
