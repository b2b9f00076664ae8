import Experiment

/// The moments before structural edits, newest last, and those that were undone.
struct UndoStack: Sendable {
  struct Entry: Sendable {
    var learning: LearningState
    var history: History
    var patience: PatienceMeter
    /// After which the run is finished.
    var epochs: Int
    var stepLimit: Int?
  }

  /// Steps back that are kept; older ones are forgotten.
  static let depth = 16

  private var past: [Entry] = []
  private var future: [Entry] = []

  var undoDepth: Int { past.count }
  var redoDepth: Int { future.count }

  /// Keeps the moment before an edit; what was undone before it can not be redone any more.
  mutating func push(_ entry: Entry) {
    past.append(entry)
    if past.count > Self.depth { past.removeFirst() }
    future = []
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
}
