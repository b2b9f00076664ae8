import Experiment
import Testing

@Suite struct MetricsTests {
  @Test func accuracyCountsBeforeLoss() {
    let better = Metrics(loss: 2, accuracy: 0.9)
    let worse = Metrics(loss: 1, accuracy: 0.8)
    #expect(better.isBetter(than: worse) && !worse.isBetter(than: better))
    #expect(Metrics(loss: 1, accuracy: 0.9).isBetter(than: better))
  }

  @Test func rmseCountsBeforeLoss() {
    let better = Metrics(loss: 2, rmse: 3, r2: 0.1)
    let worse = Metrics(loss: 1, rmse: 4, r2: 0.9)
    #expect(better.isBetter(than: worse) && !worse.isBetter(than: better))
    #expect(Metrics(loss: 1, rmse: 3).isBetter(than: better))
  }

  @Test func nothingIsBetterThanItself() {
    for metrics in [Metrics(loss: 1, accuracy: 1), Metrics(loss: 1, rmse: 1), Metrics(loss: 1)] {
      #expect(!metrics.isBetter(than: metrics))
    }
  }

  @Test func anyNumberIsBetterThanNone() {
    let undefined = Metrics(loss: .nan, rmse: .nan)
    let defined = Metrics(loss: 9, rmse: 9)
    #expect(defined.isBetter(than: undefined) && !undefined.isBetter(than: defined))
    #expect(Metrics(loss: 9).isBetter(than: Metrics(loss: .nan)))
  }

  @Test func aCurveGivesTheMeasuredPointNearestToAWidth() {
    let points = [2, 5, 9].map {
      TradeoffPoint(width: $0, widths: [$0], metrics: Metrics(loss: 1), parameters: 1, multiplyAdds: 1)
    }
    let curve = TradeoffCurve(step: 1, layer: 0, points: points, isExact: false)
    let found = [1, 2, 4, 5, 8, 9, 100].map { curve.point(at: $0)?.width }
    #expect(found == [2, 2, 5, 5, 9, 9, 9])
    #expect(TradeoffCurve(step: 1, layer: 0, points: [], isExact: true).point(at: 3) == nil)
  }

  @Test func structuralEventsAreThoseThatChangeTheNetwork() {
    let structural: [Event.Kind] = [
      .truncated(layer: 0, from: 2, to: 1), .truncatedAll(from: [2], to: [1]),
      .compressing(layer: 0, from: 2, target: 1), .compressed(layer: 0, from: 2, to: 1, target: 1),
      .policyChanged(layer: 0, .hold), .undone(to: 1), .redone(to: 1),
    ]
    let others: [Event.Kind] = [
      .started, .paused, .resumed, .stepped, .paceChanged(nil), .learningRateChanged(1),
      .testEvaluated(Metrics(loss: 1)), .rejected(reason: ""), .diverged, .finished, .stoppedEarly,
      .keptBest(epoch: 2), .stopped,
      .warning(""),
    ]
    func isStructural(_ kind: Event.Kind) -> Bool { Event(step: 0, epoch: 0, kind: kind).isStructural }
    #expect(structural.allSatisfy(isStructural))
    #expect(!others.contains(where: isStructural))
  }

  @Test func widthPoliciesFollowOneAnotherInACircle() {
    for policy in WidthPolicy.allCases {
      #expect(policy.next != policy && policy.next.next.next == policy)
    }
  }
}
