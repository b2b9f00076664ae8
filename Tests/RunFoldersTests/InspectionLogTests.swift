import Experiment
import Foundation
import RunFolders
import Testing

/// What a run's folder keeps of inspections.
@Suite struct InspectionLogTests {
  private func inspection(_ step: Int, points: Int = 231) -> Inspection {
    let metrics = { (value: Double) in Metrics(loss: value * 1.234_567_89, accuracy: value) }
    let curve = TradeoffCurve(
      step: step, layer: 0,
      points: (1...points).map {
        TradeoffPoint(
          width: $0, widths: [$0], metrics: metrics(Double($0) / Double(points)),
          plain: metrics(0.123_456_789), parameters: 5 * $0, multiplyAdds: 4 * $0)
      }, isExact: true)
    return Inspection(
      step: step, curves: [curve], contributions: [(0..<points).map { Float($0) * 0.123_456 }],
      input: .plane(
        DecisionMap(
          columns: 96, rows: 48, x: 0...1, y: 0...1, classes: [UInt8](repeating: 1, count: 96 * 48),
          confidence: [Float](repeating: 0.987_65, count: 96 * 48),
          points: (0..<500).map { .init(x: Float($0) / 7, y: 0, label: 0) })))
  }

  /// An hour in which something is measured ten times a second.
  @Test func anHourIsLessThanTwoMegabytes() throws {
    var log = InspectionLog()
    let start = ContinuousClock.now
    var (bytes, lines, lastSecond) = (0, 0, 0)
    let sample = inspection(1)
    for tenth in 0..<36_000 {
      guard let line = log.line(sample, at: start + .milliseconds(100 * tenth)) else { continue }
      (bytes, lines, lastSecond) = (bytes + line.count, lines + 1, tenth / 10)
    }
    #expect(bytes < 2_000_000 && lines > 60)
    #expect(lastSecond > 3_500, "the end of the hour is kept too")
  }

  @Test func aScreenfulIsKept() throws {
    var log = InspectionLog()
    let written = log.line(inspection(7))
    let line = try #require(written)
    #expect(line.last == UInt8(ascii: "\n") && line.count < InspectionLog.maxBytes)
    let kept = try JSONDecoder().decode(Inspection.self, from: line)
    #expect(kept.step == 7 && kept.inputStep == 7)
    let curve = try #require(kept.curves.first)
    #expect(curve.points.first?.width == 1 && curve.points.last?.width == 231 && curve.points.count == 32)
    #expect(!curve.isExact)
    #expect(kept.contributions.first?.count == 231 && kept.contributions[0][1] == 0.12)
    guard case .plane(let map) = kept.input else {
      Issue.record("no plane")
      return
    }
    #expect(map.classes.count == map.columns * map.rows && map.confidence.count == map.classes.count)
  }

  @Test func whatAnUndoTookBackIsLeftOut() throws {
    let scratch = try Scratch()
    var text = Data()
    for step in [1, 5, 9, 3, 4] {
      var log = InspectionLog()
      let written = log.line(inspection(step, points: 5))
      text += try #require(written)
    }
    try (text + Data("nonsense\n{\"step\":".utf8)).write(
      to: URL(filePath: "\(scratch.path)/inspections.jsonl"))
    #expect(RunFolder.inspections(in: scratch.path).map(\.step) == [1, 3, 4])
    #expect(RunFolder.inspections(in: "\(scratch.path)/none").isEmpty)
  }
}
