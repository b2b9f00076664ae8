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

    /// Merges a point of its own bucket.
    mutating func add(_ value: Float, at step: Int) {
      guard value.isFinite && count > 0 else { return merge(Bucket(step: step, value: value)) }
      lastStep = step
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      count += 1
      mean += (value - mean) / Float(count)
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

  /// All buckets but the last, in parts; all parts but the last are full. Snapshots and undo share them, and an append
  /// then copies the last part only.
  private var parts: [[Bucket]] = []
  /// The last bucket, which points are added to. Not in an array, whose checks take a part of a small network's
  /// step that can be measured.
  private var open: Bucket?
  private static let partCapacity = 64

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

  public var isEmpty: Bool { open == nil }

  /// O(buckets).
  public internal(set) var buckets: [Bucket] {
    get { Array(parts.joined()) + (open.map { [$0] } ?? []) }
    set {
      open = newValue.last
      let closed = newValue.dropLast()
      parts = stride(from: 0, to: closed.count, by: Self.partCapacity).map {
        Array(closed[$0..<min($0 + Self.partCapacity, closed.count)])
      }
    }
  }

  public var bucketCount: Int {
    let closed = parts.last.map { (parts.count - 1) * Self.partCapacity + $0.count } ?? 0
    return open == nil ? closed : closed + 1
  }

  public var lastStep: Int? { open?.lastStep }

  /// Adds the value at a step later than all before it.
  public mutating func append(_ value: Float, at step: Int) {
    last = value
    if pointsInLast < pointsPerBucket && open != nil {
      open!.add(value, at: step)
      pointsInLast += 1
      return
    }
    if bucketCount == capacity { halve() }
    if let open { close(open) }
    open = Bucket(step: step, value: value)
    pointsInLast = 1
  }

  private mutating func close(_ bucket: Bucket) {
    if parts.last?.count ?? Self.partCapacity == Self.partCapacity { parts.append([]) }
    parts[parts.count - 1].append(bucket)
  }

  /// Removes and returns what came after a step (with the whole bucket the step falls into, if it goes on
  /// beyond it).
  public mutating func removeAll(after step: Int) -> Series {
    var (kept, removed) = (buckets, self)
    let count = kept.firstIndex { $0.lastStep > step } ?? kept.count
    removed.buckets = Array(kept[count...])
    kept.removeLast(kept.count - count)
    buckets = kept
    pointsInLast = pointsPerBucket
    last = kept.last?.mean ?? .nan
    return removed
  }

  private mutating func halve() {
    let all = buckets
    buckets = (0..<all.count / 2).map { index in
      var bucket = all[2 * index]
      bucket.merge(all[2 * index + 1])
      return bucket
    }
    pointsPerBucket *= 2
  }
}
