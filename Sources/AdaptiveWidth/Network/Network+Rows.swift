import Experiment

/// What the rows of a value are.
private enum RowKind: Equatable {
  case observations, steps, nodes, tokens, targetTokens
}

extension Network {
  /// Why observations of a shape cannot go through these blocks, as a clause; `nil`: they can.
  ///
  /// Every block says which rows it reads and which it gives: steps become observations in a recurrent block, nodes and
  /// tokens where they are pooled, and a decoder's tokens are what is predicted.
  public func mistake(for shape: InputShape) -> String? {
    let (batch, wanted): (RowKind?, RowKind) =
      switch shape {
      case .features, .image: (.observations, .observations)
      case .steps: (.steps, .observations)
      case .nodes: (.nodes, .observations)
      case .tokens: (nil, .observations)
      case .translation: (nil, .targetTokens)
      }
    var kinds: [RowKind] = []
    for (index, block) in blocks.enumerated() {
      let read = sources[index].map { $0 == LayerNode.batch ? batch : kinds[$0] }
      guard let kind = Self.rows(of: block, reading: read, shape) else {
        return "block \(index) cannot read what it is given"
      }
      kinds.append(kind)
    }
    return kinds.last == wanted ? nil : "the network does not predict what its data have"
  }

  /// - Returns: `nil` if the block does not read such rows.
  private static func rows(
    of block: any Block, reading read: [RowKind?], _ shape: InputShape
  ) -> RowKind? {
    func expect(_ wanted: RowKind..., giving kind: RowKind) -> RowKind? { read == wanted ? kind : nil }
    switch block {
    case is Recurrence: return expect(.steps, giving: .observations)
    case is NeighbourSum: return expect(.nodes, giving: .nodes)
    case is SegmentPool:
      return expect(.nodes, giving: .observations) ?? expect(.tokens, giving: .observations)
    case let embedding as Embedding:
      switch (shape, embedding.side) {
      case (.tokens, .source), (.translation, .source): return .tokens
      case (.translation, .target): return .targetTokens
      default: return nil
      }
    case let attention as Attention:
      switch attention.kind {
      case .source: return expect(.tokens, giving: .tokens)
      case .causal: return expect(.targetTokens, giving: .targetTokens)
      case .cross: return expect(.targetTokens, .tokens, giving: .targetTokens)
      }
    default:
      guard let first = read.first, let first, read.allSatisfy({ $0 == first }) else { return nil }
      return first
    }
  }
}
