import Experiment
import Testing

/// Which cuts a run's events leave in force.
@Suite struct CutsInForceTests {
  private static let need = WidthNeed(width: 5, logMean: 1.6, logDeviation: 0.1, worth: 0)
  private static func cut(_ to: Int) -> Event.Kind { .truncated(layer: 0, from: 99, to: to) }
  private static func settled(_ layer: Int) -> Event.Kind {
    .settled(layer: layer, from: 9, to: 5, need: need)
  }

  private static let compressed: [Event.Kind] = [
    .compressing(layer: 0, from: 9, target: 4), .compressed(layer: 0, from: 9, to: 4, target: 4),
  ]

  /// What someone did, and which of these events are the cuts that are left.
  static let cases: [([Event.Kind], [Int])] = [
    ([.started], []),
    ([cut(9), cut(8)], [0, 1]),
    ([cut(9), cut(8), .undone(to: 9)], [0]),
    ([cut(9), cut(8), .undone(to: 9), .redone(to: 9)], [0, 1]),
    ([cut(9), .undone(to: 9), cut(7), .undone(to: 9), .undone(to: 9)], []),
    // An undo takes back the last edit, be it no cut, and the widths that one measurement set are one edit.
    ([cut(9), .reordered(layer: 0), .undone(to: 9)], [0]),
    ([cut(9), .policyChanged(layer: 0, .hold), .undone(to: 9)], [0]),
    ([cut(9), settled(0), settled(1), .undone(to: 9)], [0]),
    ([cut(9), settled(0), .priceChanged(price: 0.1), settled(0), .undone(to: 9), .undone(to: 9)], [0]),
    ([cut(9), settled(0), settled(1), .undone(to: 9), .undone(to: 9)], []),
    // The room that a layer begins with cannot be undone.
    ([cut(9), .explored(layer: 0, from: 9, to: 512), .undone(to: 9)], []),
    // A measurement that changed nothing is no edit.
    ([cut(9), .settled(layer: 0, from: 9, to: 9, need: need), .undone(to: 9)], []),
    (compressed, [1]),
    (compressed + [.undone(to: 9)], []),
    ([.truncatedAll(from: [9, 9], to: [5, 5])] + compressed, [0, 2]),
    ([.compressedUntil(from: [9], to: [4], isStopped: false)], [0]),
    ([.undone(to: 9), .redone(to: 9)], []),
  ]

  @Test(arguments: cases.indices) func undoneCutsAreNotInForce(index: Int) {
    let (kinds, left) = Self.cases[index]
    let events = kinds.map { Event(step: 9, epoch: 1, kind: $0) }
    #expect(events.cutsInForce == left.map { events[$0] }, "\(kinds)")
  }

  /// Measurements at different steps are different edits.
  @Test func measurementsAtTwoStepsAreTwoEdits() {
    let events = [(1, Self.cut(9)), (2, Self.settled(0)), (3, Self.settled(0)), (3, .undone(to: 3))].map {
      Event(step: $0.0, epoch: 1, kind: $0.1)
    }
    #expect(events.cutsInForce == [events[0]])
    #expect((events + [Event(step: 2, epoch: 1, kind: .undone(to: 2))]).cutsInForce == [events[0]])
  }
}
