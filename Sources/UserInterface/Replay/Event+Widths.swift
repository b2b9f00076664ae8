import Experiment

/// What a replay makes of the events of a run.
extension Event {
  /// What an edit made of the width of a layer; `nil`: nothing.
  package func widths(of layer: Int) -> (from: Int, to: Int)? {
    switch kind {
    case .truncated(layer, let from, let to, _), .explored(layer, let from, let to),
      .settled(layer, let from, let to, _):
      (from, to)
    case .truncatedAll(let from, let to, _), .compressedUntil(let from, let to, _):
      from.indices.contains(layer) && to.indices.contains(layer) ? (from[layer], to[layer]) : nil
    default: nil
    }
  }

  var isMeasurement: Bool { if case .settled = kind { true } else { false } }

  /// What was measured before is of another network.
  var replacesNetwork: Bool {
    switch kind {
    case .settled(_, let from, let to, _): from != to
    case .truncated, .truncatedAll, .reordered, .explored, .compressedUntil, .undone, .redone: true
    default: false
    }
  }
}
