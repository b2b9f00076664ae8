import Experiment

/// What waits for `Enter`.
package enum Question: Equatable, Sendable {
  case truncate(layer: Int, width: Int)
  case truncateAll(keep: Double)
  case setPolicy(layer: Int, WidthPolicy)
  case truncateTo(MeasuredCut, step: Int)
  case compress(layer: Int, Entry)
  /// Until the metric is worse by so many per cent.
  case compressUntil(layers: [Int], Entry)
  case quit

  /// A number being typed.
  package struct Entry: Equatable, Sendable {
    package var text: String
    /// What stands there was proposed: the first digit replaces it.
    package var isProposal = true

    package init(text: String) { self.text = text }

    /// Whether it takes the key as editing.
    package mutating func edit(_ key: Key, allowsFraction: Bool = false) -> Bool {
      switch key {
      case .character(let digit) where digit.isASCII && digit.isNumber:
        if isProposal { text = "" }
        if text.count < 9 { text.append(digit) }
      case .character(".") where allowsFraction:
        if isProposal { text = "" }
        if text.count < 9 && !text.contains(".") { text += text.isEmpty ? "0." : "." }
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
    case .truncateTo(let cut, _):
      let widths = zip(cut.widths, state.snapshot.layers).map { min($0, $1.width) }
      return .truncateTo(widths: widths)
    case .compressUntil(let layers, let entry):
      guard let percent = Double(entry.text), percent.isFinite else { return nil }
      return .compressUntil(layers: layers, tolerance: percent / 100)
    case .quit: return nil
    }
  }

  /// With what was typed taken in, or turned into the other form; `nil`: the key is no editing.
  package func edited(by key: Key, in state: State) -> Question? {
    switch self {
    case .compress(let layer, var entry):
      if key == .tab {
        // Nothing tells when it degrades without held-out rows.
        let isMeasured = KeyBinding.Availability.priced(state) == .available
        return isMeasured ? state.compressUntil(layers: state.isJoint ? nil : [layer]) : self
      }
      return entry.edit(key) ? .compress(layer: layer, entry) : nil
    case .compressUntil(let layers, var entry):
      if key == .tab { return state.compressToWidth() }
      return entry.edit(key, allowsFraction: true) ? .compressUntil(layers: layers, entry) : nil
    default: return nil
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
    case .setPolicy(let layer, _): return layers.indices.contains(layer) ? nil : "the layer is gone"
    case .compress(let layer, _):
      guard layers.indices.contains(layer) else { return "the layer is gone" }
      return layers[layer].width > 1
        ? nil : "\(Wording.layer(layer)) fell to one neuron: nothing left to compress"
    case .truncateTo(let cut, _):
      if cut.widths.count != layers.count { return "the layers are others now" }
      return zip(cut.widths, layers).contains { $0 < $1.width }
        ? nil : "the network fell to \(Wording.list(layers.map(\.width))) neurons: nothing left to cut"
    case .compressUntil(let chosen, _):
      return chosen.allSatisfy(layers.indices.contains) ? nil : "the layer is gone"
    case .truncateAll: return layers.isEmpty ? "the layers are gone" : nil
    case .quit: return nil
    }
  }
}

extension State {
  /// What to ask about a compression to a width: that of the cut, else half.
  func compressToWidth() -> Question {
    let width = snapshot.layers[cut.layer].width
    let kept = kept(of: cut.layer)
    // With no cut chosen there is no wish to go by: half is only a start for editing.
    let proposal = kept < width ? kept : max(1, width / 2)
    return .compress(layer: cut.layer, Question.Entry(text: String(proposal)))
  }

  /// What to ask about one until the metric degrades.
  ///
  /// - Parameter layers: `nil`: all that are not held.
  func compressUntil(layers: [Int]?, percent: String = "0.5") -> Question {
    let free = snapshot.layers.indices.filter { snapshot.layers[$0].policy != .hold }
    return .compressUntil(layers: layers ?? free, Question.Entry(text: percent))
  }
}
