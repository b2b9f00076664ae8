import Experiment
import Testing

@Suite struct SeriesTests {
  /// Values with gaps, spikes and infinities, always the same ones.
  private static func values(_ count: Int) -> [Float] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { index in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      if index % 97 == 11 { return [.nan, .infinity, -.infinity][index % 3] }
      return Float(state % 1_000_003) / 1_000 * (index % 501 == 7 ? 1_000 : 1)
    }
  }

  private static func filled(_ values: [Float], capacity: Int) -> Series {
    var series = Series(capacity: capacity)
    for (step, value) in values.enumerated() { series.append(value, at: step) }
    return series
  }

  @Test(arguments: [2, 4, 64, 2_048], [0, 1, 2, 3, 63, 64, 65, 1_000, 4_099])
  func bucketsAreBoundedAndKeepEveryExtreme(capacity: Int, count: Int) {
    let values = Self.values(count)
    let series = Self.filled(values, capacity: capacity)
    #expect(series.buckets.count <= capacity)
    #expect(series.isEmpty == values.isEmpty)
    var next = 0
    for bucket in series.buckets {
      #expect(bucket.firstStep == next)
      let inside = values[bucket.firstStep...bucket.lastStep]
      let finite = inside.filter(\.isFinite)
      #expect(bucket.count == finite.count)
      #expect(bucket.nonFinite == inside.count - finite.count)
      if finite.isEmpty {
        #expect(bucket.minimum.isNaN && bucket.maximum.isNaN && bucket.mean.isNaN)
      } else {
        #expect(bucket.minimum == finite.min())
        #expect(bucket.maximum == finite.max())
        let mean = finite.reduce(0.0) { $0 + Double($1) } / Double(finite.count)
        #expect(abs(Double(bucket.mean) - mean) <= 1e-3 * max(1, abs(mean)))
      }
      next = bucket.lastStep + 1
    }
    #expect(next == count)
  }

  @Test func copiesStayAsTheyWere() {
    let values = Self.values(300)
    var (series, copies) = (Series(capacity: 128), [Series]())
    for (step, value) in values.enumerated() {
      copies.append(series)
      series.append(value, at: step)
    }
    for (count, copy) in copies.enumerated() {
      let alone = Self.filled(Array(values[..<count]), capacity: 128)
      #expect(copy.buckets.map(\.lastStep) == alone.buckets.map(\.lastStep))
      #expect(copy.buckets.map(\.mean.bitPattern) == alone.buckets.map(\.mean.bitPattern))
      #expect(copy.bucketCount == copy.buckets.count && copy.lastStep == copy.buckets.last?.lastStep)
    }
  }

  @Test func shortSeriesKeepEveryPoint() {
    let series = Self.filled([3, .nan, 1], capacity: 4)
    #expect(series.buckets.map(\.firstStep) == [0, 1, 2])
    #expect(series.buckets.map(\.nonFinite) == [0, 1, 0])
    #expect(series.last == 1)
    #expect(Series().last.isNaN)
  }

  @Test(arguments: [-1, 0, 57, 150, 998, 999, 5_000])
  func removingSplitsAtAStep(step: Int) {
    let values = Self.values(1_000)
    var series = Self.filled(values, capacity: 64)
    let whole = series.buckets
    let removed = series.removeAll(after: step)
    #expect(series.buckets.map(\.firstStep) + removed.buckets.map(\.firstStep) == whole.map(\.firstStep))
    #expect(series.buckets.allSatisfy { $0.lastStep <= step })
    #expect((removed.buckets.first?.lastStep ?? .max) > step)
  }

  @Test func aSeriesGoesOnAfterARemoval() {
    var series = Self.filled(Self.values(1_000), capacity: 64)
    _ = series.removeAll(after: 500)
    let kept = (series.buckets.last?.lastStep ?? -1) + 1
    for step in kept..<5_000 { series.append(Float(step), at: step) }
    #expect(series.buckets.count <= 64)
    #expect(series.buckets.last?.maximum == 4_999)
    #expect(zip(series.buckets, series.buckets.dropFirst()).allSatisfy { $0.lastStep < $1.firstStep })
  }

  @Test func removingEverythingLeavesAnEmptySeries() {
    var series = Self.filled([1, 2, 3], capacity: 4)
    _ = series.removeAll(after: -1)
    #expect(series.isEmpty && series.last.isNaN)
    series.append(7, at: 0)
    #expect(series.buckets == [Series.Bucket(step: 0, value: 7)])
  }
}
