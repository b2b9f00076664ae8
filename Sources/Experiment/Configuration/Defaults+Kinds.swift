/// Settings for each kind of network.
extension Configuration {
  /// For a user's own data.
  ///
  /// - Parameters:
  ///   - kind: what the data are.
  ///   - network: what to learn them with; `nil`: the usual.
  public static func defaults(
    forData data: DataOptions, name: String, kind: DataKind, network: NetworkKind? = nil
  ) -> Configuration {
    var result = Configuration(name: name, data: data)
    result.training.schedule = .cosine
    result.network.kind = network ?? kind.usualNetwork
    switch result.network.kind {
    case .mlp: if kind != .table { result.setImageDefaults() }
    case .cnn, .resnet20: result.setConvolutionDefaults(isColoured: kind == .colourImages)
    case .rnn: result.setRecurrentDefaults(kind)
    case .transformer: result.setTransformerDefaults(kind)
    case .gin: result.setGraphDefaults()
    }
    return result
  }

  /// Images have many inputs and rows: a smaller learning rate and fewer epochs.
  private mutating func setImageDefaults() {
    // A tighter prior on the weights than a table's: a third fewer neurons at the same accuracy.
    prior.weightScale = 0.3
    network.initialRate = 0.003
    training.epochs = 10
    training.learningRate = 0.002
  }

  private mutating func setConvolutionDefaults(isColoured: Bool) {
    network.initialRate = 0.02
    // A mirrored photograph is another one; a mirrored digit is none.
    data.augmentation = isColoured ? true : nil
    training.epochs = 30
    training.learningRate = 0.002
  }

  private mutating func setRecurrentDefaults(_ kind: DataKind) {
    network.stateSize = 64
    training.gradientClip = 1
    if kind == .images {
      training.epochs = 10
      training.learningRate = 0.001
    } else {
      setFewRows()
    }
  }

  /// A table's sequences and texts are hundreds rather than tens of thousands.
  private mutating func setFewRows() {
    network.initialRate = 0.02
    training.epochs = 60
    training.batchSize = 16
    training.learningRate = 0.003
  }

  private mutating func setTransformerDefaults(_ kind: DataKind) {
    network.initialRate = 0.004
    network.modelSize = 128
    network.heads = 4
    network.depth = 2
    data.vocabulary = 4_000
    training.epochs = 10
    training.batchSize = 64
    training.learningRate = 0.001
    training.labelSmoothing = 0.1
    training.warmupSteps = 400
    guard kind == .texts else { return }
    setFewRows()
    network.modelSize = 64
    network.depth = 1
    training.learningRate = 0.001
    training.warmupSteps = 50
  }

  private mutating func setGraphDefaults() {
    network.initialRate = 0.02
    network.depth = 4
    network.channels = 32
    network.pooling = .sum
    // Found in ten-fold runs on MUTAG and NCI1.
    prior.weightScale = 1
    training.epochs = 50
    training.batchSize = 32
    training.learningRate = 0.005
  }
}
