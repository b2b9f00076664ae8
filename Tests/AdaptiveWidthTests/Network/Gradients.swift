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
    for (block, stage) in zip(blocks, workspace.stages) {
      var block = block
      block.forEachParameter { parameter, number in
        var gradient = stage.gradients[number]
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
            importanceGradient: stage.importanceGradient, observations: objective.observations))
      }
    }
    return result
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
