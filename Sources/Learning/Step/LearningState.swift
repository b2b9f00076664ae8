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
  package var compression: Compression?
  /// The uncut network, which teaches the cut one; `nil`: there is none.
  package var distillation: Distillation?
  /// The state of the method `settle`; `nil`: nothing measures the widths.
  package var settling: Settling?
  /// `nil`: of classes, or by the paper's method, which leaves it at the targets' own variance.
  package var noise: NoiseVariance?
  /// `nil`: of numbers, or nothing fits it.
  package var labelTemperature: LabelTemperature?
  /// The step of the last repaired cut that someone asked for.
  package var repairedAt: Int?
  /// The probability that an element of a hidden layer's output is dropped.
  private let dropout: Double
  private let hasNestedDropout: Bool
  /// Whether the gradient moves rates without a compression.
  let learnsRates: Bool

  package init(configuration: Configuration, dataset: Dataset) {
    let seed = configuration.training.seed
    network = Network(configuration, dataset)
    optimizer = Optimizer(
      kind: configuration.training.optimizer, learningRate: configuration.training.learningRate,
      momentum: configuration.training.momentum, weightDecay: configuration.training.weightDecay)
    dropout = configuration.training.dropout
    hasNestedDropout = configuration.training.isNested
    cursor = BatchCursor(
      rows: dataset.training.rows, batchSize: configuration.training.batchSize, seed: seed)
    growth = RandomStream(seed: seed, purpose: "growth")
    learnsRates = network.adaptations.contains(where: \.learnsRate)
    settling = Settling(configuration.network, network)
    let method = configuration.network.method(under: configuration.prior.rate)
    if network.problem == .regression, method == .settle { noise = NoiseVariance() }
    if settling != nil {
      cursor.withhold(WithheldRows(of: dataset.training.rows, seed: seed).indices)
      labelTemperature = configuration.labelTemperature(for: network.problem)
    }
  }

  /// What a step did, but for its update.
  package struct Step {
    package var adjustment: Network.Adjustment
    /// In the minibatch.
    package var rows: Int
    /// What is predicted of these rows: a class or value each, or the tokens of their translations.
    package var predictions: Int
    /// NLL, mean over the minibatch.
    package var loss: Double
  }

  /// Rates give widths, a changed width is one edit; then the gradient of the next minibatch.
  package mutating func beginStep(_ workers: inout Workers) -> Step {
    applyCompression()
    let adjustment = network.adjustWidths(random: &growth)
    let rows = cursor.next()
    let (order, epoch) = (cursor.order, cursor.epochOfBatch)
    let dropout =
      dropout > 0 || hasNestedDropout
      ? Dropout(rate: dropout, isNested: hasNestedDropout, seed: cursor.seed, step: step) : nil
    // A pointer, because a copy of a small network takes longer than some of its products.
    let (loss, predictions) = withUnsafePointer(to: &network) { network in
      withUnsafePointer(to: &distillation) {
        workers.gradients(of: network, order, rows, epoch: epoch, dropout: dropout, distillation: $0)
      }
    }
    noise?.take(loss: loss, outputs: network.outputs)
    return Step(
      adjustment: adjustment, rows: rows.count, predictions: predictions, loss: loss)
  }

  /// Updates by the gradient of the step.
  ///
  /// - Returns: whether all rates are numbers: no width follows from another one.
  @discardableResult
  package mutating func endStep(_ workers: inout Workers, learningRateFactor: Double) -> Bool {
    optimizer.begin(factor: learningRateFactor * rampFactor)
    workers.update(&network, by: optimizer, noise: noise?.value ?? labelTemperature?.value ?? 1)
    step += 1
    return network.hasFiniteRates
  }

  /// Steps over which the learning rate rises to its full value after a repair. Adam's first steps are as long as the
  /// learning rate for every weight, and all point where the gradient does, which would undo what the repair kept.
  private static let rampSteps = 50

  /// The factor of the learning rate: below 1 in the steps after a repair.
  private var rampFactor: Double {
    guard let repairedAt, step - repairedAt < Self.rampSteps else { return 1 }
    return Double(step - repairedAt + 1) / Double(Self.rampSteps)
  }

  /// The network after a cut. After a repair its optimizer begins as at the first step: the repair gives readers
  /// weights that no moment belongs to, and the other moments were measured on a smaller loss.
  ///
  /// - Parameter isMeasured: whether a measurement of widths makes the cut, whose price nobody was promised. The learning
  ///   rate then stays: over several tables the rise made settled widths no better and those of DoubleMoon less alike.
  package mutating func take(_ network: Network, cutBy method: CutMethod, isMeasured: Bool = false) {
    self.network = network
    guard method.isRepaired else { return }
    self.network.forgetMoments()
    optimizer.restart()
    if !isMeasured { repairedAt = step }
  }

  /// Begins with a new network, of which nothing is learned: what the one before it has left to the optimizer and to the
  /// noise is forgotten.
  package mutating func beginAnew(with network: Network) {
    self.network = network
    optimizer.restart()
    if noise != nil { noise = NoiseVariance() }
    labelTemperature?.reset()
  }

  package var epoch: Double { Double(step) / Double(cursor.batchesPerEpoch) }

  /// Whether the last step completed an epoch.
  package var isAtEpochEnd: Bool { step > 0 && step % cursor.batchesPerEpoch == 0 }
}

/// What is asked after every step. Mutating, because a function that only reads would be given a copy of everything.
extension LearningState {
  /// Whether something else is due before the next step.
  ///
  /// - Parameter steps: of the whole schedule.
  package mutating func isMoreDue(of steps: Int) -> Bool {
    if step >= steps || isAtEpochEnd || isCompressing { return true }
    if case .some = distillation, step >= distillation!.terms.lastStep { return true }
    if case .some = labelTemperature, labelTemperature!.isDue(at: step, of: steps) { return true }
    return settling?.isInterrupted ?? false || settling?.due(at: step, of: steps) != nil
  }

  /// Whether the prior of some rate is annealed.
  package var isCompressing: Bool { mutating get { if case .some = compression { true } else { false } } }

  /// The factor of the learning rate at a step.
  ///
  /// - Parameter isSearching: whether a search for the smallest good network is under way.
  package mutating func factor(of course: LearningRateCourse, at step: Int, isSearching: Bool) -> Double {
    course.factor(
      step: step, batchesPerEpoch: cursor.batchesPerEpoch, isCompressing: isSearching || isCompressing,
      isSettled: isSettled)
  }

  /// Whether the last measurement of the widths is over.
  package var isSettled: Bool {
    mutating get { if case .some = settling { settling!.isOver } else { false } }
  }

  /// Whether the run was stopped during the measurement that is due.
  package var isMeasurementInterrupted: Bool { mutating get { settling?.isInterrupted ?? false } }

  /// Takes up the measurement that the run was stopped in.
  ///
  /// - Returns: whether there is one.
  package mutating func takesUpMeasurement() -> Bool {
    guard isMeasurementInterrupted else { return false }
    settling?.isInterrupted = false
    return true
  }
}

extension Configuration {
  /// `nil`: nothing fits it.
  ///
  /// Only dense layers have it: normalization makes up for the prior on the weights before it, so that a tight one holds
  /// back the weights behind it too much. The built-in tasks have priors of their own.
  fileprivate func labelTemperature(for problem: Problem) -> LabelTemperature? {
    guard problem == .classification, network.kind == .mlp, data.task == nil,
      network.importanceScale(under: prior.rate) == .first
    else { return nil }
    return LabelTemperature(weightScale: weightScale(for: problem))
  }
}

extension Network {
  /// The network of an experiment before its first step.
  package init(_ configuration: Configuration, _ dataset: Dataset) {
    self.init(
      options: configuration.network, ratePrior: configuration.prior.rate,
      inputs: dataset.preparation.inputShape, outputs: dataset.preparation.outputs, problem: dataset.problem,
      seed: configuration.training.seed)
  }
}
