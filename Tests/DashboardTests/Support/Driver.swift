import Canvas
import Dashboard
import Experiment
import Testing

/// A dashboard under test: what a user does and what the run reports go in, what a user sees is checked.
///
/// Every step returns the dashboard after it, so that a test reads as a dialog:
///
///     Driver(Fixtures.spiralState()).press(.left).press("t")
///       .expects(question: .truncate(layer: 0, width: 66)).press(.enter)
///       .expects(sent: .truncate(layer: 0, width: 66))
///
/// An expectation that fails is reported at its own line and lets the dialog go on.
struct Driver {
  private(set) var state: State
  /// What the last step asked the program to do.
  private(set) var effects: [Effect] = []

  init(_ state: State) { self.state = state }
}

// MARK: What happens

extension Driver {
  /// Presses keys, one after the other. `effects` are those of the last.
  @discardableResult
  func press(_ keys: Key...) -> Driver { keys.reduce(self) { $0.performing(.key($1)) } }

  /// Types characters, one after the other.
  @discardableResult
  func press(_ characters: String) -> Driver {
    characters.reduce(self) { $0.performing(.key(.character($1))) }
  }

  @discardableResult
  func mouse(_ kind: MouseEvent.Kind, x: Int, y: Int) -> Driver {
    performing(.mouse(MouseEvent(kind, x: x, y: y)))
  }

  /// The terminal gets another size.
  @discardableResult
  func at(_ columns: Int, _ rows: Int) -> Driver { performing(.resized(width: columns, height: rows)) }

  @discardableResult
  func receives(_ snapshot: Snapshot) -> Driver { performing(.snapshot(snapshot)) }

  @discardableResult
  func receives(_ inspection: Inspection) -> Driver { performing(.inspection(inspection)) }

  @discardableResult
  func receives(_ frontier: CutFrontier) -> Driver { performing(.frontier(frontier)) }

  /// Any other thing that can happen.
  @discardableResult
  func receives(_ action: Action) -> Driver { performing(action) }

  /// An event that answers no command, with the snapshot that shows its effect.
  @discardableResult
  func receives(
    _ kind: Event.Kind, step: Int = 26_500, changing change: (inout Snapshot) -> Void = { _ in }
  ) -> Driver {
    performing(.event(Event(step: step, epoch: Double(step) / 125, kind: kind))).receives(changing: change)
  }

  /// A newer snapshot with something changed.
  @discardableResult
  func receives(changing change: (inout Snapshot) -> Void) -> Driver {
    var snapshot = state.run.snapshot
    change(&snapshot)
    return performing(.snapshot(snapshot))
  }

  /// The trainer answers the command that was sent last, with the snapshot that shows the effect.
  @discardableResult
  func answers(
    _ kind: Event.Kind, step: Int = 26_500, changing change: (inout Snapshot) -> Void = { _ in }
  ) -> Driver {
    performing(
      .event(Event(step: step, epoch: Double(step) / 125, command: state.commands.nextID - 1, kind: kind))
    ).receives(changing: change)
  }

  /// The program gives the dashboard other settings, such as `usesColor` or `keys`.
  func with(_ change: (inout State) -> Void) -> Driver {
    var next = self
    change(&next.state)
    return next
  }

  private func performing(_ action: Action) -> Driver {
    var next = self
    next.effects = update(&next.state, action)
    return next
  }
}

// MARK: What a user sees

extension Driver {
  /// The rows of the screen.
  var rows: [String] {
    render(state).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The command that the last step sent, if it did nothing else.
  var command: Command.Action? { sent(effects) }

  /// The line above the footer, in full, whatever room it has.
  var line: String { state.previewText }

  /// The question that waits for an answer; `nil`: none does.
  @discardableResult
  func expects(question: Question?, sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(state.question == question, sourceLocation: sourceLocation)
    return self
  }

  /// The last step sent this command and did nothing else.
  @discardableResult
  func expects(sent action: Command.Action, sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(command == action, sourceLocation: sourceLocation)
    return self
  }

  /// The last step asked for this and nothing else.
  @discardableResult
  func expects(effects expected: Effect..., sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(effects == expected, sourceLocation: sourceLocation)
    return self
  }

  /// The last step asked for nothing.
  @discardableResult
  func expectsNoEffect(sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(effects.isEmpty, sourceLocation: sourceLocation)
    return self
  }

  /// The whole line above the footer.
  @discardableResult
  func expects(line: String, sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(self.line == line, sourceLocation: sourceLocation)
    return self
  }

  /// How the line above the footer begins.
  @discardableResult
  func expects(lineBeginning beginning: String, sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(line.hasPrefix(beginning), "\(line)", sourceLocation: sourceLocation)
    return self
  }

  /// The footer names these commands with their keys, such as "enter truncates layer 1".
  @discardableResult
  func expects(footer parts: String..., sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    let footer = StatusText.footer(state).map { "\($0.key) \($0.name)" }
    for part in parts { #expect(footer.contains(part), "\(footer)", sourceLocation: sourceLocation) }
    return self
  }

  /// An edit of the layer waits for an answer, or none does.
  @discardableResult
  func expects(
    pending: TrainingCommand?, of layer: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) -> Driver {
    #expect(state.pendingEdit(of: layer) == pending, sourceLocation: sourceLocation)
    return self
  }

  /// Labels of the edits on the charts.
  @discardableResult
  func expects(markers: [String], sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(state.run.markers.map(\.label) == markers, sourceLocation: sourceLocation)
    return self
  }

  /// Texts that are on the screen, each within one row.
  @discardableResult
  func shows(_ texts: String..., sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    let rows = rows
    for text in texts {
      #expect(
        rows.contains { $0.contains(text) },
        "“\(text)” is not on the screen:\n\(rows.joined(separator: "\n"))",
        sourceLocation: sourceLocation)
    }
    return self
  }

  /// Texts that are in no row of the screen.
  @discardableResult
  func hides(_ texts: String..., sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    let rows = rows
    for text in texts {
      #expect(!rows.contains { $0.contains(text) }, "“\(text)”", sourceLocation: sourceLocation)
    }
    return self
  }

  /// Panes that are on the screen, and no others.
  @discardableResult
  func shows(panes: [Pane], sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    let shown = state.view.overlay == nil ? state.layout.panes.map(\.pane) : []
    #expect(shown == panes, sourceLocation: sourceLocation)
    return self
  }

  /// Keys move in this pane, whose border says so.
  @discardableResult
  func focuses(_ pane: Pane, sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    #expect(state.view.focus == pane, sourceLocation: sourceLocation)
    return self
  }

  /// The screen is of the size of the terminal, and nothing has written over a border.
  @discardableResult
  func isWhole(sourceLocation: SourceLocation = #_sourceLocation) -> Driver {
    let frame = render(state)
    #expect(frame.width == state.width && frame.height == state.height, sourceLocation: sourceLocation)
    #expect(state.brokenBorder(in: frame) == nil, sourceLocation: sourceLocation)
    return self
  }

}
