import Experiment
import LinearAlgebra

/// The buffers of one worker for a whole network.
public struct Workspace: Sendable {
  public internal(set) var stages: [Stage] = []

  public init() {}

  /// Gives the buffers the shapes of the network's present widths; allocates only past what it ever held.
  mutating func prepare(for network: Network, rows: Int) {
    if stages.count != network.blocks.count { stages = network.blocks.map { $0.makeStage() } }
    for index in stages.indices { network.blocks[index].prepare(&stages[index], rows: rows) }
  }

  /// The last block's output, [rows, outputs].
  public var output: Matrix { stages[stages.count - 1].output }
}

extension Network {
  /// Runs the blocks; the result is `workspace.output`.
  public func forward(_ inputs: Matrix, _ workspace: inout Workspace) {
    precondition(inputs.columns == blocks[0].inputs, "shapes do not fit")
    workspace.prepare(for: self, rows: inputs.rows)
    forward(inputs, from: 0, &workspace)
  }

  /// Runs the blocks from one on, given what comes into it. Their stages are prepared.
  func forward(_ input: Matrix, from first: Int, _ workspace: inout Workspace) {
    var input = input
    for index in first..<blocks.count {
      blocks[index].forward(input, &workspace.stages[index])
      input = workspace.stages[index].output
    }
  }

  /// Forward and backward: gradients of the NLL with respect to all parameters and importances, left in the
  /// workspace. The priors' gradients are added by the update.
  ///
  /// - Returns: the NLL, mean over the batch.
  public func lossAndGradients(_ batch: Batch, _ workspace: inout Workspace) -> Double {
    forward(batch.inputs, &workspace)
    let last = blocks.count - 1
    let loss = Likelihood.loss(
      workspace.stages[last].output, batch, gradient: &workspace.stages[last].outputGradient)
    workspace.stages.withUnsafeMutableBufferPointer { stages in
      for index in stride(from: last, through: 1, by: -1) {
        withUnsafeMutablePointer(to: &stages[index - 1].outputGradient) { inputGradient in
          blocks[index].backward(stages[index - 1].output, &stages[index], inputGradient: inputGradient)
        }
      }
      blocks[0].backward(batch.inputs, &stages[0], inputGradient: nil)
    }
    return loss
  }

  /// One update of weights, biases and rates from the workspace's gradients and the priors.
  public mutating func update(
    by optimizer: Optimizer, _ workspace: Workspace, objective: Objective
  ) {
    let decay = objective.decay
    for index in blocks.indices {
      if blocks[index].adaptation != nil {
        let gradient = blocks[index].adaptation!.rateGradient(
          importanceGradient: workspace.stages[index].importanceGradient,
          observations: objective.observations)
        blocks[index].adaptation!.update(by: optimizer, rateGradient: gradient)
      }
      blocks[index].forEachParameter { parameter, number in
        optimizer.update(&parameter, gradient: workspace.stages[index].gradients[number], decay: decay)
      }
    }
  }
}
