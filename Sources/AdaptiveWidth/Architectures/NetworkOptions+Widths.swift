import Experiment

extension NetworkOptions {
  /// Of the hidden layers, before any training.
  public var initialWidths: [Int] {
    let layers =
      switch kind {
      case .rnn: 2
      case .gin: graphLayers
      default: hiddenLayers
      }
    return fixedWidths ?? Array(repeating: Adaptation(options: self, prior: nil).width, count: layers)
  }
}
