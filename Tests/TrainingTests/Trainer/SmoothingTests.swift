import Experiment
import Testing

@Suite struct SmoothingTests {
  private func snapshot(steps: Int) async -> Snapshot {
    let configuration = Configuration.small {
      $0.training.epochs = 10_000
      $0.training.steps = steps
    }
    let session = Session(configuration, first: [])
    await session.wait { $0.snapshot.step == steps && $0.snapshot.state.isFinal }
    _ = await session.stop()
    return session.snapshot
  }

  /// The curve must not change with how much of it is merged: averages of every step are kept, not averages of what is
  /// left of them.
  @Test func theLossIsSmoothedBeforeItIsMerged() async throws {
    let whole = await snapshot(steps: 2048)
    let raw = whole.trainLoss.buckets
    try #require(raw.count == 2048 && raw.allSatisfy { $0.count == 1 })
    var (average, weight) = (0.0, 0.0)
    let smoothed = raw.map { bucket in
      average += 0.01 * (Double(bucket.mean) - average)
      weight += 0.01 * (1 - weight)
      return average / weight
    }
    for (bucket, value) in zip(whole.smoothedTrainLoss.buckets, smoothed) {
      #expect(abs(Double(bucket.mean) - value) <= 1e-5 * abs(value))
    }
    // The same run, two steps longer.
    let merged = await snapshot(steps: 2050).smoothedTrainLoss.buckets
    try #require(merged.count == 1025)
    for (index, bucket) in merged.dropLast().enumerated() {
      let (first, second) = (smoothed[2 * index], smoothed[2 * index + 1])
      #expect(abs(Double(bucket.mean) - (first + second) / 2) <= 1e-5 * abs(first))
    }
  }
}
