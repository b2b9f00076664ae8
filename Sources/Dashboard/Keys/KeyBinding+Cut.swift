import Experiment

extension KeyBinding {
  static let cutBindings: [KeyBinding] = [
    KeyBinding(
      [
        Way("cut-less", [.left], "keep one neuron less; in a zoomed chart: crosshair left"),
        Way("cut-more", [.right], "keep one neuron more; in a zoomed chart: crosshair right"),
      ], "cut", "keep a neuron less, more; in a zoomed chart: crosshair", group: .cut, footer: 3,
      now: { $0.isReadingSteps ? "crosshair" : "cut" }, when: Availability.movable
    ) { state, way in
      let step = way == 0 ? -1 : 1
      return state.isReadingSteps ? state.moveCrosshair(by: step) : state.moveCut(by: step)
    },
    KeyBinding(
      [
        Way("cut-less-tenth", [.shiftLeft], "keep a tenth of the layer less; crosshair ten columns left"),
        Way("cut-more-tenth", [.shiftRight], "keep a tenth of the layer more; crosshair ten columns right"),
      ], "cut by 10 %", "keep a tenth less, more; in a zoomed chart: ten columns", group: .cut,
      when: Availability.movable
    ) { state, way in
      if state.isReadingSteps { return state.moveCrosshair(by: way == 0 ? -10 : 10) }
      let tenth = max(1, (state.selectedLayer?.width ?? 0) / 10)
      return state.moveCut(by: way == 0 ? -tenth : tenth)
    },
    KeyBinding(
      [
        Way("cut-one", [.home], "keep one neuron; crosshair to the start"),
        Way("cut-all", [.end], "keep all neurons: no cut; crosshair to the end"),
      ], "one / all", "keep one, keep all; in a zoomed chart: start, end", group: .cut,
      when: Availability.movable
    ) { state, way in
      state.isReadingSteps
        ? state.moveCrosshair(toStart: way == 0) : state.moveCut(to: way == 0 ? 1 : .max)
    },
    KeyBinding(
      [
        Way("layer-previous", [.up], "choose the layer before"),
        Way("layer-next", [.down], "choose the layer after"),
      ], "layer", "choose the layer before, after", group: .cut, footer: 8, when: severalLayers
    ) { state, way in
      let chosen = state.cut.layer + (way == 0 ? -1 : 1)
      guard state.snapshot.layers.indices.contains(chosen) else {
        return state.say(
          "\(Wording.layer(state.cut.layer)) is the \(way == 0 ? "first" : "last") adaptive layer")
      }
      return state.choose(layer: chosen)
    },
    KeyBinding(
      (1...9).map { Way("layer-\($0)", [.character(Character(String($0)))], "choose layer \($0)") },
      range: "1…9", "layer", "choose a layer by its number", group: .cut, when: Availability.adaptive
    ) { state, way in
      let count = state.snapshot.layers.count
      guard way < count else {
        return state.say(count == 1 ? "there is one adaptive layer" : "there are \(count) adaptive layers")
      }
      return state.choose(layer: way)
    },
  ]

  static let severalLayers: @Sendable (State) -> Availability = { state in
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
