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

/// What a file or folder holds, as far as it decides how to learn from it.
public enum DataKind: String, CaseIterable, Sendable {
  case table
  /// Grey ones.
  case images
  case colourImages
  case sequences
  case texts
  case translations
  case graphs

  /// In a sentence, in the plural.
  public var name: String {
    switch self {
    case .table: "rows of a table"
    case .images: "grey images"
    case .colourImages: "colour images"
    case .sequences: "sequences"
    case .texts: "texts"
    case .translations: "translations"
    case .graphs: "graphs"
    }
  }
}

/// How a network is built.
public enum NetworkKind: String, Codable, CaseIterable, Sendable {
  /// Dense layers.
  case mlp
  /// Two convolutions and dense layers, for images.
  case cnn
  /// A residual network of twenty layers, for colour images of 32×32.
  case resnet20
  /// A recurrent cell whose two MLPs adapt, for sequences.
  case rnn
  /// Attention and feed-forward blocks that adapt, for texts and translations.
  case transformer
  /// A graph isomorphism network whose MLPs adapt.
  case gin

  /// What it can learn from.
  public var suits: [DataKind] {
    switch self {
    case .mlp: [.table, .images, .colourImages]
    case .cnn: [.images, .colourImages]
    case .resnet20: [.colourImages]
    case .rnn: [.sequences, .images]
    case .transformer: [.texts, .translations]
    case .gin: [.graphs]
    }
  }
}

extension DataKind {
  /// What it is learned with unless something else is asked for.
  public var usualNetwork: NetworkKind {
    switch self {
    case .table, .images: .mlp
    case .colourImages: .resnet20
    case .sequences: .rnn
    case .texts, .translations: .transformer
    case .graphs: .gin
    }
  }
}

extension DataKind {
  /// Names of the networks that learn from it: `mlp or cnn`.
  public var networks: String {
    NetworkKind.allCases.filter { $0.suits.contains(self) }.map(\.rawValue).joined(separator: " or ")
  }
}

/// How nodes become a graph.
public enum Pooling: String, Codable, CaseIterable, Sendable {
  case sum
  case mean
}
