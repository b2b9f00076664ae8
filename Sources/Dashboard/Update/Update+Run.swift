import Experiment

extension State {
  mutating func take(_ snapshot: Snapshot) {
    run.phase = .ready
    run.snapshot = snapshot
    let layers = snapshot.layers
    cut.layer = max(0, min(cut.layer, layers.count - 1))
    if cut.kept.count > layers.count { cut.kept.removeLast(cut.kept.count - layers.count) }
    while cut.kept.count < layers.count { cut.kept.append(nil) }
    if let reason = question?.obsolescence(in: self) {
      question = nil
      _ = say("cancelled: \(reason)", tone: .warning)
    }
  }

  mutating func take(_ event: Event) {
    if let id = event.command { commands.pending[id] = nil }
    let message = Wording.event(event, compressKey: hint("compress"))
    log(message, isShown: event.kind != .started)
    mark(event)
    if event.makesInspectionStale { outdateLooks() }
    // Snapshots come a little later: what the event says is true already.
    if event.canBeUndone { run.snapshot.undoDepth = max(1, run.snapshot.undoDepth) }
    switch event.kind {
    case .undone: run.snapshot.redoDepth = max(1, run.snapshot.redoDepth)
    case .paused: run.snapshot.state = .paused
    case .resumed: run.snapshot.state = .running
    case .paceChanged(let pace): run.snapshot.pace = pace
    case .learningRateChanged(let rate): run.snapshot.learningRate = rate
    case .truncated(let layer, _, _), .compressed(let layer, _, _, _):
      if cut.kept.indices.contains(layer) { cut.kept[layer] = nil }
    case .truncatedAll, .compressedUntil: cut.kept = cut.kept.map { _ in nil }
    case .finished, .stoppedEarly: run.snapshot.state = .finished
    case .stopped: run.snapshot.state = .stopped
    case .diverged: run.snapshot.state = .diverged
    default: break
    }
    if run.snapshot.state.isFinal && question == .quit { question = nil }
  }

  /// From now on, looks that arrive are of the network after the edit.
  private mutating func outdateLooks() {
    run.isInspectionStale = run.inspection != nil
    run.frontier = nil
    if case .truncateTo = question {
      question = nil
      _ = say("cancelled: its price was that of the network before the edit", tone: .warning)
    }
  }

  /// Structural edits become markers; an undo takes those of the stretch it abandons with it.
  private mutating func mark(_ event: Event) {
    guard event.isStructural else { return }
    var step = event.step
    switch event.kind {
    case .undone(let to):
      step = to
      for index in run.markers.indices where run.markers[index].step > to {
        run.markers[index].isAbandoned = true
      }
    case .redone(let to):
      step = to
      for index in run.markers.indices where run.markers[index].step <= to {
        run.markers[index].isAbandoned = false
      }
    default: break
    }
    run.markers.append(Marker(step: step, label: Wording.marker(event.kind)))
  }
}

extension Event {
  /// Whether the network is another than before, at once: one compressed to a width fell to it step by step.
  fileprivate var makesInspectionStale: Bool {
    switch kind {
    case .truncated, .truncatedAll, .compressedUntil, .undone, .redone: true
    case .compressionStep(_, _, _, _, let backTo): backTo != nil
    default: false
    }
  }
}
