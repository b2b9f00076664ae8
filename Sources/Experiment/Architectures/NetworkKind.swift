import PlainText

/// How a network is built. What there is to know about a kind is its `architecture`.
public enum NetworkKind: String, Codable, CaseIterable, Sendable {
  /// Dense layers.
  case mlp
  /// Two convolutions and dense layers, for images.
  case cnn
  /// A residual network of twenty layers, for color images of 32×32.
  case resnet20
  /// A recurrent cell whose two MLPs adapt, for sequences.
  case rnn
  /// Attention and feed-forward blocks that adapt, for texts and translations.
  case transformer
  /// A graph isomorphism network whose MLPs adapt.
  case gin

  /// The facts of this kind.
  public var architecture: Architecture {
    switch self {
    case .mlp: .mlp
    case .cnn: .cnn
    case .resnet20: .resnet20
    case .rnn: .rnn
    case .transformer: .transformer
    case .gin: .gin
    }
  }

  /// What it can learn from.
  public var suits: [DataKind] { architecture.suits }
}

/// What a file or folder holds, as far as it decides how to learn from it.
public enum DataKind: String, CaseIterable, Sendable {
  case table
  /// Grayscale images.
  case images
  case colorImages
  case sequences
  case texts
  case translations
  case graphs

  /// In a sentence, in the plural.
  public var name: String {
    switch self {
    case .table: "rows of a table"
    case .images: "gray images"
    case .colorImages: "color images"
    case .sequences: "sequences"
    case .texts: "texts"
    case .translations: "translations"
    case .graphs: "graphs"
    }
  }

  /// The network that learns from it unless another one is named.
  public var defaultNetwork: NetworkKind {
    NetworkKind.allCases.first { $0.architecture.defaultFor.contains(self) } ?? .mlp
  }

  /// Names of the networks that learn from it: `mlp or cnn`.
  public var networks: String {
    alternatives(NetworkKind.allCases.filter { $0.suits.contains(self) }.map(\.rawValue))
  }
}

extension DataKind {
  /// Those read from a text file whose rows have cells.
  static let inText: [DataKind] = [.table, .sequences, .texts]
}
