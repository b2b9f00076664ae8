extension KeyBinding {
  static let chartBindings: [KeyBinding] = [
    KeyBinding(
      [
        Way("steps-fewer", [.character("i")], "half the steps in a zoomed chart"),
        Way("steps-more", [.character("I")], "twice the steps in a zoomed chart"),
      ], "zoom in, out", "half, twice the steps in a zoomed chart",
      group: .view,
      footer: 2,
      when: { state in
        state.isReadingSteps
          ? .available
          : .unavailable(
            "it is for the charts over steps: zoom loss or width with \(state.hint("zoom")) first")
      }
    ) { state, way in
      let middle = (state.stepsInView.lowerBound + state.stepsInView.upperBound) / 2
      state.zoomSteps(by: way == 0 ? 0.5 : 2, about: state.crosshair ?? middle)
      return []
    },
    KeyBinding(
      "mouse", [.character("M")], "mouse",
      "take the mouse, or leave it to the terminal; shift-drag always selects text",
      group: .view,
      when: { $0.mouse == .unavailable ? .unavailable("this terminal does not report one") : .available }
    ) { state, _ in
      state.mouse = state.mouse == .on ? .off : .on
      let isOn = state.mouse == .on
      return state.say(isOn ? "mouse: on, and shift-drag selects text" : "mouse: left to the terminal")
        + [.setMouse(isOn)]
    },
  ]
}
