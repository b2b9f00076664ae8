import Experiment

/// How a layer's width may change, and what it does not exceed.
struct LayerPolicy: Equatable {
  var policy = WidthPolicy.adapt
  var ceiling: Int?
}

extension Recording {
  /// What edits made of each layer's policy.
  ///
  /// - Parameters:
  ///   - events: without what an undo took back, but for the edit before such a stretch.
  ///   - widths: of the layers after them.
  ///   - widthsAt: of the layers at an earlier step.
  static func policies(
    after events: ArraySlice<Event>, widths: [Int], widthsAt: (Int) -> [Int]
  ) -> [LayerPolicy] {
    var policies = [LayerPolicy](repeating: LayerPolicy(), count: widths.count)
    var searched: [Int] = []
    for event in editsInForce(events) {
      if case .compressingUntil(let layers, _) = event.kind { searched = layers }
      for layer in widths.indices {
        switch event.kind {
        case .truncated, .truncatedAll:
          guard policies[layer].policy != .hold, let (from, to) = event.widths(of: layer), from != to else {
            break
          }
          policies[layer] = LayerPolicy(policy: .cap, ceiling: to)
        case .policyChanged(layer, let policy):
          let before = widthsAt(event.step)
          let width = before.indices.contains(layer) ? before[layer] : widths[layer]
          policies[layer] = LayerPolicy(policy: policy, ceiling: policy == .cap ? width : nil)
        case .compressing(layer, _, _):
          if policies[layer].policy == .hold { policies[layer] = LayerPolicy() }
        case .compressed(layer, _, let to, _): policies[layer] = LayerPolicy(policy: .cap, ceiling: to)
        case .compressedUntil where searched.contains(layer): policies[layer] = LayerPolicy(policy: .hold)
        default: break
        }
      }
    }
    for (layer, width) in widths.enumerated() where policies[layer].policy == .hold {
      policies[layer].ceiling = width
    }
    return policies
  }

  /// An undo returns to the step of the edit that it takes back.
  private static func editsInForce(_ events: ArraySlice<Event>) -> [Event] {
    var edits: [Event] = []
    for event in events {
      if case .undone(let step) = event.kind {
        if edits.last?.step == step { edits.removeLast() }
      } else if event.isStructural {
        edits.append(event)
      }
    }
    return edits
  }
}
