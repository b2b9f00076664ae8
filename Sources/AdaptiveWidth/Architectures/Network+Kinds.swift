import Experiment

extension Network {
  /// A network of the configured kind, with weights drawn for the seed.
  ///
  /// - Parameters:
  ///   - inputs: of a shape that suits the kind.
  ///   - outputs: classes, values, or tokens.
  public init(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: InputShape, outputs: Int, problem: Problem,
    seed: UInt64
  ) {
    switch (options.kind, inputs) {
    case (.mlp, .features(let count)):
      self.init(
        options: options, ratePrior: ratePrior, inputs: count, outputs: outputs, problem: problem, seed: seed)
    case (.mlp, .image(let width, let height, let channels)):
      self.init(
        options: options, ratePrior: ratePrior, inputs: width * height * channels, outputs: outputs,
        problem: problem, seed: seed)
    case (.transformer, .tokens(let vocabulary)), (.transformer, .translation(let vocabulary)):
      var isTranslation = false
      if case .translation = inputs { isTranslation = true }
      self.init(
        transformer: options, ratePrior: ratePrior, vocabulary: vocabulary, outputs: outputs,
        isTranslation: isTranslation, seed: seed)
    case (.cnn, .image(let width, let height, let channels)),
      (.resnet20, .image(let width, let height, let channels)):
      self.init(
        seeing: ImageExtent(height: height, width: width, channels: channels), options: options,
        ratePrior: ratePrior, outputs: outputs, problem: problem, seed: seed)
    case (.rnn, .steps(let features)):
      self = .recurrent(
        options: options, ratePrior: ratePrior, features: features, outputs: outputs, problem: problem,
        seed: seed)
    case (.gin, .nodes(let features)):
      self.init(
        graphs: options, ratePrior: ratePrior, features: features, outputs: outputs, problem: problem,
        seed: seed)
    default: preconditionFailure("a \(options.kind.rawValue) does not take in \(inputs)")
    }
  }
}
