extension Architecture {
  /// Attention and feed-forward blocks: these adapt, and the values, queries and keys of those if they are asked to.
  static let transformer = Architecture(
    suits: [.texts, .translations], defaultFor: [.texts, .translations],
    options: [.modelSize, .heads, .depth, .adapt],
    setDefaults: { configuration, data in
      configuration.network.initialRate = 0.004
      configuration.network.modelSize = 128
      configuration.network.heads = 4
      configuration.network.depth = 2
      configuration.data.vocabulary = 4_000
      configuration.training.epochs = 10
      configuration.training.batchSize = 64
      configuration.training.learningRate = 0.001
      configuration.training.labelSmoothing = 0.1
      configuration.training.warmupSteps = 400
      guard data == .texts else { return }
      configuration.setFewRows()
      configuration.network.modelSize = 64
      configuration.network.depth = 1
      configuration.training.learningRate = 0.001
      configuration.training.warmupSteps = 50
    },
    // One of each block: of an encoder's, which is all that texts have, and of a decoder's. With the values of attention
    // one more of an encoder's block and two of a decoder's, and with queries and keys as many again.
    fixedWidthCounts: { options in
      let depth = options.initialDepth
      let ofAttention =
        switch options.adaptsAttention {
        case nil: 0
        case .values: 1
        case .queriesKeysAndValues: 2
        }
      return [1, (1 + ofAttention) * depth, (2 + 3 * ofAttention) * depth]
    },
    inspectionRows: 32, observationsPerThread: 8, adaptable: [.feedForward, .attention, .all])
}
