import Canvas
import Experiment

extension KeyBinding {
  static let editBindings: [KeyBinding] = [
    KeyBinding(
      "truncate", [.character("t")], "truncate", "truncate this layer at the cut, repaired",
      group: .edit,
      changesModel: true,
      when: Availability.cuttable
    ) { state in
      if state.isJoint { return state.ask(.truncateAll(keep: state.jointShare)) }
      let layer = state.cut.layer
      return state.ask(.truncate(layer: layer, width: state.kept(of: layer)))
    },
    KeyBinding(
      "truncate-all", [.character("T")], "truncate all",
      "truncate every layer by the same fraction, repaired",
      group: .edit,
      changesModel: true, when: Availability.cuttable
    ) { state in
      state.ask(.truncateAll(keep: state.jointShare))
    },
    KeyBinding(
      "reorder", [.character("r")], "best order",
      "put this layer's neurons in best order, each adding most to those before it", group: .edit,
      changesModel: true, when: reorderable
    ) { state in [state.send(.reorder(layer: state.cut.layer))] },
    KeyBinding(
      "budget", [.character("b")], "budget",
      "the price list of repaired cuts: to a number of parameters or to a metric",
      group: .edit, changesModel: true, when: Availability.priced
    ) { state in state.openPriceList() },
    KeyBinding(
      "compress", [.character("c")], "compress", "train on towards a smaller width; again: stop that",
      group: .edit,
      changesModel: true, now: { $0.compressingLayer == nil ? "compress" : "stop compressing" },
      when: compressible, perform: compress),
    KeyBinding(
      "policy", [.character("w")], "policy", "change this layer's width policy: adapt, cap, hold",
      group: .edit,
      changesModel: true, when: policyChangeable
    ) { state in
      let layer = state.cut.layer
      return state.ask(.setPolicy(layer: layer, state.snapshot.layers[layer].policy.next))
    },
    KeyBinding(
      "undo", [.character("u")], "undo", "go back to just before the last edit", group: .edit,
      changesModel: true,
      when: { history($0, depth: $0.snapshot.undoDepth, name: "undo") }
    ) { state in [state.send(.undo)] },
    KeyBinding(
      "redo", [.character("U")], "redo", "return to what the last undo left", group: .edit,
      changesModel: true,
      when: { history($0, depth: $0.snapshot.redoDepth, name: "redo") }
    ) { state in [state.send(.redo)] },
  ]

  private static let policyChangeable: @Sendable (State) -> Availability = { state in
    Availability.editable(state).and {
      state.selectedLayer?.compressionTarget == nil && state.snapshot.compression?.tolerance == nil
        ? .available
        : .unavailable(
          "a layer is being compressed: \(state.hint("compress")) stops that")
    }
  }

  private static let reorderable: @Sendable (State) -> Availability = { state in
    policyChangeable(state).and {
      state.selectedLayer.map { $0.width > 1 } ?? false
        ? .available
        : .unavailable("\(Wording.layer(state.cut.layer, in: state)) has one neuron: nothing to order")
    }
  }

  private static func history(_ state: State, depth: Int, name: String) -> Availability {
    Availability.commanded(state).and {
      if depth > 0 { return .available }
      let areForgotten = name == "undo" && state.snapshot.undoForgotten > 0
      return .unavailable(areForgotten ? Command.forgottenEdits : "there is nothing to \(name)")
    }
  }

  static let compressible: @Sendable (State) -> Availability = { state in
    if state.compressingLayer != nil { return Availability.commanded(state) }
    return Availability.trainable(state).and { Availability.editable(state) }.and {
      guard let layer = state.selectedLayer, layer.width > 1 else {
        return .unavailable(
          "\(Wording.layer(state.cut.layer, in: state)) has one neuron: nothing to compress")
      }
      return layer.policy == .hold
        ? .unavailable(
          "\(Wording.layer(state.cut.layer, in: state)) is held at its width: \(state.hint("policy")) changes that"
        )
        : .available
    }
  }

  private static func compress(_ state: inout State) -> [Effect] {
    if state.compressingLayer != nil { return [state.send(.stopCompressing)] }
    return state.ask(state.isJoint ? state.compressUntil(layers: nil) : state.compressToWidth())
  }
}
