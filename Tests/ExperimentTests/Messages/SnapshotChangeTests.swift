import Experiment
import Foundation
import Testing

@Suite struct SnapshotChangeTests {
  private func snapshot(steps: Int, layers: Int = 2) -> Snapshot {
    var snapshot = Snapshot()
    snapshot.step = steps
    snapshot.layers = (0..<layers).map { _ in LayerSnapshot(width: 5, rate: 0.1) }
    for step in 1...max(1, steps) {
      snapshot.trainLoss.append(step % 17 == 0 ? .nan : 1 / Float(step), at: step)
      if step % 10 == 0 { snapshot.validationLoss.append(2 / Float(step), at: step) }
      for layer in 0..<layers { snapshot.layers[layer].widthHistory.append(Float(step % 7), at: step) }
    }
    return snapshot
  }

  private func passed(_ change: SnapshotChange) throws -> SnapshotChange {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(SnapshotChange.self, from: encoder.encode(change))
  }

  /// NaN is no value that equals itself: what is compared is what is shown.
  private func expectSame(_ one: Snapshot, _ other: Snapshot) {
    #expect("\(one)" == "\(other)")
  }

  @Test(arguments: [1, 5, 40, 3_000, 10_000]) func aSnapshotComesWhole(steps: Int) throws {
    let whole = snapshot(steps: steps)
    expectSame(try passed(SnapshotChange(of: whole, since: nil)).applied(to: nil), whole)
  }

  /// Also over steps at which the buckets of a series are merged, and after an undo.
  @Test func changesFollowARun() throws {
    var shown: Snapshot?
    for steps in [1, 2, 40, 41, 2_000, 2_100, 4_095, 4_097, 9_000, 300, 310] {
      let next = snapshot(steps: steps)
      shown = try passed(SnapshotChange(of: next, since: shown)).applied(to: shown)
      expectSame(try #require(shown), next)
    }
  }

  @Test func aChangeIsSmall() throws {
    let (before, after) = (snapshot(steps: 4_000), snapshot(steps: 4_010))
    let whole = try JSONEncoder.withNaN.encode(SnapshotChange(of: after, since: nil)).count
    let change = try JSONEncoder.withNaN.encode(SnapshotChange(of: after, since: before)).count
    #expect(change * 20 < whole, "\(change) of \(whole) bytes")
  }

  @Test func aChangeOfAnotherSnapshotIsRefused() throws {
    let change = SnapshotChange(of: snapshot(steps: 4_010), since: snapshot(steps: 4_000))
    #expect(throws: SnapshotChange.InvalidChange.self) { try change.applied(to: nil) }
    #expect(throws: SnapshotChange.InvalidChange.self) { try change.applied(to: snapshot(steps: 9)) }
  }
}

extension JSONEncoder {
  fileprivate static var withNaN: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return encoder
  }
}
