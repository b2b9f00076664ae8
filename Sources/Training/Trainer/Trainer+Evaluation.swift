import AdaptiveWidth
import Experiment
import Messaging

/// Held-out metrics, measured beside training and entered at fixed steps.
extension Trainer {
  func beginEvaluation() {
    let network = learning.network.inferenceCopy
    progress.pendingEvaluation = pendingEvaluation(of: network, evaluator.evaluation(of: network))
  }

  private func pendingEvaluation(of network: Network, _ task: Task<Metrics?, Never>) -> PendingEvaluation {
    PendingEvaluation(
      step: learning.step, seconds: stopwatch.seconds, trainLoss: history.meanLoss,
      rates: network.adaptations.map(\.rate), widths: network.widths, parameters: network.parameterCount(),
      learningRate: learning.optimizer.learningRate * learningRateFactor,
      importances: runLog == nil ? [] : network.adaptations.map(\.importances.elements), task: task)
  }

  /// Records what an edit made of the network, if nothing trains: no later evaluation would tell those who read the
  /// run's folder.
  ///
  /// - Parameter metrics: of the present network.
  func recordIfWaiting(_ metrics: Metrics?) async {
    if isWaiting { await recordNow(metrics) }
  }

  /// Records the present network, unless it was the last that was recorded. Of those that an undo or a redo leaves and
  /// leads to, those who read the run's folder know which evaluations are in force.
  func recordNow(_ metrics: Metrics?) async {
    guard learning.step > 0 else { return }
    let pending = pendingEvaluation(of: learning.network, Task { metrics })
    guard let evaluation = await pending.evaluation(batchesPerEpoch: batchesPerEpoch),
      lastRecorded?.isOfSameNetwork(as: evaluation) != true
    else { return }
    record(evaluation, of: pending)
  }

  private func record(_ evaluation: Evaluation, of pending: PendingEvaluation) {
    lastRecorded = evaluation
    recorder?.record(evaluation)
    runLog?.record(
      Measurement(evaluation, learningRate: pending.learningRate, importances: pending.importances))
    channels.post(evaluation)
  }

  /// Enters held-out metrics of the present network, unless they are known.
  func evaluateNow() async {
    await takeUpEvaluation()
    guard learning.step > 0 && history.validationStep != learning.step else { return }
    beginEvaluation()
    await takeUpEvaluation()
  }

  /// Metrics of the present network on the test rows, which nothing else touches; `nil` if there are none.
  func measureTest() async -> Metrics? {
    guard let testRows else { return nil }
    return await evaluator.evaluate(learning.network.inferenceCopy, on: testRows)
  }

  /// Detailed metrics of the present network on the test rows, or where there are none on the held-out ones.
  func measureDetails() async -> DetailedMetrics? {
    await evaluator.details(learning.network.inferenceCopy, on: testRows)
  }

  private var testRows: EvaluationRows? {
    dataset.test.map { EvaluationRows($0, targetScaling: dataset.targetScaling) }
  }

  /// While a layer is compressed, no network is the best: the next one is smaller.
  private func keepAsBest(_ metrics: Metrics, at step: Int) {
    if step == learning.step && !isCompressing {
      moment.keepAsBest(metrics)
    } else {
      moment.bestOrLast = nil
    }
  }

  /// Waits for the evaluation under way and enters its result.
  func takeUpEvaluation() async {
    guard let pending = progress.pendingEvaluation else { return }
    progress.pendingEvaluation = nil
    stopwatch.pause()
    let evaluation = await pending.evaluation(batchesPerEpoch: batchesPerEpoch)
    stopwatch.start()
    guard let evaluation else { return }
    let metrics = evaluation.validation
    moment.history.append(validation: metrics, at: pending.step)
    let isBest = moment.patience.add(metrics, at: pending.step)
    if isBest && configuration.training.keepsBest { keepAsBest(metrics, at: pending.step) }
    if lastGood.learning.step == pending.step {
      lastGood.history.append(validation: metrics, at: pending.step)
      lastGood.patience.add(metrics, at: pending.step)
      lastGood.bestOrLast = moment.bestOrLast
    }
    record(evaluation, of: pending)
    endDistillationIfCaughtUp(metrics, at: pending.step)
  }
}
