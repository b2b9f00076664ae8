extension Architecture {
  /// A graph isomorphism network whose MLPs adapt, and the features between its layers if they are asked to.
  static let gin = Architecture(
    suits: [.graphs], defaultFor: [.graphs], options: [.depth, .channels, .pooling, .adapt],
    setDefaults: { configuration, _ in
      configuration.network.initialRate = 0.02
      configuration.network.depth = 4
      configuration.network.channels = 32
      configuration.network.pooling = .sum
      // Found in ten-fold runs on MUTAG and NCI1.
      configuration.prior.weightScale = 1
      configuration.training.epochs = 50
      configuration.training.batchSize = 32
      configuration.training.learningRate = 0.005
    },
    hiddenLayers: \.initialDepth,
    fixedWidthCounts: { [1, ($0.adapt == .all ? 2 : 1) * $0.initialDepth] }, inspectionRows: 1_000,
    // Each thread normalizes its own part of the graphs, which has to be a batch.
    observationsPerThread: 16, adaptable: [.hidden, .all])
}
