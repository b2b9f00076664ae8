import Canvas

extension KeyBinding {
  static let viewBindings: [KeyBinding] = [
    KeyBinding(
      [
        KeyCommand("pane-next", [.tab], "go to the next pane") { $0.focus($0.view.focus.next) },
        KeyCommand("pane-previous", [.backTab], "go to the pane before") { $0.focus($0.view.focus.previous) },
      ], "pane", "go to the next pane, the one before", group: .view),
    KeyBinding(
      "zoom", [.character("z")], "zoom", "show the focused pane alone, or all again", group: .view,
      now: { $0.view.isZoomed ? "all panes" : "zoom" },
      when: { state in
        state.layout.kind == .compact && !state.view.isZoomed && !state.view.focus.isOverSteps
          ? .unavailable("this screen shows one pane at a time anyway") : .available
      }
    ) { state in
      state.view.isZoomed.toggle()
      state.charts.crosshair = nil
      return []
    },
    KeyBinding(
      "log-scale", [.character("l")], "log scale", "logarithmic or linear loss and RMSE", group: .view
    ) { state in
      state.charts.isLogarithmic.toggle()
      return state.say("loss axis: \(state.charts.isLogarithmic ? "logarithmic" : "linear")")
    },
    KeyBinding(
      "smoothing", [.character("m")], "smoothing", "moving average of the training loss on or off",
      group: .view
    ) { state in
      state.charts.isSmoothed.toggle()
      return state.say("smoothing of the training loss: \(state.charts.isSmoothed ? "on" : "off")")
    },
    KeyBinding(
      "orders", [.character("v")], "orders", "compare the order of the neurons with others in the trade-off",
      group: .view, when: Availability.measured
    ) { state in
      state.cut.comparesOrders.toggle()
      return state.say(
        state.cut.comparesOrders
          ? "cuts in best order, by contribution, magnitude, Taylor score and at random are measured too"
          : "cuts by index alone")
    },
    KeyBinding(
      "bars", [.character("g")], "bars", "the lower bars of the neurons: what each adds, or its contribution",
      group: .view, when: Availability.adaptive
    ) { state in
      state.cut.showsContributions.toggle()
      return state.say(
        state.cut.showsContributions
          ? "lower bars: contribution, mean |h| times the norm of the outgoing weights"
          : "lower bars: what a neuron adds to those before it; a copy adds nothing")
    },
    KeyBinding(
      [
        KeyCommand("classes-down", [.pageDown], "scroll a long list of classes down") {
          $0.scrollClasses(by: $0.inputListRoom)
        },
        KeyCommand("classes-up", [.pageUp], "scroll a long list of classes up") {
          $0.scrollClasses(by: -$0.inputListRoom)
        },
      ], "classes", "scroll a long list of classes", group: .view,
      when: { state in
        state.inputListCount == nil ? .unavailable("there is no list of classes") : .available
      }),
    KeyBinding(
      "back", [.escape], "back",
      "dismiss the message, show all steps again, leave the zoom, or a finished run for the list of runs",
      group: .view
    ) { state in
      if state.leadsHome { return state.leave() }
      guard state.charts.range == nil && state.crosshair == nil else {
        (state.charts.range, state.charts.crosshair) = (nil, nil)
        return []
      }
      state.view.isZoomed = false
      return []
    },
  ]
}

extension State {
  mutating func scrollClasses(by lines: Int) -> [Effect] {
    guard let count = inputListCount else { return [] }
    let last = max(0, count - inputListRoom)
    view.firstClass = max(0, min(min(view.firstClass, last) + lines, last))
    return []
  }

  /// Whether there is nothing to go back from but a run that is over, or a recording, to the list that it was opened from.
  var leadsHome: Bool {
    run.isOpenedFromHome && (snapshot.state.isFinal || isRecording) && !view.isZoomed
      && charts.range == nil && crosshair == nil
  }

  /// Ends the dashboard, after a question if the run would be lost.
  mutating func leave() -> [Effect] { wouldLoseRun ? ask(.quit) : [.quit] }

  mutating func focus(_ pane: Pane) -> [Effect] {
    view.focus = pane
    if pane.isLower { view.lower = pane }
    return []
  }
}
