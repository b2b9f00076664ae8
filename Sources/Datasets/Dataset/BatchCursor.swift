import LinearAlgebra

/// Walks over all rows in a new random order every epoch, a batch at a time.
///
/// A value: a copy goes on bit-identically. The order of an epoch depends only on seed and epoch, so that a
/// number of steps alone is enough to come back to a place.
public struct BatchCursor: Equatable, Sendable {
  /// Rows in a batch, but perhaps for the last of an epoch.
  public let batchSize: Int
  /// ⌈rows / batchSize⌉
  public let batchesPerEpoch: Int
  /// The seed of the orders of all epochs.
  public let seed: UInt64
  /// Row indices of the epoch that the last batch belongs to, in order of use.
  public private(set) var order: [Int32]
  /// Epochs done.
  public private(set) var epoch = 0
  /// Batches taken in the current one.
  public private(set) var batchInEpoch = 0
  /// Whether `order` is still that of the epoch before.
  private var needsShuffle = true
  /// Whether each row is kept out of all batches; empty: none is.
  private var isWithheld: [Bool] = []

  /// - Parameter batchSize: the last batch of an epoch has what is left, if that is fewer.
  public init(rows: Int, batchSize: Int, seed: UInt64) {
    precondition(rows > 0 && rows <= Int(Int32.max) && batchSize > 0, "a batch needs rows")
    self.batchSize = min(batchSize, rows)
    batchesPerEpoch = (rows + self.batchSize - 1) / self.batchSize
    self.seed = seed
    order = Array(0..<Int32(rows))
  }

  /// Keeps rows out of all batches from now on, or none: in an epoch's order, others stand in their places, drawn at
  /// random. The number of batches stays.
  ///
  /// - Precondition: some row is left.
  public mutating func withhold(_ rows: [Int32]) {
    precondition(rows.count < order.count, "a batch needs rows")
    isWithheld = rows.isEmpty ? [] : [Bool](repeating: false, count: order.count)
    for row in rows { isWithheld[Int(row)] = true }
    if !needsShuffle { shuffle(epochOfBatch) }
  }

  /// Batches taken since the beginning.
  public var step: Int { epoch * batchesPerEpoch + batchInEpoch }

  /// The epoch of the batch taken last, from 0.
  public var epochOfBatch: Int { batchInEpoch == 0 ? max(epoch - 1, 0) : epoch }

  /// Takes the next batch: a range of `order`, valid until the next call. Allocates nothing, unless a copy
  /// of the cursor still shares the order of the epoch that ended.
  public mutating func next() -> Range<Int> {
    if needsShuffle { shuffle(epoch) }
    let first = batchInEpoch * batchSize
    let range = first..<min(first + batchSize, order.count)
    batchInEpoch += 1
    if batchInEpoch == batchesPerEpoch {
      (epoch, batchInEpoch) = (epoch + 1, 0)
      needsShuffle = true
    }
    return range
  }

  /// Goes to the place after so many batches since the beginning.
  public mutating func seek(toStep step: Int) {
    precondition(step >= 0, "steps are counted from 0")
    let withheld = isWithheld
    self = BatchCursor(rows: order.count, batchSize: batchSize, seed: seed)
    isWithheld = withheld
    (epoch, batchInEpoch) = step.quotientAndRemainder(dividingBy: batchesPerEpoch)
    if step > 0 { shuffle((step - 1) / batchesPerEpoch) }
    needsShuffle = batchInEpoch == 0
  }

  private mutating func shuffle(_ epoch: Int) {
    for index in order.indices { order[index] = Int32(index) }
    var stream = RandomStream(seed: seed &+ UInt64(epoch) &* 0x9E37_79B9_7F4A_7C15, purpose: "batches")
    stream.shuffle(&order)
    needsShuffle = false
    guard !isWithheld.isEmpty else { return }
    let kept = order.filter { !isWithheld[Int($0)] }
    for index in order.indices where isWithheld[Int(order[index])] {
      order[index] = kept[stream.below(kept.count)]
    }
  }
}
