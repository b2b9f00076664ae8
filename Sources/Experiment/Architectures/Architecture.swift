/// The facts of one kind of network, apart from how it is built: everything that other modules would otherwise ask of
/// its kind. One file a kind in this folder.
public struct Architecture: Sendable {
  /// Data that it can learn from.
  public var suits: [DataKind]
  /// Data that it is used for unless another network is named.
  public var defaultFor: [DataKind]
  /// The options of `NetworkOptions` that mean something to it and not to every kind.
  public var options: Set<Option> = []
  /// Settings that suit it and the data, set on top of those for all kinds.
  public var setDefaults: @Sendable (inout Configuration, DataKind) -> Void = { _, _ in }
  /// The number of layers with a learned or given width that the options ask for.
  public var hiddenLayers: @Sendable (NetworkOptions) -> Int = { $0.hiddenLayers }
  /// The widths that the options ask for before any training, given that of a hidden layer; `nil`: those of channels, then
  /// those of hidden layers.
  public var initialWidths: @Sendable (NetworkOptions, Int) -> [Int]? = { _, _ in nil }
  /// The numbers of widths that `--fixed-width` takes; `nil`: any.
  public var fixedWidthCounts: @Sendable (NetworkOptions) -> [Int]? = { _ in [1] }
  /// What to say of any other number, in one sentence; `nil`: what suits most kinds.
  public var fixedWidthAdvice: @Sendable (NetworkOptions) -> String? = { _ in nil }
  /// Whether it reads an image pixel by pixel, as a sequence.
  public var readsPixelsAsSteps = false
  /// Held-out observations on which curves and prices are measured while training runs: about as much work for each
  /// kind.
  public var inspectionRows: Int
  /// Training rows on which a cut is repaired, as a layer sees them: steps, tokens or nodes where the data have such.
  public var repairRows = 4_096
  /// The fewest observations that a cut of a recurrent state is repaired on: what reads its last value sees one row each.
  public var repairObservations = 512
  /// The fewest observations of a minibatch that are worth a thread; `nil` if the multiply-adds decide.
  public var observationsPerThread: Int?
  /// The layers of channels that can have learned widths, in the order of the network's layers.
  public var channelLayers: [ChannelLayer] = []
  /// What `--adapt` takes, the default first; empty: which layers adapt is no choice.
  public var adaptable: [AdaptedLayers] = []
  /// Whether its blocks are few enough to be shown with all their widths.
  public var showsEveryWidth = false

  /// Channels of convolutions whose number can be learned.
  public struct ChannelLayer: Sendable {
    /// Between two convolutions, or of a residual stream.
    public enum Place: Sendable { case inner, stream }

    public var place: Place
    /// The number of channels, before the width multiplier: of an ordinary network, and of a learned one at the start.
    public var width: Int

    public init(_ place: Place, _ width: Int) { (self.place, self.width) = (place, width) }
  }

  /// An option that only some kinds of networks have.
  public enum Option: String, CaseIterable, Sendable {
    case hiddenLayers = "--hidden-layers"
    case stateSize = "--state-size"
    case backpropagationSteps = "--backpropagation-steps"
    case modelSize = "--model-size"
    case heads = "--heads"
    case depth = "--depth"
    case channels = "--channels"
    case pooling = "--pooling"
    case widthMultiplier = "--width-multiplier"
    case adapt = "--adapt"

    /// The kinds that it means something to.
    public var kinds: [NetworkKind] { NetworkKind.allCases.filter { $0.architecture.options.contains(self) } }
  }
}

extension Configuration {
  /// For a user's own data.
  ///
  /// - Parameters:
  ///   - kind: what the data are.
  ///   - network: what to learn them with; `nil`: the usual network.
  public static func defaults(
    forData data: DataOptions, name: String, kind: DataKind, network: NetworkKind? = nil
  ) -> Configuration {
    var result = Configuration(name: name, data: data)
    result.training.schedule = .cosine
    result.network.method = .settle
    result.network.kind = network ?? kind.defaultNetwork
    result.network.kind.architecture.setDefaults(&result, kind)
    return result
  }

  /// A table's sequences and texts are hundreds rather than tens of thousands.
  mutating func setFewRows() {
    network.initialRate = 0.02
    training.epochs = 60
    training.batchSize = 16
    training.learningRate = 0.003
  }
}

extension NetworkOptions {
  /// Whether channels in such a place have learned widths, or given ones if all widths are given.
  public func adapts(_ place: Architecture.ChannelLayer.Place) -> Bool {
    switch place {
    case .inner: adapt == .inner || adapt == .all
    case .stream: adapt == .stream || adapt == .all
    }
  }

  /// The layers of channels of the architecture, with as many as the multiplier makes of its own, at least one.
  public var channelLayers: [Architecture.ChannelLayer] {
    kind.architecture.channelLayers.map { layer in
      Architecture.ChannelLayer(
        layer.place, max(1, Int((Double(layer.width) * (widthMultiplier ?? 1)).rounded())))
    }
  }

  /// The numbers of channels that are learned, before any training.
  var learnedChannels: [Int] { channelLayers.filter { adapts($0.place) }.map(\.width) }

  /// What is learned of every attention of a Transformer; `nil`: nothing.
  public var adaptsAttention: AdaptedAttention? {
    switch adapt {
    case .attention: .values
    case .all: .queriesKeysAndValues
    default: nil
    }
  }

  /// Features of a node between the layers of a graph network, before any training.
  public var initialFeatures: Int { channels ?? 64 }

  /// Columns of each head's queries, keys and values, before any training.
  public var initialHeadWidth: Int { initialModelSize / initialHeads }

  /// d, the extent of a token's vector.
  public var initialModelSize: Int { modelSize ?? 128 }

  /// Attention heads.
  public var initialHeads: Int { heads ?? 4 }

  /// Blocks of a Transformer's encoder, and of its decoder; layers of a graph network.
  public var initialDepth: Int { depth ?? (kind == .gin ? 4 : 2) }

  /// How nodes become a graph.
  public var initialPooling: Pooling { pooling ?? .sum }

  /// H, the extent of a recurrent cell's state, before any training.
  public var initialStateSize: Int { stateSize ?? 64 }

  /// The widths of the hidden layers, before any training.
  public var initialWidths: [Int] {
    if let fixedWidths { return fixedWidths }
    let width = importance.width(rate: max(initialRate, minimumRate), quantile: quantile)
    if let widths = kind.architecture.initialWidths(self, width) { return widths }
    return learnedChannels + Array(repeating: width, count: kind.architecture.hiddenLayers(self))
  }
}
