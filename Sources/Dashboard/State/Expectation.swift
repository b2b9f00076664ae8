import Experiment

/// What events have said that no snapshot shows yet. Snapshots follow events a little later, and the screen must not
/// contradict its own messages meanwhile. The next snapshot takes its place.
package struct Expectation: Equatable, Sendable {
  package var state: RunState?
  /// Epochs a second; the inner `nil` is an unlimited pace.
  package var pace: Double??
  package var learningRate: Double?
  package var canUndo = false
  package var canRedo = false

  package init() {}

  /// Adds what a later event says.
  mutating func merge(_ later: Expectation) {
    state = later.state ?? state
    pace = later.pace ?? pace
    learningRate = later.learningRate ?? learningRate
    canUndo = canUndo || later.canUndo
    canRedo = canRedo || later.canRedo
  }

  /// A snapshot as the next one will be, as far as that is known.
  func applied(to snapshot: Snapshot) -> Snapshot {
    var expected = snapshot
    if let state { expected.state = state }
    if let pace { expected.pace = pace }
    if let learningRate { expected.learningRate = learningRate }
    if canUndo { expected.undoDepth = max(1, snapshot.undoDepth) }
    if canRedo { expected.redoDepth = max(1, snapshot.redoDepth) }
    return expected
  }
}
