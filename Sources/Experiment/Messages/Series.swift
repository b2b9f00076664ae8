/// A number's course over the steps of a run, in bounded memory, that never loses a spike.
///
/// Neighboring points are merged as the run grows, but every bucket keeps the smallest and the largest value
/// in it and counts what was not finite. Appending is O(1) amortized; at most `capacity` buckets are kept.
public struct Series: Equatable, Sendable {
  public struct Bucket: Equatable, Sendable {
    public var firstStep: Int
    public var lastStep: Int
    /// The least of the finite values; NaN if there are none.
    public var minimum: Float
    public var maximum: Float
    public var mean: Float
    public var count: Int
    /// NaN or infinite.
    public var nonFinite: Int

    public init(step: Int, value: Float) {
      firstStep = step
      lastStep = step
      let isFinite = value.isFinite
      minimum = isFinite ? value : .nan
      maximum = minimum
      mean = minimum
      count = isFinite ? 1 : 0
      nonFinite = isFinite ? 0 : 1
    }

    mutating func merge(_ later: Bucket) {
      lastStep = later.lastStep
      nonFinite += later.nonFinite
      guard later.count > 0 else { return }
      guard count > 0 else {
        (minimum, maximum, mean, count) = (later.minimum, later.maximum, later.mean, later.count)
        return
      }
      minimum = min(minimum, later.minimum)
      maximum = max(maximum, later.maximum)
      mean += (later.mean - mean) * Float(later.count) / Float(count + later.count)
      count += later.count
    }
  }

  public internal(set) var buckets: [Bucket] = []
  /// The last value appended; NaN before the first.
  public internal(set) var last: Float = .nan
  /// Points merged into each full bucket.
  var pointsPerBucket = 1
  var pointsInLast = 0
  let capacity: Int

  public init(capacity: Int = 2048) {
    precondition(capacity >= 2 && capacity % 2 == 0, "a series needs an even capacity")
    self.capacity = capacity
  }

  public var isEmpty: Bool { buckets.isEmpty }

  /// Adds the value at a step later than all before it.
  public mutating func append(_ value: Float, at step: Int) {
    let point = Bucket(step: step, value: value)
    last = value
    if !buckets.isEmpty && pointsInLast < pointsPerBucket {
      buckets[buckets.count - 1].merge(point)
      pointsInLast += 1
      return
    }
    if buckets.count == capacity { halve() }
    buckets.append(point)
    pointsInLast = 1
  }

  /// Removes and returns what came after a step (with the whole bucket the step falls into, if it goes on
  /// beyond it).
  public mutating func removeAll(after step: Int) -> Series {
    var removed = self
    let kept = buckets.firstIndex { $0.lastStep > step } ?? buckets.count
    removed.buckets.removeFirst(kept)
    buckets.removeLast(buckets.count - kept)
    pointsInLast = pointsPerBucket
    last = buckets.last?.mean ?? .nan
    return removed
  }

  private mutating func halve() {
    for index in 0..<buckets.count / 2 {
      var bucket = buckets[2 * index]
      bucket.merge(buckets[2 * index + 1])
      buckets[index] = bucket
    }
    buckets.removeLast(buckets.count / 2)
    pointsPerBucket *= 2
  }
}
