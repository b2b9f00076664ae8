import Experiment
import LinearAlgebra

extension Network {
  /// h_t = tanh(MLP_x(x_t) + MLP_h(h_{t−1})), h_0 = 0, and an affine layer on the last state of each sequence. Both
  /// MLPs have a hidden layer of learned width; that of x is computed for all steps at once.
  static func recurrent(_ plan: NetworkPlan) -> Network? {
    guard case .steps(let features) = plan.inputs else { return nil }
    let (options, outputs) = (plan.options, plan.outputs)
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    let state = options.stateSize ?? NetworkOptions.defaultStateSize
    func hidden(_ layer: Int, inputs: Int, biasScale: Double) -> Dense {
      let adaptation = options.fixedWidths == nil ? Adaptation(options: options, prior: plan.ratePrior) : nil
      return Dense(
        inputs: inputs, outputs: options.fixedWidths?[layer] ?? adaptation!.width,
        function: ElementFunction(options.activation), adaptation: adaptation,
        variance: 2 / Double(inputs), biasScale: biasScale, random: &random)
    }
    let first = hidden(0, inputs: features, biasScale: options.initialBiasScale)
    var builder = NetworkBuilder()
    builder.add(first)
    builder.add(
      Dense(
        inputs: first.outputs, outputs: state, function: .identity,
        variance: inputShare * inputShare * kaiming(first), random: &random))
    builder.add(
      rotation(hidden(1, inputs: state, biasScale: 0), options.backpropagationSteps, &random))
    builder.add(
      Dense(
        inputs: state, outputs: outputs, function: .identity, variance: 1 / Double(state), random: &random))
    return Network(nodes: builder.nodes, problem: plan.problem)
  }

  /// What a step adds to the state at the start, of what would be as large as the step itself: hundreds of steps must
  /// find room in a state that tanh bounds.
  private static let inputShare = 0.1

  /// 2/Σf², the variance of weights behind a hidden layer.
  private static func kaiming(_ hidden: Dense) -> Double {
    heVariance(behind: hidden.outputs, hidden.adaptation)
  }

  /// A recurrence whose MLP begins as a rotation of the state. States and gradients then keep their norm over many
  /// steps, and different steps leave different traces.
  ///
  /// The bases q and p are orthonormal, with two neurons for each direction: φ(q·h) p − φ(−q·h) p = (q·h) p for
  /// rectifiers, and about twice that for tanh. Further neurons begin with small outgoing weights.
  private static func rotation(
    _ hidden: Dense, _ backpropagationSteps: Int?, _ random: inout RandomStream
  ) -> Recurrence {
    let (state, width) = (hidden.inputs, hidden.outputs)
    let (q, p) = (orthonormal(state, &random), orthonormal(state, &random))
    let slope = hidden.function == .tanh ? 2.0 : 1
    var (hidden, outgoing) = (hidden, Matrix(rows: width, columns: state))
    let importances = hidden.adaptation?.importances
    let rest = 0.1 * kaiming(hidden).squareRoot()
    hidden.forEachParameter { parameter, number in
      guard number == 0 else { return }
      for neuron in 0..<min(width, 2 * state) {
        let sign = neuron % 2 == 0 ? 1.0 : -1
        for row in 0..<state { parameter.value[row, neuron] = Float(sign * q[neuron / 2][row]) }
      }
    }
    for neuron in 0..<width {
      let sign = neuron % 2 == 0 ? 1.0 : -1
      let size = sign / (slope * Double(importances?[0, neuron] ?? 1))
      for column in 0..<state {
        let value = neuron < 2 * state ? size * p[neuron / 2][column] : rest * random.normal()
        outgoing[neuron, column] = Float(value)
      }
    }
    let output = Dense(weights: outgoing, bias: Matrix(rows: 1, columns: state), function: .identity)
    return Recurrence(hidden: hidden, output: output, backpropagationSteps: backpropagationSteps)
  }

  /// Vectors of length 1, at right angles to each other: random ones, made so one after the other (Gram–Schmidt).
  private static func orthonormal(_ count: Int, _ random: inout RandomStream) -> [[Double]] {
    var basis: [[Double]] = []
    while basis.count < count {
      var vector = (0..<count).map { _ in random.normal() }
      // Twice, because the first time leaves what rounding makes of it.
      for _ in 0..<2 {
        for other in basis {
          let share = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for index in vector.indices { vector[index] -= share * other[index] }
        }
      }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > 1e-6 { basis.append(vector.map { $0 / length }) }
    }
    return basis
  }
}

extension NetworkOptions {
  /// H unless it is given.
  static let defaultStateSize = 64
}
