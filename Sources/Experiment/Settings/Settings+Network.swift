extension Setting {
  static let network = [
    Setting(.network, "kind", \.network.kind, flag: .named("network"), "The kind of network"),
    Setting(
      .network, "hidden_layers", \.network.hiddenLayers, "Number of adaptive hidden layers", .between(1, 256),
      isOfLearnedWidths: true),
    Setting(
      .network, "method", \.network.method,
      "How widths are learned: set by measurements, or moved by the paper's gradient", isOfLearnedWidths: true
    ),
    Setting(
      .network, "posterior", \.network.posterior,
      "The posterior of every layer's rate: lognormal, as wide as the measurements leave the width open, or gaussian, "
        + "N(ν, 1), of the paper's method",
      absence: "that of the method", isOfLearnedWidths: true),
    Setting(
      .network, "adapt", \.network.adapt,
      "Which layers learn their widths, or take those of --fixed-width: of a convolutional network the dense ones behind the convolutions (head), or "
        + "the channels of convolutions, too: in a resnet20 those inside its residual blocks (inner), those of its "
        + "residual streams (stream), or both (all); of a gin the hidden ones of its MLPs (hidden), or the features between "
        + "its layers, too (all); of an rnn the hidden ones of its MLPs (hidden), its state (stream), or both (all); "
        + "of a Transformer those in its feed-forward blocks (feed-forward), or "
        + "the values of every attention, too (attention), or its queries and keys as well (all)",
      absence: "the first of them"),
    Setting(
      .network, "settle", \.network.settle,
      "Let measurements set the widths; otherwise they stay where they begin", isOfLearnedWidths: true),
    Setting(
      .network, "price", \.network.price,
      "Loss, in nats, that e times as many neurons of a layer must be worth", .positive,
      isOfLearnedWidths: true),
    Setting(
      .network, "price_by", \.network.priceUnit,
      "What the price counts: a layer's neurons, or the multiply-adds of the network",
      isOfLearnedWidths: true),
    Setting(
      .network, "round_to", \.network.roundTo,
      "Multiple that the widths which settling, compression and budgets choose are rounded up to",
      .between(1, 1_024), isOfLearnedWidths: true),
    Setting(.network, "activation", \.network.activation, "Non-linearity of hidden layers"),
    Setting(
      .network, "fixed_widths", \.network.fixedWidths, flag: .named("fixed-width"),
      "An ordinary network of these widths, such as 64 or 128,64", absence: "widths are learned",
      .between(1, ImportanceFamily.largestWidth)),
    // Before the family, whose usual rates depend on it.
    Setting(
      .network, "quantile", \.network.quantile,
      "Fraction k of the importance distribution that the neurons in use cover", .openFraction,
      isOfLearnedWidths: true),
    // Before the rates, which it changes.
    Setting(
      .network, "importance", \.network.importance, "How importance falls with a neuron's index",
      isOfLearnedWidths: true, assign: { $0.network.choose($1) }),
    Setting(
      .network, "importance_scale", \.network.importanceScale,
      "What importances begin at: 1 (first), or what makes their sum 1 (sum)",
      absence: "first, and sum by the paper's method", isOfLearnedWidths: true),
    Setting(
      .network, "initial_rate", \.network.initialRate, "The rate ν at the start", .positive,
      isOfLearnedWidths: true),
    Setting(
      .network, "initial_bias_scale", \.network.initialBiasScale,
      "Standard deviation of the first layer's biases at the start", .notNegative),
    Setting(
      .network, "minimum_rate", \.network.minimumRate, "The smallest rate, which bounds growth", .positive,
      isOfLearnedWidths: true),
    Setting(
      .network, "state_size", \.network.stateSize, "Hidden state size of a recurrent network",
      absence: "none",
      .between(1, 4_096)),
    Setting(
      .network, "backpropagation_steps", \.network.backpropagationSteps,
      "Steps after which the gradient through time is cut off", absence: "never", .atLeast(1)),
    Setting(
      .network, "model_size", \.network.modelSize, "Token embedding size of a Transformer (d_model)",
      absence: "none", .between(1, 16_384)),
    Setting(
      .network, "heads", \.network.heads, "Attention heads of a Transformer", absence: "none", .atLeast(1)),
    Setting(
      .network, "depth", \.network.depth,
      "Blocks of a Transformer's encoder and decoder each; layers of a graph network", absence: "none",
      .between(1, 256)),
    Setting(
      .network, "channels", \.network.channels, "Hidden features of a graph network",
      absence: "none", .between(1, 16_384)),
    Setting(
      .network, "width_multiplier", \.network.widthMultiplier,
      "Channels of a convolutional network, learned ones at the start, as a multiple of the architecture's",
      absence: "1", .positiveUpTo(16)),
    Setting(
      .network, "pooling", \.network.pooling, "How the nodes' features become the graph's", absence: "none"),
  ]

  static let prior = [
    Setting(
      .prior, "rate", \.prior.rate, flag: .named("rate-prior"),
      "Gaussian prior on every layer's rate: MEAN,SCALE", absence: "none", isOfLearnedWidths: true),
    Setting(
      .prior, "weight_scale", \.prior.weightScale, flag: .named("weight-prior-scale"),
      "Standard deviation of the Gaussian prior on weights and biases",
      absence:
        "3 of tables with classes, down to 0.5 the noisier labels are, and 0.5 with numbers; 10 by the paper's method or with its importances",
      .positive),
  ]
}
