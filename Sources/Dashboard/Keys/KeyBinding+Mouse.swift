import Canvas

extension KeyBinding {
  static let mouseBindings: [KeyBinding] = [
    KeyBinding(
      "mouse", [.character("M")], "mouse",
      "take the mouse, or leave it to the terminal; shift-drag always selects text",
      group: .view,
      when: { $0.mouse == .unavailable ? .unavailable("this terminal does not report one") : .available }
    ) { state in
      state.mouse = state.mouse == .on ? .off : .on
      let isOn = state.mouse == .on
      return state.say(isOn ? "mouse: on, and shift-drag selects text" : "mouse: left to the terminal")
        + [.setMouse(isOn)]
    }
  ]
}
