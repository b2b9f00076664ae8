import Experiment

extension KeyBinding {
  static let cutBindings: [KeyBinding] = [
    KeyBinding(
      [.left, .right], "cut", "keep a neuron less, more; in a zoomed chart: crosshair",
      group: .cut, footer: 3, now: { $0.isReadingSteps ? "crosshair" : "cut" }, when: Availability.movable
    ) { state, key in
      let step = key == .left ? -1 : 1
      return state.isReadingSteps ? state.moveCrosshair(by: step) : state.moveCut(by: step)
    },
    KeyBinding(
      [.shiftLeft, .shiftRight], "cut by 10 %",
      "keep a tenth less, more; in a zoomed chart: ten columns", group: .cut,
      when: Availability.movable
    ) { state, key in
      if state.isReadingSteps { return state.moveCrosshair(by: key == .shiftLeft ? -10 : 10) }
      let tenth = max(1, (state.selectedLayer?.width ?? 0) / 10)
      return state.moveCut(by: key == .shiftLeft ? -tenth : tenth)
    },
    KeyBinding(
      [.home, .end], "one / all", "keep one, keep all; in a zoomed chart: start, end", group: .cut,
      when: Availability.movable
    ) { state, key in
      state.isReadingSteps
        ? state.moveCrosshair(toStart: key == .home) : state.moveCut(to: key == .home ? 1 : .max)
    },
    KeyBinding(
      [.up, .down], "layer", "choose the layer before, after", group: .cut, footer: 8, when: severalLayers
    ) { state, key in
      let chosen = state.cut.layer + (key == .up ? -1 : 1)
      guard state.snapshot.layers.indices.contains(chosen) else {
        return state.say(
          "\(Wording.layer(state.cut.layer)) is the \(key == .up ? "first" : "last") adaptive layer")
      }
      return state.choose(layer: chosen)
    },
    KeyBinding(
      (1...9).map { .character(Character(String($0))) }, range: "1…9", "layer",
      "choose a layer by its number",
      group: .cut, when: Availability.adaptive
    ) { state, key in
      guard case .character(let digit) = key, let number = digit.wholeNumberValue else { return [] }
      let count = state.snapshot.layers.count
      guard number <= count else {
        return state.say(count == 1 ? "there is one adaptive layer" : "there are \(count) adaptive layers")
      }
      return state.choose(layer: number - 1)
    },
  ]

  private static let severalLayers: @Sendable (State) -> Availability = { state in
    Availability.adaptive(state).and {
      state.snapshot.layers.count > 1 ? .available : .unavailable("there is one adaptive layer")
    }
  }
}

extension State {
  mutating func moveCut(by neurons: Int) -> [Effect] { moveCut(to: kept(of: cut.layer) + neurons) }

  mutating func moveCut(to kept: Int) -> [Effect] {
    let width = snapshot.layers[cut.layer].width
    cut.kept[cut.layer] = kept >= width ? nil : max(1, kept)
    return []
  }

  mutating func choose(layer: Int) -> [Effect] {
    cut.layer = layer
    return []
  }
}
