import Experiment
import SyntheticData
import Testing
import Training

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
    // An epoch has fewer than a hundred steps.
    let share = 1 / Double(whole.stepsPerEpoch)
    #expect(whole.stepsPerEpoch < 100)
    var (average, weight) = (0.0, 0.0)
    let smoothed = raw.map { bucket in
      average += share * (Double(bucket.mean) - average)
      weight += share * (1 - weight)
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

  /// What the screen calls the train loss is what the files call it, at the end of an epoch; in between it is the mean
  /// of as many steps.
  @Test func theTrainLossIsTheMeanOfAnEpoch() async throws {
    let session = Session()
    await session.step(1)
    var losses = [Double(session.snapshot.trainLoss.last)]
    let perEpoch = session.snapshot.stepsPerEpoch
    #expect(session.snapshot.meanTrainLoss.map { abs($0 - losses[0]) < 1e-6 } == true)
    for step in 2...2 * perEpoch {
      await session.step(1)
      losses.append(Double(session.snapshot.trainLoss.last))
      let mean = try #require(session.snapshot.meanTrainLoss)
      let last = losses.suffix(perEpoch)
      // The last minibatch of an epoch may be smaller.
      #expect(abs(mean - last.reduce(0, +) / Double(last.count)) < 0.05 * mean, "after step \(step)")
    }
    let means = session.snapshot.meanTrainLoss
    await session.wait { $0.evaluations.last?.step == 2 * perEpoch }
    let written = try #require(session.evaluations.last?.trainLoss)
    #expect(means.map { abs($0 - written) < 1e-9 } == true)
    _ = await session.stop()
  }

  @Test func theWindowForgetsTheEpochBefore() {
    var recent = RecentLoss()
    #expect(recent.mean == nil)
    let totals = History.Totals()
    for step in 1...1_000 { recent.append(loss: 9, predictions: 4, at: step, of: 1_000, after: totals) }
    #expect(recent.mean == 9)
    for step in 1_001...1_500 { recent.append(loss: 1, predictions: 4, at: step, of: 1_000, after: totals) }
    #expect(abs((recent.mean ?? 0) - 5) < 0.1)
    for step in 1_501...2_000 { recent.append(loss: 1, predictions: 4, at: step, of: 1_000, after: totals) }
    #expect(recent.mean == 1)
  }

  @Test func aResumedRunGoesOnWithTheMeanOfBefore() {
    var (recent, totals) = (RecentLoss(), History.Totals())
    (totals.lastEpochLoss, totals.epochLoss, totals.epochRows) = (2, 50, 100)
    recent.append(loss: 0.5, predictions: 2, at: 151, of: 100, after: totals)
    #expect(abs((recent.mean ?? 0) - 1.25) < 0.05)
  }
}
