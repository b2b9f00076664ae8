extension Architecture {
  /// Dense layers.
  static let mlp = Architecture(
    suits: [.table, .images, .colorImages], defaultFor: [.table, .images], options: [.hiddenLayers],
    setDefaults: { configuration, data in
      if data == .table {
        // Tables have hundreds to thousands of rows: larger batches leave too few steps to learn what there is.
        configuration.training.batchSize = 32
        configuration.prior.weightScale = nil
        return
      }
      // Images have many inputs and rows: a smaller learning rate and fewer epochs, and a tighter prior on the weights
      // than a table's, which gives a third fewer neurons at the same accuracy.
      configuration.prior.weightScale = 0.3
      configuration.network.initialRate = 0.003
      configuration.training.epochs = 10
      configuration.training.learningRate = 0.002
    },
    // It has as many layers as widths.
    fixedWidthCounts: { _ in nil }, inspectionRows: 10_000, observationsPerThread: nil,
    showsEveryWidth: true)
}
