import AdaptiveWidth
import Experiment

/// How epochs and runs end, and what a loss that stops being finite leads back to.
extension Trainer {
  /// Returns to the last good parameters.
  func diverge() async {
    await takeUpEvaluation()
    if ratchet != nil {
      await rungFailed(.diverged)
      if isDone && phase == .running { await finishEpochs() }
      return
    }
    let step = learning.step
    let taken = history
    (learning, history, patience) = (lastGood.learning, lastGood.history, lastGood.patience)
    history.keepAbandoned(of: taken, after: learning.step)
    phase = .diverged
    divergedAfter = step
    stepsRequested = 0
    wantsCheckpoint = true
    post(.diverged, step: step)
    publish()
  }

  /// A later divergence leads back to here.
  func keepAsGood() {
    if learning.network.isFinite { lastGood = present }
  }

  /// All that an undo returns to.
  package var present: UndoStack.Entry {
    UndoStack.Entry(
      learning: learning, history: history, patience: patience, epochs: epochs, stepLimit: stepLimit)
  }

  func finishEpochs() async {
    guard learning.network.isFinite else { return await diverge() }
    await evaluateNow()
    phase = .finished
    stepsRequested = 0
    wantsCheckpoint = true
    post(.finished)
  }

  func endEpoch() async {
    guard learning.network.isFinite else { return await diverge() }
    history.endEpoch()
    await takeUpEvaluation()
    let sinceGood = learning.step - lastGood.learning.step
    if sinceGood >= min(learning.step / 50, Self.mostStepsLost) { lastGood = present }
    beginEvaluation()
    if patience.isExhausted && phase == .running && learning.compression == nil && ratchet == nil {
      await takeUpEvaluation()
      phase = .finished
      wantsCheckpoint = true
      post(.stoppedEarly)
    }
  }

  func finish(_ measuresTest: Bool) async -> Outcome {
    if !learning.network.isFinite { await diverge() }
    saveIfWanted()
    await evaluateNow()
    publish()
    let test = measuresTest ? await measureTest() : nil
    inspection?.cancel()
    await inspection?.value
    isStopping = true
    for command in channels.commands.drain() { await apply(command) }
    await recorder?.close()
    await runLog?.close()
    return outcome(test: test)
  }
}
