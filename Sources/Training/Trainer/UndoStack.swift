import Experiment

/// The moments before structural edits, newest last, and those that were undone.
///
/// Memory is bounded: the oldest moments are forgotten when there are more than `maxDepth`, or when the sum of their
/// sizes exceeds `bytes`; the newest `minDepth` are kept unless the sum exceeds `maxBytes`. Parts that several moments
/// share are counted in each, so the true use is at most the sum.
package struct UndoStack: Sendable {
  package static let maxDepth = 64
  package static let minDepth = 8

  private let bytes: Int
  private let maxBytes: Int
  private var past: [RunMoment] = []
  private var future: [RunMoment] = []
  /// Edits that can no longer be undone.
  package private(set) var forgotten = 0

  package init(bytes: Int = 256 << 20, maxBytes: Int = 2 << 30) {
    (self.bytes, self.maxBytes) = (bytes, maxBytes)
  }

  package var undoDepth: Int { past.count }
  var redoDepth: Int { future.count }

  /// Keeps the moment before an edit; what was undone before it can no longer be redone.
  package mutating func push(_ entry: RunMoment) {
    future = []
    past.append(entry)
    var total = past.reduce(0) { $0 + $1.bytes }
    while past.count > 1,
      past.count > Self.maxDepth || total > (past.count > Self.minDepth ? bytes : maxBytes)
    {
      total -= past.removeFirst().bytes
      forgotten += 1
    }
  }

  /// The moment before the last edit; `present` can be returned to by `redo`.
  mutating func undo(present: RunMoment) -> RunMoment? {
    guard let entry = past.popLast() else { return nil }
    future.append(present)
    return entry
  }

  mutating func redo(present: RunMoment) -> RunMoment? {
    guard let entry = future.popLast() else { return nil }
    past.append(present)
    return entry
  }

  /// As a sentence says it when `undo` has nothing.
  package var reasonForNothingToUndo: String {
    forgotten == 0 ? "there is no structural edit to undo" : Command.forgottenEdits
  }
}
