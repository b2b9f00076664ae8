extension Architecture {
  /// A recurrent cell whose two MLPs adapt.
  static let rnn = Architecture(
    suits: [.sequences, .images], defaultFor: [.sequences], options: [.stateSize, .backpropagationSteps],
    setDefaults: { configuration, data in
      configuration.network.stateSize = 64
      configuration.training.gradientClip = 1
      if data == .images {
        configuration.training.epochs = 10
        configuration.training.learningRate = 0.001
      } else {
        configuration.setFewRows()
      }
    },
    hiddenLayers: { _ in 2 }, fixedWidthCounts: { _ in [2] },
    fixedWidthAdvice: { _ in
      "--fixed-width takes two widths for an rnn: of the MLP on inputs and of that on states"
    },
    readsPixelsAsSteps: true, inspectionRows: 256, observationsPerThread: 8)
}
