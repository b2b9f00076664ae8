import Experiment

extension Recording {
  /// Without what an undo took back: what came after the step to which the undo returned, and the measurements that were
  /// the edit itself. Where a redo brought that again, it is as if there had been neither.
  package static func withoutUndone(_ events: [Event]) -> [Event] {
    var kept: [Event] = []
    var takenBack: [(start: Int, events: ArraySlice<Event>)] = []
    for event in events {
      switch event.kind {
      case .undone(let step):
        let start = startOfStretch(after: step, in: kept)
        takenBack.append((start, kept[start...]))
        kept.removeSubrange(start...)
      case .redone:
        guard let stretch = takenBack.popLast() else { break }
        kept.removeSubrange(min(stretch.start, kept.count)...)
        kept += stretch.events
        continue
      default: break
      }
      kept.append(event)
    }
    return kept
  }

  /// The steps between what an undo returned to and what a redo did: what was measured there may be of either network.
  static func redoneSteps(_ events: [Event]) -> [Range<Int>] {
    var (steps, takenBack) = ([Range<Int>](), [Int]())
    for event in events {
      if case .undone(let step) = event.kind { takenBack.append(step) }
      if case .redone(let step) = event.kind, let first = takenBack.popLast(), first + 1 < step {
        steps.append(first + 1..<step)
      }
    }
    return steps
  }

  private static func startOfStretch(after step: Int, in events: [Event]) -> Int {
    let end = events.firstIndex { $0.step > step } ?? events.count
    guard var start = events[..<end].lastIndex(where: \.isStructural), events[start].step == step,
      events[start].isMeasurement
    else { return end }
    while start > 0, events[start - 1].step == step, events[start - 1].isMeasurement { start -= 1 }
    return start
  }

  /// From which step on each event is shown: its own, or that of a later event if the run has gone back.
  static func stepsOfShowing(_ events: [Event]) -> [Int] {
    var steps: [Int] = []
    var least = Int.max
    for event in events.reversed() {
      // The step of a warning is not known.
      if case .warning = event.kind {} else { least = min(least, event.step) }
      steps.append(least)
    }
    return steps.reversed()
  }
}
