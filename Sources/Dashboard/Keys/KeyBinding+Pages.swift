import Canvas
import Experiment

extension KeyBinding {
  static let pageBindings: [KeyBinding] = [
    KeyBinding(
      "data", [.character("D")], "data",
      "what was read of the data: columns, classes, and what was left out and why", group: .view
    ) { state in
      state.view.overlay = .data(top: 0)
      return []
    },
    predictions,
    layerTable,
  ]

  /// What the input pane shows.
  static let predictions = KeyBinding(
    "predictions", [.character("V")], "predictions",
    "the inputs, or held-out predictions: confusion matrix; predicted against true values, residuals",
    group: .view,
    now: { state in
      switch state.nextInputContent {
      case .inputs: "inputs"
      case .predictions: state.snapshot.problem == .regression ? "predictions" : "confusion"
      case .residuals: "residuals"
      }
    }, when: Availability.predicted
  ) { state in
    let isVisible = state.isVisible(.input)
    state.view.firstClass = 0
    state.view.inputContent = state.nextInputContent
    return isVisible ? [] : state.focus(.input)
  }
}

extension KeyBinding {
  /// What the width pane shows.
  static let layerTable = KeyBinding(
    "layer-list", [.character("L")], "layers",
    "the widths over the steps, or a table of the layers: width, interval, parameters, policy", group: .view,
    now: { $0.view.showsLayerTable && $0.isVisible(.width) ? "widths" : "layers" },
    when: Availability.adaptive
  ) { state in
    guard state.isVisible(.width) else {
      state.view.showsLayerTable = true
      return state.focus(.width)
    }
    state.view.showsLayerTable.toggle()
    return []
  }
}

extension KeyBinding.Availability {
  /// Held-out predictions of classes or values can be shown.
  static func predicted(_ state: State) -> Self {
    ready(state).and {
      if state.isRecording, state.run.inspection?.predictions == nil {
        return .unavailable("predictions were not recorded")
      }
      if state.run.inspection?.hasRows == false { return .unavailable("there are no held-out rows") }
      if case .translations = state.run.inspection?.input {
        return .unavailable("translations are neither classes nor numbers")
      }
      return .available
    }
  }
}

extension State {
  /// Whether a pane is on the screen and no list lies over it.
  func isVisible(_ pane: Pane) -> Bool { view.overlay == nil && layout.panes.contains { $0.pane == pane } }

  /// What the input pane shows: of values in a table it has nothing but predictions, and only values have residuals.
  package var inputContent: InputContent {
    switch view.inputContent {
    case .inputs: hasPredictionsAlone ? .predictions : .inputs
    case .residuals where snapshot.problem != .regression: .predictions
    case let content: content
    }
  }

  /// What the input pane shows after a press of the key.
  var nextInputContent: InputContent {
    guard isVisible(.input) else { return view.inputContent == .residuals ? .residuals : .predictions }
    return switch inputContent {
    case .inputs: .predictions
    case .predictions: snapshot.problem == .regression ? .residuals : .inputs
    case .residuals: hasPredictionsAlone ? .predictions : .inputs
    }
  }

  private var hasPredictionsAlone: Bool { if case .scatter = run.inspection?.input { true } else { false } }

  /// Whether the input pane shows held-out predictions beside what is true.
  package var showsPredictions: Bool { inputContent != .inputs }

  /// Held-out predictions as far as they were measured; before that, the few values that are measured with the inputs.
  package var shownPredictions: HeldOutPredictions? {
    guard let inspection = run.inspection else { return nil }
    if let predictions = inspection.predictions { return predictions }
    guard case .scatter(let values) = inspection.input else { return nil }
    return HeldOutPredictions(
      step: inspection.inputStep, rows: values.count, allRows: max(values.count, inspection.rows ?? 0),
      .values(ParityValues(target: "", of: values)))
  }

  /// The number of entries of that list that are on the screen at once.
  var inputListRoom: Int {
    guard let pane = layout.panes.first(where: { $0.pane == .input }) else { return 1 }
    let inside = pane.rect.inset(by: 1)
    return Painter.listRoom(
      showsPredictions ? Painter.confusionArea(in: inside) : inside)
  }

  /// The number of entries in the input pane's list that can be scrolled; `nil`: there is none.
  var inputListCount: Int? {
    if showsPredictions {
      guard case .classes(let matrix) = shownPredictions?.result, matrix.isWellFormed else { return nil }
      return matrix.confusions.count
    }
    guard case .classes(let classes) = run.inspection?.input else { return nil }
    return classes.count
  }
}
