import Canvas
import Experiment

extension KeyBinding {
  static let cutBindings: [KeyBinding] = [
    KeyBinding(
      [
        KeyCommand("cut-less", [.left], "keep one neuron less; in a zoomed chart: crosshair left") {
          $0.isReadingSteps ? $0.moveCrosshair(by: -1) : $0.moveCut(by: -1)
        },
        KeyCommand("cut-more", [.right], "keep one neuron more; in a zoomed chart: crosshair right") {
          $0.isReadingSteps ? $0.moveCrosshair(by: 1) : $0.moveCut(by: 1)
        },
      ], "cut", "keep a neuron less, more; in a zoomed chart: crosshair", group: .cut,
      now: { $0.isReadingSteps ? "crosshair" : "cut" }, when: Availability.movable),
    KeyBinding(
      [
        KeyCommand(
          "cut-less-tenth", [.shiftLeft], "keep a tenth of the layer less; crosshair ten columns left"
        ) { $0.isReadingSteps ? $0.moveCrosshair(by: -10) : $0.moveCut(by: -$0.tenthOfLayer) },
        KeyCommand(
          "cut-more-tenth", [.shiftRight], "keep a tenth of the layer more; crosshair ten columns right"
        ) { $0.isReadingSteps ? $0.moveCrosshair(by: 10) : $0.moveCut(by: $0.tenthOfLayer) },
      ], "cut by 10 %", "keep a tenth less, more; in a zoomed chart: ten columns", group: .cut,
      when: Availability.movable),
    KeyBinding(
      [
        KeyCommand("cut-one", [.home], "keep one neuron; crosshair to the start") {
          $0.isReadingSteps ? $0.moveCrosshair(toStart: true) : $0.moveCut(to: 1)
        },
        KeyCommand("cut-all", [.end], "keep all neurons: no cut; crosshair to the end") {
          $0.isReadingSteps ? $0.moveCrosshair(toStart: false) : $0.moveCut(to: .max)
        },
      ], "one / all", "keep one, keep all; in a zoomed chart: start, end", group: .cut,
      when: Availability.movable),
    KeyBinding(
      [
        KeyCommand("layer-previous", [.up], "choose the layer before") { state in
          state.cut.layer > 0
            ? state.choose(layer: state.cut.layer - 1)
            : state.say("\(Wording.layer(state.cut.layer, in: state)) is the first adaptive layer")
        },
        KeyCommand("layer-next", [.down], "choose the layer after") { state in
          state.cut.layer + 1 < state.snapshot.layers.count
            ? state.choose(layer: state.cut.layer + 1)
            : state.say("\(Wording.layer(state.cut.layer, in: state)) is the last adaptive layer")
        },
      ], "layer", "choose the layer before, after", group: .cut, when: severalLayers),
    KeyBinding(
      (0..<9).map { layer in
        KeyCommand(
          "layer-\(layer + 1)", [.character(Character(String(layer + 1)))], "choose layer \(layer + 1)"
        ) { state in
          let count = state.snapshot.layers.count
          guard layer < count else {
            return state.say(
              count == 1 ? "there is one adaptive layer" : "there are \(count) adaptive layers")
          }
          return state.choose(layer: layer)
        }
      },
      range: "1…9", "layer", "choose a layer by its number", group: .cut, when: Availability.adaptive),
    KeyBinding(
      "joint", [.character("j")], "joint", "the cut of this layer alone, or of all by the same fraction",
      group: .cut, now: { $0.isJoint ? "one layer" : "joint" }, when: severalLayers
    ) { state in
      state.cut.isJoint.toggle()
      return state.say(
        state.isJoint
          ? "the cut takes the same fraction of every layer"
          : "the cut is of \(Wording.layer(state.cut.layer, in: state)) alone")
    },
  ]

  private static let severalLayers: @Sendable (State) -> Availability = { state in
    Availability.adaptive(state).and {
      state.snapshot.layers.count > 1 ? .available : .unavailable("there is one adaptive layer")
    }
  }
}

extension State {
  fileprivate var tenthOfLayer: Int { max(1, (selectedLayer?.width ?? 0) / 10) }

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
