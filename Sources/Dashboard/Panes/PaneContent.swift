import Canvas

/// What a pane of the dashboard shows. A pane is a file with a conforming type, and a line in `Pane.allCases`.
protocol PaneContent: Sendable {
  /// In titles, and where panes are told apart: no two have the same.
  var name: String { get }
  /// Whether it is a chart over the steps of the run, which crosshair and zoom are for. These panes stay in view in the
  /// medium layout; of the others it shows one at a time.
  var isOverSteps: Bool { get }
  /// In its top border on the left, from the longest form to the shortest: what was measured needs room for its age.
  func titles(in state: State) -> [String]
  /// What a key does in it, after the title: "v: as a table"; `nil`: nothing of its own.
  func hint(in state: State) -> String?
  /// In its top border on the right, as far as there is room.
  func caption(in state: State) -> [StatusText.Piece]
  /// Why there is nothing to show, in a sentence; `nil`: there is.
  func absence(in state: State) -> String?
  /// How current the content is: what is old is drawn dim.
  func currency(in state: State) -> Currency
  /// Draws what is inside the borders. Called only if nothing is absent.
  func draw(in rect: Rect, with painter: inout Painter)
}

extension PaneContent {
  var isOverSteps: Bool { false }
  func titles(in state: State) -> [String] { [name] }
  func hint(in state: State) -> String? { nil }
  func currency(in state: State) -> Currency { .present }

  /// The titles of a pane about the selected layer.
  func titlesWithLayer(in state: State) -> [String] {
    guard state.isReady && state.selectedLayer != nil else { return [name] }
    let layers = [Wording.layer(state.cut.layer, in: state), Wording.layer(state.cut.layer)]
    return layers.map { "\(name), \($0)" }
  }
}
