/// What a snapshot has that an earlier one of the same run had not, for a viewer or a file that has the earlier one.
///
/// Charts grow at their end, so that most of their buckets are the same: a snapshot of some hundred kilobytes becomes
/// one of a few.
public struct SnapshotChange: Codable, Equatable, Sendable {
  /// The later one, with empty charts.
  private var bare: Snapshot
  /// In the order of `Snapshot.charts`.
  private var charts: [SeriesChange]

  /// - Parameter earlier: what the reader has; `nil`: nothing.
  public init(of snapshot: Snapshot, since earlier: Snapshot?) {
    let before = earlier?.charts ?? []
    let after = snapshot.charts
    charts = after.indices.map { index in
      SeriesChange(of: after[index], since: index < before.count ? before[index] : nil)
    }
    bare = snapshot
    bare.charts = after.map { _ in Series() }
  }

  /// The later snapshot.
  ///
  /// - Throws: if it is no change of this one: what comes from outside may be anything.
  public func applied(to earlier: Snapshot?) throws(InvalidChange) -> Snapshot {
    let before = earlier?.charts ?? []
    guard bare.charts.count == charts.count else { throw InvalidChange() }
    var snapshot = bare
    var restored: [Series] = []
    for (index, chart) in charts.enumerated() {
      restored.append(try chart.applied(to: index < before.count ? before[index] : nil))
    }
    snapshot.charts = restored
    return snapshot
  }

  /// It does not fit the snapshot it is to change, or breaks a rule that all charts keep.
  public struct InvalidChange: Error, Equatable, Sendable {}
}

extension Snapshot {
  /// All series over steps, in one order. Setting them takes as many as there are.
  var charts: [Series] {
    get {
      [trainLoss, smoothedTrainLoss, validationLoss, validationMetric] + layers.map(\.widthHistory)
        + abandonedLoss
    }
    set {
      (trainLoss, smoothedTrainLoss, validationLoss, validationMetric) = (
        newValue[0], newValue[1], newValue[2], newValue[3]
      )
      for layer in layers.indices { layers[layer].widthHistory = newValue[4 + layer] }
      for index in abandonedLoss.indices { abandonedLoss[index] = newValue[4 + layers.count + index] }
    }
  }
}

/// The buckets that a series has beyond, or in place of, those of an earlier one.
struct SeriesChange: Codable, Equatable, Sendable {
  /// First buckets that both have.
  private var kept: Int
  /// The first and last step of each further bucket, and how many values are finite and not finite.
  @Packed private var counts: [Int]
  /// The minimum, maximum and mean of each further bucket.
  @Packed private var values: [Float]
  private var last: Float
  private var pointsPerBucket: Int
  private var pointsInLast: Int
  private var capacity: Int

  init(of series: Series, since earlier: Series?) {
    let (before, after) = (earlier?.buckets ?? [], series.buckets)
    let limit = min(before.count, after.count)
    var kept = 0
    while kept < limit, before[kept].isIdentical(to: after[kept]) { kept += 1 }
    self.kept = kept
    counts = after[kept...].flatMap { [$0.firstStep, $0.lastStep, $0.count, $0.nonFinite] }
    values = after[kept...].flatMap { [$0.minimum, $0.maximum, $0.mean] }
    (last, pointsPerBucket) = (series.last, series.pointsPerBucket)
    (pointsInLast, capacity) = (series.pointsInLast, series.capacity)
  }

  private static let maxBuckets = 1 << 16

  func applied(to earlier: Series?) throws(SnapshotChange.InvalidChange) -> Series {
    let before = earlier?.buckets ?? []
    let count = values.count / 3
    guard (0...before.count).contains(kept), counts.count == 4 * count, values.count == 3 * count,
      (2...Self.maxBuckets).contains(capacity), capacity % 2 == 0, kept + count <= capacity,
      pointsPerBucket >= 1, pointsPerBucket <= 1 << 40, (0...pointsPerBucket).contains(pointsInLast)
    else { throw SnapshotChange.InvalidChange() }
    var buckets = Array(before[..<kept])
    for index in 0..<count {
      let numbers = counts[4 * index..<4 * index + 4]
      guard numbers.allSatisfy({ (0...1 << 52).contains($0) }), numbers[4 * index] <= numbers[4 * index + 1],
        (buckets.last?.lastStep ?? 0) <= numbers[4 * index]
      else { throw SnapshotChange.InvalidChange() }
      var bucket = Series.Bucket(step: numbers[4 * index], value: .nan)
      bucket.lastStep = numbers[4 * index + 1]
      (bucket.count, bucket.nonFinite) = (numbers[4 * index + 2], numbers[4 * index + 3])
      (bucket.minimum, bucket.maximum) = (values[3 * index], values[3 * index + 1])
      bucket.mean = values[3 * index + 2]
      buckets.append(bucket)
    }
    var series = Series(capacity: capacity)
    series.buckets = buckets
    (series.last, series.pointsPerBucket, series.pointsInLast) = (last, pointsPerBucket, pointsInLast)
    return series
  }
}

extension Series.Bucket {
  /// Whether they are the same to the bit: NaN is NaN.
  fileprivate func isIdentical(to other: Series.Bucket) -> Bool {
    firstStep == other.firstStep && lastStep == other.lastStep && count == other.count
      && nonFinite == other.nonFinite && minimum.bitPattern == other.minimum.bitPattern
      && maximum.bitPattern == other.maximum.bitPattern && mean.bitPattern == other.mean.bitPattern
  }
}

// As JSON, a series stands for its whole change from nothing.
extension Series: Codable {
  public init(from decoder: any Decoder) throws {
    self = try SeriesChange(from: decoder).applied(to: nil)
  }

  public func encode(to encoder: any Encoder) throws {
    try SeriesChange(of: self, since: nil).encode(to: encoder)
  }
}
