/// One box of the dashboard, in the order `tab` visits them.
public enum Pane: Int, CaseIterable, Sendable {
  case loss, width, input, rate, neurons, tradeoff

  /// The pane after this one, from the last back to the first.
  package var next: Pane { Self.allCases[(rawValue + 1) % Self.allCases.count] }

  /// The pane before this one.
  package var previous: Pane { Self.allCases[(rawValue + Self.allCases.count - 1) % Self.allCases.count] }

  /// Whether the medium layout shows it in its lower half, one at a time.
  package var isLower: Bool { self != .loss && self != .width }

  /// Whether it is a chart over the steps of the run.
  package var isOverSteps: Bool { self == .loss || self == .width }

  /// Its name in titles and in the list of what `tab` leads to.
  package var name: String {
    switch self {
    case .loss: "loss"
    case .width: "width"
    case .input: "input space"
    case .rate: "rate λ"
    case .neurons: "neurons"
    case .tradeoff: "trade-off"
    }
  }
}
