extension KeyBinding {
  static let viewBindings: [KeyBinding] = [
    KeyBinding([.tab, .backTab], "pane", "go to the next pane, the one before", group: .view, footer: 5) {
      state, key in
      state.focus(key == .tab ? state.view.focus.next : state.view.focus.previous)
    },
    KeyBinding(
      [.character("z")], "zoom", "show the focused pane alone, or all again", group: .view, footer: 6,
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
      [.character("l")], "log scale", "logarithmic or linear loss and RMSE", group: .view, footer: 15
    ) { state, _ in
      state.charts.isLogarithmic.toggle()
      return state.say("loss axis: \(state.charts.isLogarithmic ? "logarithmic" : "linear")")
    },
    KeyBinding(
      [.character("m")], "smoothing", "moving average of the training loss on or off", group: .view,
      footer: 16
    ) { state, _ in
      state.charts.isSmoothed.toggle()
      return state.say("smoothing of the training loss: \(state.charts.isSmoothed ? "on" : "off")")
    },
    KeyBinding(
      [.escape], "back", "dismiss the message, show all steps again, leave the zoom", group: .view
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
    KeyBinding([.character("o")], "messages", "every message and event so far", group: .program, footer: 17) {
      state, _ in
      state.messages.unread = 0
      state.view.overlay = .log(back: 0)
      return []
    },
    KeyBinding(
      [.character("x")], "picture", "write a picture of the screen to a file", group: .program, footer: 18
    ) { _, _ in
      [.export]
    },
    KeyBinding([.character("?")], "help", "all keys and what they do now", group: .program, footer: -2) {
      state, _ in
      state.view.overlay = .help(top: 0)
      return []
    },
    KeyBinding(
      [.character("q"), .control("c")], "quit", "leave; asks only if the run would be lost", group: .program,
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
