extension Architecture {
  /// A recurrent cell whose two MLPs adapt, and its state if it is asked to.
  static let rnn = Architecture(
    suits: [.sequences, .images], defaultFor: [.sequences],
    options: [.stateSize, .backpropagationSteps, .adapt],
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
    hiddenLayers: { $0.adapt == .stream ? 0 : 2 },
    initialWidths: { options, hidden in
      switch options.adapt {
      case .stream: [options.initialStateSize]
      case .all: [hidden, options.initialStateSize, hidden]
      default: nil
      }
    },
    fixedWidthCounts: { [($0.adapts(.stream) ? 1 : 0) + $0.kind.architecture.hiddenLayers($0)] },
    fixedWidthAdvice: { options in
      switch options.adapt {
      case .stream: "--fixed-width takes one width for an rnn with this --adapt: of its state"
      case .all:
        "--fixed-width takes three widths for an rnn with this --adapt: of the MLP on inputs, of the state, and of the "
          + "MLP on states"
      default: "--fixed-width takes two widths for an rnn: of the MLP on inputs and of that on states"
      }
    },
    readsPixelsAsSteps: true, inspectionRows: 256, observationsPerThread: 8,
    adaptable: [.hidden, .stream, .all])
}
