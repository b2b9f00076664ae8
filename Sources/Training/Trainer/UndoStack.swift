import AdaptiveWidth
import Experiment

/// The moments before structural edits, newest last, and those that were undone.
///
/// Memory is bounded: the oldest moments are forgotten when there are more than `depth`, or when all together take more
/// than `bytes`; the newest `least` are kept unless they take more than `mostBytes`.
package struct UndoStack: Sendable {
  package struct Entry: Sendable {
    var learning: LearningState
    var history: History
    var patience: EarlyStopping
    /// After which the run is finished.
    var epochs: Int
    var stepLimit: Int?

    /// What it takes at most: parts that moments share are counted in each.
    package var bytes: Int { learning.bytes + history.bytes }
  }

  package static let depth = 64
  package static let least = 8

  private let bytes: Int
  private let mostBytes: Int
  private var past: [Entry] = []
  private var future: [Entry] = []
  /// Edits that can not be undone any more.
  package private(set) var forgotten = 0

  package init(bytes: Int = 256 << 20, mostBytes: Int = 2 << 30) {
    (self.bytes, self.mostBytes) = (bytes, mostBytes)
  }

  package var undoDepth: Int { past.count }
  var redoDepth: Int { future.count }

  /// Keeps the moment before an edit; what was undone before it can not be redone any more.
  package mutating func push(_ entry: Entry) {
    future = []
    past.append(entry)
    var total = past.reduce(0) { $0 + $1.bytes }
    while past.count > 1,
      past.count > Self.depth || total > (past.count > Self.least ? bytes : mostBytes)
    {
      total -= past.removeFirst().bytes
      forgotten += 1
    }
  }

  /// The moment before the last edit; `present` can be returned to by `redo`.
  mutating func undo(present: Entry) -> Entry? {
    guard let entry = past.popLast() else { return nil }
    future.append(present)
    return entry
  }

  mutating func redo(present: Entry) -> Entry? {
    guard let entry = future.popLast() else { return nil }
    past.append(present)
    return entry
  }

  /// As a sentence says it when `undo` has nothing.
  package var reasonForNothingToUndo: String {
    forgotten == 0
      ? "there is no structural edit to undo"
      : "the \(forgotten) oldest \(forgotten == 1 ? "edit is" : "edits are") forgotten, to bound memory"
  }
}

extension LearningState {
  fileprivate var bytes: Int {
    network.parameters.reduce(0) { $0 + $1.value.bytes + $1.first.bytes + $1.second.bytes }
      + cursor.order.count * MemoryLayout<Int32>.stride
  }
}

extension History {
  fileprivate var bytes: Int {
    let series = [trainLoss, smoothedTrainLoss, validationLoss, validationMetric] + widths + abandonedLoss
    return series.reduce(0) { $0 + $1.buckets.count } * MemoryLayout<Series.Bucket>.stride
  }
}
