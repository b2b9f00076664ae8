import AdaptiveWidth
import Experiment
import LinearAlgebra

/// Numbers of recurrent networks from PyTorch, which goes through them sequence by sequence.
struct RecurrentOracle: Decodable {
  struct Case: Decodable {
    var name: String
    /// Steps that the gradient reaches; 0: all.
    var reach: Int
    var rates: [Double]
    var sequences: [[[Double]]]
    var labels: [Int32]
    /// In the order of the blocks, row-major.
    var parameters: [[[Double]]]
    var logits: [[Double]]
    var loss: Double
    var gradients: [[[Double]]]
    /// With respect to ν.
    var rate_gradients: [Double]

    var network: Network { recurrentNetwork(parameters, rates, reach: reach == 0 ? nil : reach) }
    var batch: Batch { packed(sequences, labels) }
  }

  struct Curve: Decodable {
    var learning_rate: Double
    var weight_scale: Double
    var rates: [Double]
    var sequences: [[[Double]]]
    var labels: [Int32]
    var parameters: [[[Double]]]
    /// Before each step.
    var losses: [Double]
  }

  var cases: [Case]
  var curve: Curve
}

/// The cell with given parameters: of MLP_x, MLP_h and the outputs.
func recurrentNetwork(_ parameters: [[[Double]]], _ rates: [Double], reach: Int? = nil) -> Network {
  func perceptron(_ layer: Int) -> [Dense] {
    let adaptation = Adaptation(options: NetworkOptions(initialRate: rates[layer]), prior: nil)
    let tensors = parameters[(4 * layer)...]
    let first = tensors.startIndex
    return [
      Dense(
        weights: matrix(tensors[first], isElastic: true),
        bias: matrix(tensors[first + 1], isElastic: true), function: .relu6, adaptation: adaptation),
      Dense(weights: matrix(tensors[first + 2]), bias: matrix(tensors[first + 3]), function: .identity),
    ]
  }
  let (input, state) = (perceptron(0), perceptron(1))
  let recurrence = Recurrence(hidden: state[0], output: state[1], backpropagationSteps: reach)
  let output = Dense(weights: matrix(parameters[8]), bias: matrix(parameters[9]), function: .identity)
  return Network(blocks: input + [recurrence, output], problem: .classification)
}

/// Sequences of steps in order of time, the longest first.
func packed(_ sequences: [[[Double]]], _ labels: [Int32]) -> Batch {
  let order = sequences.indices.sorted {
    (sequences[$1].count, $0) < (sequences[$0].count, $1)
  }
  var (rows, active): ([[Double]], [Int32]) = ([], [])
  for time in 0..<(order.first.map { sequences[$0].count } ?? 0) {
    let lasting = order.filter { sequences[$0].count > time }
    active.append(Int32(lasting.count))
    rows += lasting.map { sequences[$0][time] }
  }
  var batch = Batch(inputs: matrix(rows), labels: labels)
  batch.structure.active = active
  batch.structure.order = order.map { Int32($0) }
  return batch
}

/// A random cell and sequences of several lengths.
struct RecurrentCase {
  var network: Network
  var sequences: [[[Double]]]
  var batch: Batch
  let objective = Objective(weightScale: 2, observations: 100)

  init(
    lengths: [Int] = [4, 1, 6, 3, 6], options: NetworkOptions = NetworkOptions(initialRate: 0.3),
    activation: Activation = .relu6, adapting adapt: AdaptedLayers? = nil, state: Int = 5,
    reach: Int? = nil, seed: UInt64 = 1
  ) {
    var random = RandomStream(seed: seed, purpose: "case")
    var options = options
    (options.kind, options.stateSize, options.activation) = (.rnn, state, activation)
    (options.backpropagationSteps, options.adapt) = (reach, adapt)
    network = Network(
      options: options, ratePrior: NormalPrior(mean: 0.2, scale: 0.3), inputs: .steps(features: 2),
      outputs: 3, problem: .classification, seed: seed)
    // Away from the bends, where the first state, zero, would have every neuron.
    var blocks = network.blocks
    blocks[2].forEachParameter { parameter, number in
      guard number == 1 else { return }
      for neuron in 0..<parameter.value.columns { parameter.value[0, neuron] = Float(random.normal()) }
    }
    network = Network(blocks: blocks, problem: .classification)
    sequences = lengths.map { length in
      (0..<length).map { _ in [random.normal(), random.normal()] }
    }
    batch = packed(sequences, lengths.map { _ in Int32(random.below(3)) })
  }

  var outputs: [Float] { network.outputs(of: batch) }
}

extension Network {
  func outputs(of batch: Batch) -> [Float] {
    var workspace = Workspace()
    forward(batch, &workspace)
    return workspace.output.elements
  }
}
