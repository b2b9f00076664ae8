/// The non-linearity φ of a hidden layer.
public enum Activation: String, Codable, CaseIterable, Sendable {
  case relu6
  case tanh
  case relu
  /// Slope 0.01 below zero.
  case leakyReLU = "leaky_relu"
}

/// The parts of an attention whose widths are learned.
public enum AdaptedAttention: Sendable {
  case values
  case queriesKeysAndValues
}

/// Which layers of a network have learned widths.
public enum AdaptedLayers: String, Codable, CaseIterable, Sendable {
  /// The dense layers behind the convolutions.
  case head
  /// Those, and the channels inside every residual block, or of every convolution of a network without such blocks.
  case inner
  /// The head, and the channels of every stage's residual stream; or the state of a recurrent network, whose hidden layers
  /// keep the width that they begin with.
  case stream
  /// The hidden layers of a graph network's or of a recurrent network's MLPs.
  case hidden
  /// The feed-forward blocks of a Transformer.
  case feedForward = "feed-forward"
  /// Those, and the values of every attention.
  case attention
  /// Everything: the head, inner channels and streams; hidden layers and the features between a graph network's layers,
  /// or a recurrent network's state; or all of a Transformer and the queries and keys of its attention.
  case all
}

/// The network's shape, and how its widths are learned.
public struct NetworkOptions: Equatable, Sendable {
  public var kind = NetworkKind.mlp
  public var method = WidthMethod.paper
  /// `nil`: that of the method.
  public var posterior: PosteriorFamily?
  /// Whether measurements set the widths; otherwise they stay where they begin. Of the method `settle`.
  public var settle = Switch.on
  /// τ: nats of held-apart loss that an e-fold more neurons must be worth. Of the method `settle`.
  public var price = 0.01
  public var priceUnit = PriceUnit.neuron
  /// Widths that settling, compression and budgets choose are rounded up to a multiple of this.
  public var roundTo = 1
  /// Number of hidden dense layers, of an MLP or behind convolutions.
  public var hiddenLayers: Int
  public var activation: Activation
  /// An ordinary network of these widths instead of an adaptive one.
  public var fixedWidths: [Int]?
  public var importance: ImportanceFamily
  /// `nil`: that of the method, f(0) = 1 or Σ f(n) = 1.
  public var importanceScale: ImportanceScale?
  /// ν at the start.
  public var initialRate: Double
  /// Standard deviation of the first layer's biases at the start. A spread as wide as the first layer's
  /// pre-activations puts the bends of bounded activations all over the inputs, not only near the origin.
  public var initialBiasScale: Double
  /// k: the fraction of the importance distribution that the neurons in use cover, 0 < k < 1.
  public var quantile: Double
  /// The smallest ν, which bounds growth.
  public var minimumRate: Double
  /// H, the extent of a recurrent cell's state.
  public var stateSize: Int?
  /// Steps after which the gradient through time is cut off; `nil`: never.
  public var backpropagationSteps: Int?
  /// d, the extent of a token's vector.
  public var modelSize: Int?
  /// Attention heads.
  public var heads: Int?
  /// Transformer blocks of the encoder, and as many of the decoder; or layers of a graph network.
  public var depth: Int?
  /// Features of a node between the layers of a graph network.
  public var channels: Int?
  /// The factor on the numbers of channels of a convolutional network at the start; `nil`: 1.
  public var widthMultiplier: Double?
  /// How nodes become a graph.
  public var pooling: Pooling?
  /// Which layers have learned widths; `nil`: the first of those that its architecture has.
  public var adapt: AdaptedLayers?

  public init(
    hiddenLayers: Int = 1, activation: Activation = .relu6, fixedWidths: [Int]? = nil,
    importance: ImportanceFamily = .exponential, initialRate: Double = 0.01, initialBiasScale: Double = 0,
    quantile: Double = 0.9, minimumRate: Double = 5e-4
  ) {
    self.hiddenLayers = hiddenLayers
    self.activation = activation
    self.fixedWidths = fixedWidths
    self.importance = importance
    self.initialRate = initialRate
    self.initialBiasScale = initialBiasScale
    self.quantile = quantile
    self.minimumRate = minimumRate
  }
}

extension NetworkOptions {
  /// The quantile of layers that begin with a given width, as channels and values of attention do. At most 0.5, so that the
  /// last neuron has half of the first one's importance: a tenth costs accuracy (docs/channels.md has the table).
  public var quantileOfGivenWidths: Double { min(quantile, 0.5) }

  /// The quantile of residual streams and recurrent states, whose last channel has at least 0.7 of the first one's importance: all blocks of a
  /// stage see it, and half of it costs two to three points of accuracy (docs/channels.md).
  public var quantileOfStreams: Double { min(quantile, 0.3) }

  /// Changes the family, and sets the rates to the usual ones for the quantile: those of another family mean nothing.
  public mutating func choose(_ family: ImportanceFamily) {
    guard family != importance else { return }
    importance = family
    initialRate = family.defaultInitialRate(quantile: quantile)
    minimumRate = family.defaultMinimumRate(quantile: quantile)
  }
}
