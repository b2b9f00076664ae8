extension KeyBinding {
  static let viewBindings: [KeyBinding] = [
    KeyBinding(
      [
        Way("pane-next", [.tab], "go to the next pane"),
        Way("pane-previous", [.backTab], "go to the pane before"),
      ], "pane", "go to the next pane, the one before", group: .view, footer: 5
    ) {
      state, way in
      state.focus(way == 0 ? state.view.focus.next : state.view.focus.previous)
    },
    KeyBinding(
      "zoom", [.character("z")], "zoom", "show the focused pane alone, or all again", group: .view, footer: 6,
      now: { $0.view.isZoomed ? "all panes" : "zoom" },
      when: { state in
        state.layout.kind == .compact && !state.view.isZoomed && !state.view.focus.isOverSteps
          ? .unavailable("this screen shows one pane at a time anyway") : .available
      }
    ) { state, _ in
      state.view.isZoomed.toggle()
      state.charts.crosshair = nil
      return []
    },
    KeyBinding(
      "log-scale", [.character("l")], "log scale", "logarithmic or linear loss and RMSE", group: .view,
      footer: 15
    ) { state, _ in
      state.charts.isLogarithmic.toggle()
      return state.say("loss axis: \(state.charts.isLogarithmic ? "logarithmic" : "linear")")
    },
    KeyBinding(
      "smoothing", [.character("m")], "smoothing", "moving average of the training loss on or off",
      group: .view,
      footer: 16
    ) { state, _ in
      state.charts.isSmoothed.toggle()
      return state.say("smoothing of the training loss: \(state.charts.isSmoothed ? "on" : "off")")
    },
    KeyBinding(
      "joint", [.character("j")], "joint", "the cut of this layer alone, or of all by the same fraction",
      group: .cut, footer: 12, now: { $0.isJoint ? "one layer" : "joint" }, when: severalLayers
    ) { state, _ in
      state.cut.isJoint.toggle()
      return state.say(
        state.isJoint
          ? "the cut takes the same fraction of every layer"
          : "the cut is of \(Wording.layer(state.cut.layer)) alone")
    },
    KeyBinding(
      "orders", [.character("v")], "orders", "compare the order of the neurons with others in the trade-off",
      group: .view, footer: 19, when: Availability.adaptive
    ) { state, _ in
      state.cut.comparesOrders.toggle()
      return state.say(
        state.cut.comparesOrders
          ? "cuts by contribution and at random are measured beside those by index"
          : "cuts by index alone")
    },
    KeyBinding(
      "back", [.escape], "back", "dismiss the message, show all steps again, leave the zoom", group: .view
    ) { state, _ in
      guard state.charts.range == nil && state.crosshair == nil else {
        (state.charts.range, state.charts.crosshair) = (nil, nil)
        return []
      }
      state.view.isZoomed = false
      return []
    },
  ]

  static let programBindings: [KeyBinding] = [
    KeyBinding(
      "messages", [.character("o")], "messages", "every message and event so far", group: .program, footer: 17
    ) {
      state, _ in
      state.messages.unread = 0
      state.view.overlay = .log(back: 0)
      return []
    },
    KeyBinding(
      "picture", [.character("x")], "picture", "write a picture of the screen to a file", group: .program,
      footer: 18
    ) { _, _ in
      [.export]
    },
    KeyBinding(
      "palette", [.character(":")], "command", "any command by its name, with a value too", group: .program,
      footer: -3
    ) { state, _ in
      state.view.overlay = .palette(Palette())
      return []
    },
    KeyBinding(
      "help", [.character("?")], "help", "all keys and what they do now", group: .program, footer: -2
    ) {
      state, _ in
      state.view.overlay = .help(top: 0)
      return []
    },
    KeyBinding(
      "quit", [.character("q"), KeyMap.lastResort], "quit", "leave; asks only if the run would be lost",
      group: .program,
      footer: -1
    ) { state, _ in state.wouldLoseRun ? state.ask(.quit) : [.quit] },
  ]
}

extension State {
  mutating func focus(_ pane: Pane) -> [Effect] {
    view.focus = pane
    if pane.isLower { view.lower = pane }
    return []
  }
}
