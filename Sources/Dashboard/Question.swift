import Experiment

/// What waits for `Enter`.
package enum Question: Equatable, Sendable {
  case truncate(layer: Int, width: Int)
  case truncateAll(keep: Double)
  case setPolicy(layer: Int, WidthPolicy)
  case compress(layer: Int, Entry)
  case quit

  /// A number being typed.
  package struct Entry: Equatable, Sendable {
    package var text: String
    /// What stands there was proposed: the first digit replaces it.
    package var isProposal = true

    /// Whether it takes the key as editing.
    package mutating func edit(_ key: Key) -> Bool {
      switch key {
      case .character(let digit) where digit.isASCII && digit.isNumber:
        if isProposal { text = "" }
        if text.count < 6 { text.append(digit) }
      case .backspace, .delete:
        if isProposal { text = "" } else { text = String(text.dropLast()) }
      default: return false
      }
      isProposal = false
      return true
    }
  }

  /// The command that `Enter` sends; `nil` if nothing is to be sent, or nothing valid was typed.
  package func command(in state: State) -> Command.Action? {
    switch self {
    case .truncate(let layer, let width): return .truncate(layer: layer, width: width)
    case .truncateAll(let keep): return .truncateAll(keep: keep)
    case .setPolicy(let layer, let policy): return .setPolicy(layer: layer, policy)
    case .compress(let layer, let entry):
      guard let width = Int(entry.text), (1..<state.snapshot.layers[layer].width).contains(width) else {
        return nil
      }
      return .compress(layer: layer, width: width)
    case .quit: return nil
    }
  }

  /// Why it can no longer be asked, now that the run has moved on.
  package func obsolescence(in state: State) -> String? {
    let layers = state.snapshot.layers
    switch self {
    case .truncate(let layer, let width):
      guard layers.indices.contains(layer) else { return "the layer is gone" }
      return width < layers[layer].width
        ? nil : "\(Wording.layer(layer)) fell to \(Wording.neurons(layers[layer].width)): nothing left to cut"
    case .setPolicy(let layer, _), .compress(let layer, _):
      return layers.indices.contains(layer) ? nil : "the layer is gone"
    case .truncateAll: return layers.isEmpty ? "the layers are gone" : nil
    case .quit: return nil
    }
  }
}
