import AdaptiveWidth
import Experiment

/// How epochs and runs end, and where a divergence returns to.
extension Trainer {
  /// Returns to the last good moment; a search rolls its trial back instead.
  func diverge() async {
    await takeUpEvaluation()
    if isSearching {
      await rejectTrial(.diverged)
      if isDone && progress.phase.isRunning { await finishEpochs() }
      return
    }
    let step = learning.step
    goBack(to: lastGood, keepingAbandoned: true)
    progress.phase = .diverged(after: step)
    post(.diverged, step: step)
    publish()
  }

  /// A later divergence returns to here.
  func keepAsGood() {
    if learning.network.isFinite { lastGood = moment }
  }

  func finishEpochs() async {
    guard learning.network.isFinite else { return await diverge() }
    await evaluateNow()
    progress.phase = .finished
    wantsCheckpoint = true
    post(.finished)
    returnToBest()
  }

  func endEpoch() async {
    guard learning.network.isFinite else { return await diverge() }
    moment.history.endEpoch()
    await takeUpEvaluation()
    let sinceGood = learning.step - lastGood.learning.step
    if sinceGood >= min(learning.step / 50, Self.maxStepsLost) { lastGood = moment }
    beginEvaluation()
    // The network measured is the one that may be kept, and the run stops before the next step.
    if configuration.training.patience != nil || configuration.training.keepsBest { await takeUpEvaluation() }
    if moment.patience.isExhausted && progress.phase.isRunning && !isCompressing {
      progress.phase = .finished
      wantsCheckpoint = true
      post(.stoppedEarly)
      returnToBest()
    }
  }

  func finish(_ measuresTest: Bool) async -> Outcome {
    stopwatch.end()
    saveIfWanted()
    // Whoever leaves in the middle of an epoch does not wait for thousands of rows.
    let isLeft = isWatched && progress.phase.isEnded && dataset.validation.rows > 500
    if !isLeft { await evaluateNow() }
    publish()
    let test = measuresTest ? await measureTest() : nil
    let details = measuresTest ? await measureDetails() : nil
    await endInspections()
    progress.phase.end()
    for command in dueCommands() { await apply(command) }
    publishIfDue()
    await recorder?.close()
    await runLog?.close()
    var outcome = outcome(test: test)
    outcome.details = details
    outcome.missing = recorder?.missing
    return outcome
  }
}
