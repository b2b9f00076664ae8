/// What an observation gives a network.
public enum InputShape: Equatable, Sendable {
  /// So many features.
  case features(Int)
  /// Pixels, channels last.
  case image(width: Int, height: Int, channels: Int)
  /// A sequence of steps of so many features.
  case steps(features: Int)
  /// Nodes of so many features, and edges.
  case nodes(features: Int)
  /// A text of tokens below `vocabulary`.
  case tokens(vocabulary: Int)
  /// A text of tokens, and the part of its translation that is known.
  case translation(vocabulary: Int)
}

/// How nodes become a graph.
public enum Pooling: String, Codable, CaseIterable, Sendable {
  case sum
  case mean
}
