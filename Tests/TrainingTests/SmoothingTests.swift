import Experiment
import Testing

@Suite struct SmoothingTests {
  /// The curve must not change with how much of it is merged: averages of every step are kept, not averages of what is
  /// left of them.
  @Test func theLossIsSmoothedBeforeItIsMerged() async throws {
    let session = Session(.small { $0.training.epochs = 10_000 })
    await session.step(2048)
    let raw = session.snapshot.trainLoss.buckets
    try #require(raw.count == 2048 && raw.allSatisfy { $0.count == 1 })
    var (average, weight) = (0.0, 0.0)
    let smoothed = raw.map { bucket in
      average += 0.01 * (Double(bucket.mean) - average)
      weight += 0.01 * (1 - weight)
      return average / weight
    }
    for (bucket, value) in zip(session.snapshot.smoothedTrainLoss.buckets, smoothed) {
      #expect(abs(Double(bucket.mean) - value) <= 1e-5 * abs(value))
    }
    await session.step(2)
    let merged = session.snapshot.smoothedTrainLoss.buckets
    try #require(merged.count == 1025)
    for (index, bucket) in merged.dropLast().enumerated() {
      let (first, second) = (smoothed[2 * index], smoothed[2 * index + 1])
      #expect(abs(Double(bucket.mean) - (first + second) / 2) <= 1e-5 * abs(first))
    }
    _ = await session.stop()
  }
}
