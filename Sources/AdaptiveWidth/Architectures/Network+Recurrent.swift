import Experiment
import LinearAlgebra

extension Network {
  /// h_t = tanh(MLP_x(x_t) + MLP_h(h_{t−1})), h_0 = 0, and an affine layer on the last state of each sequence. Both
  /// MLPs have a hidden layer, of learned width unless the state alone adapts; that of x is computed for all steps at
  /// once. A state of learned width begins with the state size.
  static func recurrent(_ plan: NetworkPlan) -> Network? {
    guard case .steps(let features) = plan.inputs else { return nil }
    let (options, outputs) = (plan.options, plan.outputs)
    var random = RandomStream(seed: plan.seed, purpose: "initial weights")
    let widths = RecurrentWidths(plan)
    func hidden(_ width: LayerWidth, inputs: Int, biasScale: Double) -> Dense {
      Dense(
        inputs: inputs, outputs: width.width, function: ElementFunction(options.activation),
        adaptation: width.adaptation, variance: 2 / Double(inputs), biasScale: biasScale, random: &random)
    }
    let first = hidden(widths.ofInputs, inputs: features, biasScale: options.initialBiasScale)
    let state = widths.state
    var builder = NetworkBuilder()
    builder.add(first)
    builder.add(
      Dense(
        inputs: first.outputs, outputs: state.width, function: .identity, adaptation: state.adaptation,
        isSummand: state.adaptation != nil,
        variance: Recurrence.inputShare * Recurrence.inputShare * kaiming(first), random: &random))
    builder.add(
      rotation(
        hidden(widths.ofStates, inputs: state.width, biasScale: 0), state.adaptation,
        options.backpropagationSteps, &random))
    builder.add(
      Dense(
        inputs: state.width, outputs: outputs, function: .identity,
        variance: heVariance(behind: state.width, state.adaptation) / 2, random: &random))
    return Network(nodes: builder.nodes, problem: plan.problem)
  }

  /// 2/Σf², the variance of weights behind a hidden layer.
  private static func kaiming(_ hidden: Dense) -> Double {
    heVariance(behind: hidden.outputs, hidden.adaptation)
  }

  /// A recurrence whose MLP begins as a rotation of the state. States and gradients then keep their norm over many
  /// steps, and different steps leave different traces.
  ///
  /// The bases q and p are orthonormal, with two neurons for each direction: φ(q·h) p − φ(−q·h) p = (q·h) p for
  /// rectifiers, and about twice that for tanh. Further neurons begin with small outgoing weights.
  ///
  /// - Parameter stateAdaptation: of a state of learned width, whose importances the weights make up for.
  private static func rotation(
    _ hidden: Dense, _ stateAdaptation: Adaptation?, _ backpropagationSteps: Int?,
    _ random: inout RandomStream
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
        for row in 0..<state {
          let importance = stateAdaptation?.importances[0, row] ?? 1
          parameter.value[row, neuron] = Float(sign * q[neuron / 2][row]) / importance
        }
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
    return Recurrence(
      hidden: hidden, output: output, stateAdaptation: stateAdaptation,
      backpropagationSteps: backpropagationSteps)
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

/// The widths of a recurrent network's layers, given, learned, or as they begin.
private struct RecurrentWidths {
  /// The widths of the hidden layer for the inputs, of the state, and of the hidden layer for the state.
  let ofInputs, state, ofStates: LayerWidth

  init(_ plan: NetworkPlan) {
    let options = plan.options
    let adaptsState = options.adapts(.stream)
    let adaptsHidden = !adaptsState || options.adapt == .all
    var given = options.fixedWidths?[...]
    func hidden() -> LayerWidth {
      let adaptation = Adaptation(options: options, prior: plan.ratePrior)
      guard adaptsHidden else { return (adaptation.width, nil) }
      if given != nil { return (given!.removeFirst(), nil) }
      return (adaptation.width, adaptation)
    }
    func ofState() -> LayerWidth {
      let size = options.initialStateSize
      guard adaptsState else { return (size, nil) }
      if given != nil { return (given!.removeFirst(), nil) }
      return (
        size, Adaptation(options: options, prior: plan.ratePrior, width: size, isOfStream: true)
      )
    }
    (ofInputs, state, ofStates) = (hidden(), ofState(), hidden())
  }
}
