import Canvas
import Dashboard
import Experiment

extension State {
  /// Presses keys, and returns what the last one asked to be done.
  @discardableResult
  mutating func press(_ keys: Key...) -> [Effect] {
    var effects: [Effect] = []
    for key in keys { effects = update(&self, .key(key)) }
    return effects
  }

  @discardableResult
  mutating func press(_ characters: String) -> [Effect] {
    var effects: [Effect] = []
    for character in characters { effects = update(&self, .key(.character(character))) }
    return effects
  }

  /// The run answers the command sent last, with the snapshot that shows the effect.
  mutating func answer(
    _ kind: Event.Kind, step: Int = 26_500, changing change: (inout Snapshot) -> Void = { _ in }
  ) {
    let event = Event(step: step, epoch: Double(step) / 125, command: commands.nextID - 1, kind: kind)
    _ = update(&self, .event(event))
    take(change)
  }

  /// A newer snapshot with something changed.
  mutating func take(_ change: (inout Snapshot) -> Void) {
    var snapshot = run.snapshot
    change(&snapshot)
    _ = update(&self, .snapshot(snapshot))
  }

  /// The price of the cut that is asked about arrives.
  mutating func price(step: Int? = nil) {
    guard let request = wish.cut else { return }
    let isRegression = snapshot.problem == .regression
    _ = update(
      &self,
      .price(
        CutPrice(
          step: step ?? snapshot.step, request: request,
          before: isRegression ? Metrics(loss: 0.1, rmse: 0.5) : Metrics(loss: 0.02, accuracy: 0.99),
          after: isRegression ? Metrics(loss: 0.11, rmse: 0.512) : Metrics(loss: 0.07, accuracy: 0.98),
          rows: 57, error: isRegression ? 0.005 : 0.013)))
  }

  var previewText: String { StatusText.preview(self).pieces.map(\.text).joined(separator: "   ") }

  /// A pane or list whose border something has written over.
  func brokenBorder(in frame: Frame) -> Rect? {
    guard layout.kind != .tooSmall else { return nil }
    let lines = glyphs.lines
    let boxes = view.overlay == nil ? layout.panes.map(\.rect) : [layout.body]
    return boxes.first { rect in
      let sides = (rect.y + 1..<rect.maxY - 1).allSatisfy { y in
        frame[rect.x, y].scalar == lines.vertical && frame[rect.maxX - 1, y].scalar == lines.vertical
      }
      let bottom = (rect.x + 1..<rect.maxX - 1).allSatisfy { x in
        frame[x, rect.maxY - 1].scalar == lines.horizontal
      }
      return !sides || !bottom
    }
  }
}

/// The command an effect sends.
func sent(_ effects: [Effect]) -> Command.Action? {
  guard effects.count == 1, case .send(let command) = effects[0] else { return nil }
  return command.action
}

extension Cell {
  /// Neither a control character nor half of nothing.
  var isVisible: Bool { isContinuation || scalar.value >= 0x20 }
}
