import AdaptiveWidth
import Datasets
import Experiment
import LinearAlgebra

/// All that decides how a run goes on: a copy of it, trained again, gives the same bits.
package struct LearningState: Sendable {
  package var network: Network
  package var optimizer: Optimizer
  package var cursor: BatchCursor
  /// Weights of new neurons.
  package var growth: RandomStream
  package var step = 0
  var compression: Compression?

  init(configuration: Configuration, dataset: Dataset) {
    let seed = configuration.training.seed
    network = Network(
      options: configuration.network, ratePrior: configuration.prior.rate, inputs: dataset.training.columns,
      outputs: dataset.outputs, problem: dataset.problem, seed: seed)
    optimizer = Optimizer(
      kind: configuration.training.optimizer, learningRate: configuration.training.learningRate,
      momentum: configuration.training.momentum)
    cursor = BatchCursor(
      rows: dataset.training.rows, batchSize: configuration.training.batchSize, seed: seed)
    growth = RandomStream(seed: seed, purpose: "growth")
  }

  /// Rates give widths; a changed width is one edit.
  mutating func beginStep() -> Network.Adjustment {
    applyCompression()
    return network.adjustWidths(random: &growth)
  }

  /// Updates from the gradients of the step.
  mutating func endStep(_ workspace: Workspace, _ objective: Objective, learningRateFactor: Double) {
    optimizer.begin(factor: learningRateFactor)
    network.update(by: optimizer, workspace, objective: objective)
    step += 1
  }

  /// Whether all rates are numbers: no width follows from another one.
  var hasFiniteRates: Bool {
    network.adaptiveBlocks.allSatisfy { network.blocks[$0].adaptation?.raw.isFinite ?? true }
  }

  var epoch: Double { Double(step) / Double(cursor.batchesPerEpoch) }

  /// Whether the last step completed an epoch.
  var isAtEpochEnd: Bool { step > 0 && step % cursor.batchesPerEpoch == 0 }
}

extension Dataset {
  /// Outputs the network needs: one a class, or one a target column.
  var outputs: Int {
    switch training.targets {
    case .classes: classNames.count
    case .values(_, let outputs): outputs
    }
  }
}
