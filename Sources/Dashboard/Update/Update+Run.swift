import Experiment

extension State {
  mutating func take(_ snapshot: Snapshot) {
    run.phase = .ready
    run.snapshot = snapshot
    if snapshot.state.isFinal && question == .quit { question = nil }
    let layers = snapshot.layers
    if run.frontier?.whole.widths.count != layers.count { run.frontier = nil }
    cut.layer = max(0, min(cut.layer, layers.count - 1))
    if cut.kept.count > layers.count { cut.kept.removeLast(cut.kept.count - layers.count) }
    while cut.kept.count < layers.count { cut.kept.append(nil) }
    if let reason = question?.content.obsolescence(in: self) {
      question = nil
      _ = say("canceled: \(reason)", tone: .warning)
    }
  }

  mutating func take(_ event: Event) {
    if let id = event.command { commands.pending[id] = nil }
    let meaning = EventMeaning(event.kind)
    var message = Wording.event(event, compressKey: hint("compress"))
    if case .testEvaluated = event.kind {
      run.testEvaluations += 1
      // Whoever chooses by them often has none left to judge by.
      if run.testEvaluations > 1 {
        message.text += "\(Wording.clauseSeparator)measured \(run.testEvaluations) times in this run"
      }
    }
    log(message, isShown: event.isNews)
    mark(event, meaning.marker)
    if meaning.replacesNetwork { markInspectionStale() }
    for layer in cut.kept.indices where meaning.cutLayers.contains(layer) { cut.kept[layer] = nil }
  }

  /// A recording may go back, so nothing of what was shown stays but how it is looked at.
  private mutating func clear() {
    (run.markers, run.testEvaluations, messages.log) = ([], 0, [])
  }

  mutating func show(_ playback: String, _ events: [Event], _ snapshot: Snapshot) {
    run.link = .recorded(playback)
    clear()
    take(history: events)
    take(snapshot)
  }

  /// What is shown is old, and commands wait.
  mutating func take(silence seconds: Int?) {
    if run.silence == nil, seconds != nil {
      log(
        Message(
          tone: .warning,
          text: "no sign of life of the run: its process may be stopped, or its machine asleep; commands wait"
        ),
        isShown: true)
    } else if run.silence != nil, seconds == nil {
      log(Message(tone: .good, text: "the run is heard of again"), isShown: true)
    }
    run.silence = seconds
  }

  /// The last that was shown stays.
  mutating func disconnect(_ reason: String) {
    (run.link, run.silence) = (.lost(reason: reason), nil)
    (question, commands.pending) = (nil, [:])
    log(Message(tone: .warning, text: "\(reason): what is shown is the last there was"), isShown: true)
  }

  /// What happened before: nothing of it is news.
  mutating func take(history: [Event]) {
    for event in history {
      let meaning = EventMeaning(event.kind)
      log(Wording.event(event), isShown: false)
      mark(event, meaning.marker)
      if case .testEvaluated = event.kind { run.testEvaluations += 1 }
    }
  }

  /// Inspections that arrive from now on are of the network after the edit.
  private mutating func markInspectionStale() {
    run.outdated = run.inspection?.parts ?? []
    (run.frontier, run.price) = (nil, nil)
    if question?.content.needsFreshPrices == true {
      question = nil
      _ = say("canceled: its price was that of the network before the edit", tone: .warning)
    }
  }

  /// Structural edits become markers; an undo takes those of the stretch it abandons with it.
  private mutating func mark(_ event: Event, _ edit: Marker.Edit?) {
    guard let edit else { return }
    var step = event.step
    if case .undone(let to) = event.kind {
      step = to
      for index in run.markers.indices where run.markers[index].step > to {
        run.markers[index].isAbandoned = true
      }
    } else if case .redone(let to) = event.kind {
      step = to
      for index in run.markers.indices where run.markers[index].step <= to {
        run.markers[index].isAbandoned = false
      }
    }
    run.markers.append(Marker(step: step, edit: edit))
  }
}

extension Event {
  /// Whether the line above the keys says it: what happens at the start of every run only the log does.
  fileprivate var isNews: Bool {
    switch kind {
    case .started, .explored: false
    default: true
    }
  }
}
