/// One box of the dashboard.
public struct Pane: Sendable {
  let content: any PaneContent

  init(_ content: some PaneContent) { self.content = content }

  /// Its name in titles and in the list of what `tab` leads to.
  package var name: String { content.name }

  /// Whether it is a chart over the steps of the run.
  package var isOverSteps: Bool { content.isOverSteps }

  /// Whether the medium layout shows it in its lower half, one at a time.
  package var isLower: Bool { !isOverSteps }

  /// The pane after this one, from the last back to the first.
  package var next: Pane { Self.allCases[(index + 1) % Self.allCases.count] }

  /// The pane before this one.
  package var previous: Pane { Self.allCases[(index + Self.allCases.count - 1) % Self.allCases.count] }

  /// Its place among all panes.
  package var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Pane: CaseIterable {
  /// Every pane, in the order in which `tab` visits them.
  public static let allCases: [Pane] = [.loss, .width, .input, .rate, .neurons, .tradeoff]
}

extension Pane: Hashable, CustomStringConvertible {
  public static func == (left: Pane, right: Pane) -> Bool { left.name == right.name }

  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  public var description: String { name }
}
