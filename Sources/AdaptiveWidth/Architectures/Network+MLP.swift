import Experiment
import LinearAlgebra

extension Network {
  /// An MLP that reads the features of an observation, or the pixels of an image.
  static func mlp(_ plan: NetworkPlan) -> Network? {
    let inputs: Int
    switch plan.inputs {
    case .features(let count): inputs = count
    case .image(let width, let height, let channels): inputs = width * height * channels
    default: return nil
    }
    return Network(
      options: plan.options, ratePrior: plan.ratePrior, inputs: inputs, outputs: plan.outputs,
      problem: plan.problem, seed: plan.seed)
  }

  /// An MLP as configured. Weights have He's variance 2/inputs in the first layer and behind layers of fixed width, and
  /// 2/Σf² behind an adaptive layer, because importances shrink the signal.
  public init(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: Int, outputs: Int, problem: Problem,
    seed: UInt64
  ) {
    var random = RandomStream(seed: seed, purpose: "initial weights")
    let layers = Self.denseLayers(
      options: options, ratePrior: ratePrior, inputs: inputs, outputs: outputs, random: &random)
    self.init(blocks: layers, problem: problem)
  }

  /// The hidden layers that the options ask for, and an affine one.
  ///
  /// - Parameter variance: of the first layer's weights; by default 2/inputs.
  static func denseLayers(
    options: NetworkOptions, ratePrior: NormalPrior?, inputs: Int, outputs: Int, variance: Double? = nil,
    random: inout RandomStream
  ) -> [Dense] {
    let function = ElementFunction(options.activation)
    var layers: [Dense] = []
    var (fanIn, variance) = (inputs, variance ?? 2 / Double(inputs))
    for layer in 0..<(options.fixedWidths?.count ?? options.hiddenLayers) {
      let adaptation = options.fixedWidths == nil ? Adaptation(options: options, prior: ratePrior) : nil
      let width = options.fixedWidths?[layer] ?? adaptation!.width
      layers.append(
        Dense(
          inputs: fanIn, outputs: width, function: function, adaptation: adaptation, variance: variance,
          biasScale: layer == 0 ? options.initialBiasScale : 0, random: &random))
      fanIn = width
      variance = heVariance(behind: width, adaptation)
    }
    layers.append(
      Dense(inputs: fanIn, outputs: outputs, function: .identity, variance: variance, random: &random))
    return layers
  }
}

extension ElementFunction {
  /// The function that an activation names.
  public init(_ activation: Activation) {
    switch activation {
    case .relu6: self = .relu6
    case .tanh: self = .tanh
    case .relu: self = .relu
    case .leakyReLU: self = .leakyReLU
    }
  }
}
