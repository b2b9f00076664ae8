import Experiment

/// How far what was measured is true of the network as it is now.
package enum Currency: Equatable, Sendable {
  case present
  /// The network at this step, more than an epoch ago, and more than a second at the present speed.
  case aged(step: Int)
  /// An edit has replaced the network since.
  case replaced
  /// Nothing was measured yet.
  case missing

  /// Whether it is to be drawn as something of the past.
  package var isOld: Bool { if case .aged = self { true } else { self == .replaced } }
}

extension State {
  package func currency(of part: Inspection.Part) -> Currency {
    guard let step = run.inspection?.step(of: part) else { return .missing }
    if run.outdated.contains(part) { return .replaced }
    return isAged(step) ? .aged(step: step) : .present
  }

  /// Whether the network of a step is an epoch and a second of training ago. Of small tables, a thousand epochs pass in
  /// a second: nothing that is measured is younger than one of them then.
  package func isAged(_ step: Int) -> Bool {
    // Nothing renews what was recorded.
    if isRecording { return false }
    let perEpoch = snapshot.stepsPerEpoch
    let speed = snapshot.stepsPerSecond
    let perSecond = speed.isFinite && speed < 1e12 ? Int(speed) : 0
    return perEpoch > 0 && snapshot.step - step > max(perEpoch, perSecond)
  }

  /// The part of an inspection whose curve the trade-off pane shows.
  package var shownPart: Inspection.Part { isJoint ? .joint : .layer(cut.layer) }
}

extension Currency {
  /// For the border of a pane, the most important first.
  var pieces: [StatusText.Piece] {
    switch self {
    case .aged(let step): [.init("from step \(NumberText.grouped(step))", 0), .init("being renewed", 1)]
    case .present, .replaced, .missing: []
    }
  }
}
