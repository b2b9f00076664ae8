import AdaptiveWidth
import Experiment
import LinearAlgebra

/// Gradients of the whole objective, priors included.
struct ObjectiveGradients {
  var weights: [Matrix] = []
  var biases: [Matrix] = []
  /// With respect to ν, one an adaptive layer.
  var rates: [Double] = []
}

extension Network {
  mutating func objectiveGradients(_ workspace: Workspace, _ objective: Objective) -> ObjectiveGradients {
    var result = ObjectiveGradients()
    for (block, buffers) in zip(blocks, workspace.buffers) {
      var block = block
      block.forEachParameter { parameter, number in
        var gradient = buffers.gradients[number]
        for row in 0..<gradient.rows {
          for column in 0..<gradient.columns {
            gradient[row, column] += Float(objective.decay) * parameter.value[row, column]
          }
        }
        if number == 0 { result.weights.append(gradient) } else { result.biases.append(gradient) }
      }
      if let adaptation = block.adaptation {
        result.rates.append(
          adaptation.rateGradient(
            importanceGradient: buffers.importanceGradient, observations: objective.observations))
      }
    }
    return result
  }

  /// With another block at an index.
  func replacing(_ index: Int, _ block: any Block) -> Network {
    var nodes = zip(blocks, sources).map { LayerNode($0, $1) }
    nodes[index].block = block
    return Network(nodes: nodes, problem: problem)
  }

  /// Without the neurons that are not kept: the weights with which a block reads them are zero.
  func silencing(readsOf index: Int, _ isKept: (Int) -> Bool) -> Network {
    guard var reader = blocks[index] as? any NeuronReader else { return self }
    reader.scaleInputs(by: reader.outgoingNorms.indices.map { isKept($0) ? 1 : 0 })
    return replacing(index, reader)
  }

  /// The objective at these parameters.
  func objective(_ batch: Batch, _ objective: Objective) -> Double {
    var workspace = Workspace()
    return lossAndGradients(batch, &workspace) + objective.weightPriorTerm(self)
      + objective.ratePriorTerm(self)
  }
}

/// A network being trained on one batch, step by step.
struct Training {
  var network: Network
  let random: RandomCase
  var optimizer: Optimizer
  private var growth = RandomStream(seed: 1, purpose: "growth")
  private var workspace = Workspace()

  init(_ random: RandomCase, _ network: Network? = nil, kind: OptimizerKind = .adam, learningRate: Double) {
    self.random = random
    self.network = network ?? random.network
    optimizer = Optimizer(kind: kind, learningRate: learningRate)
  }

  mutating func step() {
    _ = network.adjustWidths(random: &growth)
    _ = network.lossAndGradients(random.batch, &workspace)
    optimizer.begin()
    network.update(by: optimizer, workspace, objective: random.objective)
  }

  mutating func steps(_ count: Int) {
    for _ in 0..<count { step() }
  }
}
