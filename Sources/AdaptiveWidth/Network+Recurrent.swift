import Experiment
import LinearAlgebra

extension Network {
  /// h_t = tanh(MLP_x(x_t) + MLP_h(h_{t−1})), h_0 = 0, and an affine layer on the last state of each sequence. Both MLPs
  /// have a hidden layer of learned width; that of x is computed for all steps at once.
  ///
  /// - Parameter features: of a step.
  static func recurrent(
    options: NetworkOptions, ratePrior: NormalPrior?, features: Int, outputs: Int, problem: Problem,
    seed: UInt64
  ) -> Network {
    var random = RandomStream(seed: seed, purpose: "initial weights")
    let state = options.stateSize ?? NetworkOptions.usualStateSize
    let input = perceptron(options, ratePrior, layer: 0, from: features, to: state, &random)
    let recurrent = perceptron(options, ratePrior, layer: 1, from: state, to: state, &random)
    var builder = NetworkBuilder()
    builder.add(input.hidden)
    builder.add(input.output)
    builder.add(
      Recurrence(
        hidden: recurrent.hidden, output: recurrent.output,
        backpropagationSteps: options.backpropagationSteps))
    builder.add(
      Dense(
        inputs: state, outputs: outputs, function: .identity, variance: 1 / Double(state), random: &random))
    return Network(nodes: builder.nodes, problem: problem)
  }

  /// One hidden layer, adaptive or of the `layer`-th fixed width, initialised as in an MLP.
  private static func perceptron(
    _ options: NetworkOptions, _ prior: NormalPrior?, layer: Int, from inputs: Int, to outputs: Int,
    _ random: inout RandomStream
  ) -> (hidden: Dense, output: Dense) {
    let adaptation = options.fixedWidths == nil ? Adaptation(options: options, prior: prior) : nil
    let width = options.fixedWidths?[layer] ?? adaptation!.width
    let hidden = Dense(
      inputs: inputs, outputs: width, function: ElementFunction(options.activation), adaptation: adaptation,
      variance: 2 / Double(inputs), biasScale: layer == 0 ? options.initialBiasScale : 0, random: &random)
    let output = Dense(
      inputs: width, outputs: outputs, function: .identity,
      variance: 2 / (adaptation?.importances.sumOfSquares ?? Double(width)), random: &random)
    return (hidden, output)
  }
}

extension NetworkOptions {
  /// H unless it is given.
  static let usualStateSize = 64
}
