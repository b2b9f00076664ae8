import Experiment

/// What a network is built from.
struct NetworkPlan {
  let options: NetworkOptions
  let ratePrior: NormalPrior?
  let inputs: InputShape
  /// Classes, values, or tokens.
  let outputs: Int
  let problem: Problem
  let seed: UInt64
}

extension NetworkKind {
  /// Builds a network of this kind; `nil` if the inputs' shape does not suit it.
  fileprivate var build: (NetworkPlan) -> Network? {
    switch self {
    case .mlp: Network.mlp
    case .cnn: Network.convolutional
    case .resnet20: Network.residual
    case .rnn: Network.recurrent
    case .transformer: Network.transformer
    case .gin: Network.graphIsomorphism
    }
  }
}

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
    let plan = NetworkPlan(
      options: options, ratePrior: ratePrior, inputs: inputs, outputs: outputs, problem: problem, seed: seed)
    guard let network = options.kind.build(plan) else {
      preconditionFailure("a \(options.kind.rawValue) does not take in \(inputs)")
    }
    self = network
  }
}
