import AdaptiveWidth
import Experiment

/// Held-out metrics, measured beside training and taken up at fixed steps.
extension Trainer {
  /// An evaluation under way, with what is true of the network it is of.
  struct PendingEvaluation {
    var step: Int
    var seconds: Double
    var trainLoss: Double
    var rates: [Double]
    var widths: [Int]
    var parameters: Int
    var learningRate: Double?
    /// Of each adaptive layer, if there is a log that wants them.
    var importances: [[Float]] = []
    var task: Task<Metrics?, Never>

    /// Its result; `nil` without held-out rows.
    func evaluation(batchesPerEpoch: Int) async -> Evaluation? {
      await task.value.map {
        Evaluation(
          step: step, epoch: Double(step) / Double(batchesPerEpoch), seconds: seconds, trainLoss: trainLoss,
          validation: $0, rates: rates, widths: widths, parameters: parameters)
      }
    }
  }

  func beginEvaluation() {
    let network = learning.network.inferenceCopy
    pendingEvaluation = PendingEvaluation(
      step: learning.step, seconds: stopwatch.seconds, trainLoss: history.meanLoss,
      rates: network.adaptations.map(\.rate), widths: network.widths, parameters: network.parameterCount(),
      learningRate: learning.optimizer.learningRate * learningRateFactor,
      importances: runLog == nil ? [] : network.adaptations.map(\.importances.elements),
      task: evaluator.evaluation(of: network))
  }

  /// Held-out metrics of the network as it is, unless they are known.
  func evaluateNow() async {
    await takeUpEvaluation()
    guard learning.step > 0 && history.validationStep != learning.step else { return }
    beginEvaluation()
    await takeUpEvaluation()
  }

  /// Metrics of the network as it is on the test rows, which nothing else touches; `nil` if there are none.
  func measureTest() async -> Metrics? {
    guard let table = dataset.test else { return nil }
    let rows = EvaluationRows(table, targetScaling: dataset.targetScaling)
    return await evaluator.evaluate(learning.network.inferenceCopy, on: rows)
  }

  /// Waits for the evaluation under way and enters its result.
  func takeUpEvaluation() async {
    guard let pending = pendingEvaluation else { return }
    pendingEvaluation = nil
    stopwatch.pause()
    let evaluation = await pending.evaluation(batchesPerEpoch: batchesPerEpoch)
    stopwatch.start()
    guard let evaluation else { return }
    let metrics = evaluation.validation
    history.append(validation: metrics, at: pending.step)
    patience.add(metrics)
    if lastGood.learning.step == pending.step {
      lastGood.history.append(validation: metrics, at: pending.step)
      lastGood.patience.add(metrics)
    }
    recorder?.record(evaluation)
    runLog?.record(
      Measurement(evaluation, learningRate: pending.learningRate, importances: pending.importances))
    channels.post(evaluation)
  }
}

extension Trainer.PendingEvaluation {
  /// One that was under way when a checkpoint was saved.
  init(_ evaluation: Evaluation) {
    self.init(
      step: evaluation.step, seconds: evaluation.seconds, trainLoss: evaluation.trainLoss,
      rates: evaluation.rates, widths: evaluation.widths, parameters: evaluation.parameters,
      task: Task { evaluation.validation })
  }
}
