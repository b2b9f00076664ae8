extension Sequence<Event> {
  /// The cuts in force after all these events, the first one first: what someone cut or compressed and no undo took back.
  public var cutsInForce: [Event] {
    var (done, undone): ([Edit], [Edit]) = ([], [])
    var previous: Event?
    for event in self {
      defer { previous = event }
      switch event.kind {
      case .truncated, .truncatedAll:
        done.append(Edit(cut: event))
        undone = []
      case .reordered, .policyChanged, .compressing, .compressingUntil:
        done.append(Edit())
        undone = []
      case .settled(_, let from, let to, _) where from != to:
        // The widths that a measurement sets are one edit.
        if let previous, previous.isMeasurement, previous.step == event.step, done.last?.isMeasured == true {
          break
        }
        done.append(Edit(isMeasured: true))
        undone = []
      case .compressed, .compressedUntil:
        // It began with an edit, unless a damaged file lacks that.
        if done.isEmpty { done.append(Edit()) }
        done[done.count - 1].cut = event
      case .undone: if let last = done.popLast() { undone.append(last) }
      case .redone: if let last = undone.popLast() { done.append(last) }
      default: break
      }
    }
    return done.compactMap(\.cut)
  }
}

/// What one undo takes back.
private struct Edit {
  var cut: Event?
  var isMeasured = false
}

extension Event {
  /// Whether a measurement says what it found of a layer's width.
  fileprivate var isMeasurement: Bool { if case .settled = kind { true } else { false } }
}
