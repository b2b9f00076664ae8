import Experiment

/// What the rows of a value are.
public enum RowKind: Equatable, Sendable {
  /// One row per observation.
  case observations
  /// One row per step of a sequence.
  case steps
  /// One row per node of a graph.
  case nodes
  /// One row per token of a text.
  case tokens
  /// One row per token of a translation.
  case targetTokens
  /// No rows yet: a batch of texts, whose tokens an embedding reads.
  case texts
  /// No rows yet: a batch of texts and of their translations.
  case textPairs

  /// The kind of rows that a block puts out which treats every row alike: that of all it reads; `nil` if they differ,
  /// or are no rows.
  public static func rowwise(_ kinds: [RowKind]) -> RowKind? {
    guard let first = kinds.first, first != .texts, first != .textPairs,
      kinds.allSatisfy({ $0 == first })
    else { return nil }
    return first
  }

  /// The kinds of the rows that blocks put out, one after the other, of a batch of this kind; it ends before the first
  /// block that cannot read what it is given.
  func propagated(through blocks: [any Block], _ sources: [[Int]]) -> [RowKind] {
    var kinds: [RowKind] = []
    for (block, sources) in zip(blocks, sources) {
      let read = sources.map { $0 == LayerNode.batch ? self : kinds[$0] }
      guard let kind = block.rows(reading: read) else { break }
      kinds.append(kind)
    }
    return kinds
  }

  /// The kind of rows that is predicted of a batch of this kind.
  var predicted: RowKind { self == .textPairs ? .targetTokens : .observations }
}

extension InputShape {
  /// What a batch of such observations gives to the blocks that read it.
  var rowKind: RowKind {
    switch self {
    case .features, .image: .observations
    case .steps: .steps
    case .nodes: .nodes
    case .tokens: .texts
    case .translation: .textPairs
    }
  }
}

extension Network {
  /// Why observations of a shape cannot go through these blocks, as a clause; `nil`: they can.
  ///
  /// Every block says which rows it reads and which it puts out: steps become observations in a recurrent block, nodes
  /// and tokens where they are pooled, and the rows of a decoder are what is predicted.
  public func validationError(for shape: InputShape) -> String? {
    let kinds = shape.rowKind.propagated(through: blocks, sources)
    if kinds.count < blocks.count { return "block \(kinds.count) cannot read what it is given" }
    return kinds.last == shape.rowKind.predicted ? nil : "the network does not predict what its data have"
  }
}
