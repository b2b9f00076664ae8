import Learning

/// What is read off the trainer's state.
extension Trainer {
  package var learning: LearningState { moment.learning }
  var history: History { moment.history }

  /// Whether a search for the smallest good network is under way.
  var isSearching: Bool { progress.phase.isSearching }
  var isCompressing: Bool { isSearching || moment.learning.isCompressing }

  var batchesPerEpoch: Int { moment.learning.cursor.batchesPerEpoch }

  func steps(of epochs: Int) -> Int {
    let (steps, overflows) = epochs.multipliedReportingOverflow(by: batchesPerEpoch)
    return overflows ? .max : steps
  }

  /// Steps of the whole schedule.
  var scheduledSteps: Int { min(steps(of: moment.limits.epochs), moment.limits.steps ?? .max) }

  /// A compression continues to its end.
  var isDone: Bool { !isCompressing && moment.learning.step >= scheduledSteps }

  var learningRateFactor: Double {
    let end = min(steps(of: configuration.training.epochs), configuration.training.steps ?? .max)
    // Its parts, because all options would be copied in every step.
    let factor = configuration.training.schedule.factor(
      step: moment.learning.step, of: end, warmupSteps: configuration.training.warmupSteps)
    // At the end of a schedule nothing moves any more: neither a width nor what is left after a cut.
    return isCompressing || moment.learning.step >= end ? max(factor, Self.latestFactor) : factor
  }
}
